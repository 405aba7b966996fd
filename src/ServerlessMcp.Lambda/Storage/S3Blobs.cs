using System.Net;
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
        var request = new PutObjectRequest { BucketName = bucket, Key = key, InputStream = content, ContentType = "application/json" };
        await AskAsync(() => client.PutObjectAsync(request, cancellationToken), cancellationToken);
    }

    public async Task<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        BlobKeys.Check(key);
        return await AskAsync(() => FindAsync(key, cancellationToken), cancellationToken);
    }

    private async Task<ReadOnlyMemory<byte>?> FindAsync(string key, CancellationToken cancellationToken)
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
    }

    private Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken) =>
        StorageCalls.AskAsync($"The bucket of blobs {bucket} cannot be used now", ask, cancellationToken);
}
