using Microsoft.Extensions.Primitives;

namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>Names an S3 request by its method, path style address and subresource.</summary>
/// <remarks>Source: the request syntax of each operation in the Amazon S3 API Reference.</remarks>
internal static class S3Operation
{
    // Subresource -> what Get/Put/Delete are called after it.
    private static readonly Dictionary<string, string> OfBucket = new(StringComparer.Ordinal)
    {
        ["accelerate"] = "BucketAccelerateConfiguration",
        ["acl"] = "BucketAcl",
        ["cors"] = "BucketCors",
        ["encryption"] = "BucketEncryption",
        ["lifecycle"] = "BucketLifecycleConfiguration",
        ["location"] = "BucketLocation",
        ["logging"] = "BucketLogging",
        ["notification"] = "BucketNotificationConfiguration",
        ["object-lock"] = "ObjectLockConfiguration",
        ["ownershipControls"] = "BucketOwnershipControls",
        ["policy"] = "BucketPolicy",
        ["policyStatus"] = "BucketPolicyStatus",
        ["publicAccessBlock"] = "PublicAccessBlock",
        ["replication"] = "BucketReplication",
        ["requestPayment"] = "BucketRequestPayment",
        ["tagging"] = "BucketTagging",
        ["versioning"] = "BucketVersioning",
        ["website"] = "BucketWebsite",
    };

    public static (string Operation, Dictionary<string, string> Parameters, AwsWire Wire) Read(
        string method, string path, Dictionary<string, StringValues> query, IHeaderDictionary headers)
    {
        var parts = path.TrimStart('/').Split('/', 2);
        var bucket = Uri.UnescapeDataString(parts[0]);
        var key = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "";
        var parameters = query.ToDictionary(one => one.Key, one => one.Value.ToString(), StringComparer.Ordinal);
        if (bucket.Length > 0)
        {
            parameters["Bucket"] = bucket;
        }

        if (key.Length > 0)
        {
            parameters["Key"] = key;
        }

        var operation = bucket.Length == 0 ? "ListBuckets"
            : key.Length == 0 ? Bucket(method, query)
            : Object(method, query, headers);
        return (operation, parameters, AwsWire.S3);
    }

    private static string Bucket(string method, Dictionary<string, StringValues> query)
    {
        if (query.Keys.FirstOrDefault(OfBucket.ContainsKey) is { } subresource)
        {
            return subresource == "lifecycle" && method == "DELETE" ? "DeleteBucketLifecycle" : Verb(method) + OfBucket[subresource];
        }

        return method switch
        {
            "GET" when query.ContainsKey("versions") => "ListObjectVersions",
            "GET" when query.ContainsKey("uploads") => "ListMultipartUploads",
            "GET" => query.ContainsKey("list-type") ? "ListObjectsV2" : "ListObjects",
            "HEAD" => "HeadBucket",
            "PUT" => "CreateBucket",
            "DELETE" => "DeleteBucket",
            "POST" when query.ContainsKey("delete") => "DeleteObjects",
            _ => "PostObject",
        };
    }

    private static string Object(string method, Dictionary<string, StringValues> query, IHeaderDictionary headers)
    {
        foreach (var (subresource, name) in new[]
            { ("tagging", "ObjectTagging"), ("acl", "ObjectAcl"), ("retention", "ObjectRetention"), ("legal-hold", "ObjectLegalHold") })
        {
            if (query.ContainsKey(subresource))
            {
                return Verb(method) + name;
            }
        }

        return method switch
        {
            "GET" => query.ContainsKey("uploadId") ? "ListParts" : "GetObject",
            "HEAD" => "HeadObject",
            "PUT" when query.ContainsKey("partNumber") => "UploadPart",
            "PUT" => headers.ContainsKey("x-amz-copy-source") ? "CopyObject" : "PutObject",
            "DELETE" => query.ContainsKey("uploadId") ? "AbortMultipartUpload" : "DeleteObject",
            _ => query.ContainsKey("uploads") ? "CreateMultipartUpload" : "CompleteMultipartUpload",
        };
    }

    private static string Verb(string method) => method switch { "PUT" => "Put", "DELETE" => "Delete", _ => "Get" };
}
