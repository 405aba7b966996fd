namespace ServerlessMcp.AwsApi;

/// <param name="Method"><c>GET</c> or <c>PUT</c>.</param>
/// <param name="Headers">What the request must send, letter by letter, besides the host.</param>
public sealed record AwsPresignedUrl(string Method, Uri Url, IReadOnlyDictionary<string, string> Headers, DateTimeOffset ExpiresAt)
{
    /// <summary>Never the signature: it may stand in a log.</summary>
    public override string ToString() => $"{Method} {Url.GetLeftPart(UriPartial.Path)} until {ExpiresAt:O}";
}
