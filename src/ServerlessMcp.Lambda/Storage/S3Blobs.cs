using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Lambda.Storage;

/// <summary>Blobs as objects of one bucket, which has a lifecycle rule that ends them. Source: S3 API reference, PutObject, GetObject.</summary>
internal sealed class S3Blobs(IAmazonS3 client, string bucket) : IBlobs
{
    public async Task PutAsync(string key, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        BlobKeys.Check(key);
        using var content = new MemoryStream(json.ToArray(), writable: false);
        await AskAsync(() => client.PutObjectAsync(
            new PutObjectRequest { BucketName = bucket, Key = key, InputStream = content, ContentType = "application/json" }, cancellationToken));
    }

    public async Task<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        BlobKeys.Check(key);
        return await AskAsync<ReadOnlyMemory<byte>?>(async () =>
        {
            try
            {
                using var answer = await client.GetObjectAsync(bucket, key, cancellationToken);
                using var content = new MemoryStream();
                await answer.ResponseStream.CopyToAsync(content, cancellationToken);
                return content.ToArray();
            }
            catch (AmazonS3Exception absent) when (absent.StatusCode == HttpStatusCode.NotFound && absent.ErrorCode == "NoSuchKey")
            {
                return null;
            }
        });
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
        {
            throw new TableUnavailableException($"The bucket of blobs {bucket} cannot be used now: {failure.Message}", failure);
        }
    }
}
