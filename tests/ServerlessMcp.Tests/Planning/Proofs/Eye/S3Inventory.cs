using System.Net;
using Amazon.S3;

namespace ServerlessMcp.Tests.Planning.Proofs.Eye;

/// <summary>By AWS's own package.</summary>
/// <param name="region">Buckets of other regions are listed, not looked into.</param>
internal sealed class S3Inventory(AmazonS3Client s3, string region) : IInventoryPart
{
    public string Service => "s3";

    public async Task AddAsync(InventoryLines lines, CancellationToken cancellationToken)
    {
        foreach (var bucket in (await s3.ListBucketsAsync(cancellationToken)).Buckets ?? [])
        {
            var name = bucket.BucketName;
            lines.Add($"s3:bucket/{name}", new { bucket.BucketName, bucket.CreationDate });
            if ((await s3.GetBucketLocationAsync(name, cancellationToken)).Location?.Value == region)
            {
                await BucketAsync(lines, name, cancellationToken);
            }
        }
    }

    private async Task BucketAsync(InventoryLines lines, string name, CancellationToken cancellationToken)
    {
        lines.Add($"s3:bucket/{name}/Versioning", (await s3.GetBucketVersioningAsync(name, cancellationToken)).VersioningConfig.Status?.Value);
        lines.Add($"s3:bucket/{name}/Policy", await SetAsync(
            async () => await s3.GetBucketPolicyAsync(name, cancellationToken) is { HttpStatusCode: HttpStatusCode.OK } found ? found.Policy : "none"));
        lines.Add($"s3:bucket/{name}/Tags", await SetAsync(async () => (await s3.GetBucketTaggingAsync(new() { BucketName = name }, cancellationToken)).TagSet));
        lines.Add($"s3:bucket/{name}/PublicAccess", await SetAsync(
            async () => (await s3.GetPublicAccessBlockAsync(new() { BucketName = name }, cancellationToken)).PublicAccessBlockConfiguration));
        lines.Add($"s3:bucket/{name}/Encryption", await SetAsync(
            async () => (await s3.GetBucketEncryptionAsync(new() { BucketName = name }, cancellationToken)).ServerSideEncryptionConfiguration));
        lines.Add($"s3:bucket/{name}/Lifecycle", await SetAsync(async () => (await s3.GetLifecycleConfigurationAsync(name, cancellationToken)).Configuration.Rules));
        lines.Add($"s3:bucket/{name}/Website", await SetAsync(async () => (await s3.GetBucketWebsiteAsync(name, cancellationToken)).WebsiteConfiguration));
        lines.Add($"s3:bucket/{name}/Ownership", await SetAsync(async () => (await s3.GetBucketOwnershipControlsAsync(new() { BucketName = name }, cancellationToken)).OwnershipControls));
        lines.Add($"s3:bucket/{name}/Cors", await SetAsync(async () => (await s3.GetCORSConfigurationAsync(name, cancellationToken)).Configuration));
        lines.Add($"s3:bucket/{name}/Logging", (await s3.GetBucketLoggingAsync(name, cancellationToken)).BucketLoggingConfig);
        foreach (var version in (await s3.ListVersionsAsync(name, cancellationToken)).Versions ?? [])
        {
            lines.Add($"s3:object/{name}/{version.Key.Replace('/', '|')}/{version.VersionId}", new { version.ETag, version.IsLatest, version.IsDeleteMarker });
        }
    }

    /// <summary>S3 answers with an error where a bucket has no policy, tags or the like.</summary>
    private static async Task<T?> SetAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (AmazonS3Exception none) when (none.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
