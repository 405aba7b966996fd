using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi.Protocols;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>Where a bucket stands in an S3 request: in the host's name, or in the path.</summary>
/// <remarks>Source: Amazon S3 User Guide, "Virtual hosting of buckets".</remarks>
internal static partial class BucketPlace
{
    /// <summary>Moves the bucket into the path unless the endpoint is AWS's own and the name can be part of a host's name.</summary>
    /// <returns>What goes before the endpoint's host; null if nothing does.</returns>
    /// <exception cref="AwsInputException">The bucket is of a kind that has endpoints of its own.</exception>
    public static string? Place(WireRequest wire, string? bucket, bool hasOwnEndpoint)
    {
        if (bucket is null)
        {
            return null;
        }

        Refuse(bucket);
        if (!hasOwnEndpoint && HostName().IsMatch(bucket))
        {
            return bucket + ".";
        }

        wire.PathTemplate = "/{Bucket}" + wire.PathTemplate;
        wire.Labels["{Bucket}"] = bucket;
        return null;
    }

    private static void Refuse(string bucket)
    {
        var message = bucket switch
        {
            _ when bucket.StartsWith("arn:", StringComparison.Ordinal) =>
                "an ARN is not supported here: give the bucket's name, or an access point's alias.",
            _ when bucket.EndsWith("--x-s3", StringComparison.Ordinal) =>
                "directory buckets (S3 Express One Zone) are not supported: they have endpoints and sessions of their own.",
            _ => null,
        };
        if (message is not null)
        {
            throw new AwsInputException("invalid_parameters", $"$.Bucket: {message}", [new("$.Bucket", message)]);
        }
    }

    // Without dots: the certificate of *.s3.amazonaws.com covers one label.
    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$")]
    private static partial Regex HostName();
}
