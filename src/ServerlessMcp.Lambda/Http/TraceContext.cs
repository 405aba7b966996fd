namespace ServerlessMcp.Lambda.Http;

/// <summary>X-Ray's trace id as W3C's: the spans of this process become part of the gateway's trace.</summary>
/// <remarks>Source: X-Ray Developer Guide, "Tracing header"; W3C Trace Context, "traceparent".</remarks>
internal static class TraceContext
{
    /// <param name="xray"><c>Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1</c>.</param>
    /// <returns>Null when it is not of this form.</returns>
    public static string? ToTraceParent(string? xray)
    {
        string? root = null, parent = null;
        var isSampled = false;
        foreach (var part in (xray ?? "").Split(';'))
        {
            switch (part.Split('='))
            {
                case ["Root", { Length: 35 } value] when value.StartsWith("1-", StringComparison.Ordinal) && value[10] == '-':
                    root = value[2..10] + value[11..];
                    break;
                case ["Parent", { Length: 16 } value]:
                    parent = value;
                    break;
                case ["Sampled", "1"]:
                    isSampled = true;
                    break;
            }
        }

        return root is not null && parent is not null && (root + parent).All(char.IsAsciiHexDigit)
            ? $"00-{root}-{parent}-{(isSampled ? "01" : "00")}".ToLowerInvariant()
            : null;
    }
}
