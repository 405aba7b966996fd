using System.Collections.Concurrent;
using ServerlessMcp.AwsApi.Protocols;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>The Regions of buckets that S3 has said stand elsewhere. Thread safe.</summary>
/// <remarks>
/// A request to the wrong Region has done nothing: S3 answers 301 (PermanentRedirect), 400 (AuthorizationHeaderMalformed, or nothing but the status to
/// HEAD) or 307 while a new bucket's name is not yet known everywhere. Source: Amazon S3 User Guide, "Making requests using the REST API", redirection.
/// </remarks>
internal sealed class BucketRegions
{
    // A process that sees more buckets than this asks again for some.
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<string, string> _regions = new(StringComparer.Ordinal);

    /// <summary>Null as long as S3 has not said another one than was asked.</summary>
    public string? Find(string? bucket) => bucket is null ? null : _regions.GetValueOrDefault(bucket);

    public void Remember(string bucket, string region)
    {
        if (_regions.Count >= Most)
        {
            _regions.Clear();
        }

        _regions[bucket] = region;
    }

    /// <summary>The Region that the answer sends to; null if it sends nowhere.</summary>
    public static string? HintOf(WireAnswer answer, string code)
    {
        var isElsewhere = answer.Status is 301 or 307 || code == "AuthorizationHeaderMalformed" || (answer.Status == 400 && answer.Body.Length == 0);
        return isElsewhere ? answer.Headers.GetValueOrDefault("x-amz-bucket-region") ?? InBody(answer.Body) : null;
    }

    private static string? InBody(byte[] body)
    {
        try
        {
            return body.Length == 0 ? null : XmlAnswer.Root(body).Elements().FirstOrDefault(element => element.Name.LocalName == "Region")?.Value;
        }
        catch (UnreadableAnswerException)
        {
            // A redirect with some other body: then it says no Region.
            return null;
        }
    }
}
