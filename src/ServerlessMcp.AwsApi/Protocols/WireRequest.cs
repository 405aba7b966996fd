namespace ServerlessMcp.AwsApi.Protocols;

/// <summary>A request as a protocol puts it on the wire, before endpoint and signature.</summary>
internal sealed class WireRequest
{
    public string Method { get; set; } = "POST";

    /// <summary>URI template such as <c>/{Bucket}/{Key+}</c>; the signer fills in <see cref="Labels"/> and escapes.</summary>
    public string PathTemplate { get; set; } = "/";

    /// <summary>Values by placeholder, such as <c>{Key+}</c>.</summary>
    public Dictionary<string, string> Labels { get; } = new(StringComparer.Ordinal);

    public List<KeyValuePair<string, string>> Query { get; } = [];

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public byte[]? Body { get; set; }

    /// <summary>Goes before the endpoint's host; null without one.</summary>
    public string? HostPrefix { get; set; }

    /// <summary>The template with its labels, escaped.</summary>
    public string Path => Labels.Aggregate(PathTemplate, (path, label) => path.Replace(
        label.Key,
        label.Key.EndsWith("+}", StringComparison.Ordinal)
            ? string.Join('/', label.Value.Split('/').Select(Uri.EscapeDataString))
            : Uri.EscapeDataString(label.Value),
        StringComparison.Ordinal));

    /// <summary>The body, with a content type unless a header member has set one.</summary>
    public void SetBody(byte[] body, string contentType)
    {
        Body = body;
        Headers.TryAdd("Content-Type", contentType);
    }
}

/// <summary>An answer from the wire.</summary>
/// <param name="Headers">By name, in any case of letters.</param>
internal sealed record WireAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>The answer is not in the service's protocol.</summary>
internal sealed class UnreadableAnswerException(string message, Exception? cause = null) : Exception(message, cause);
