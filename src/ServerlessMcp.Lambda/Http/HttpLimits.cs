namespace ServerlessMcp.Lambda.Http;

/// <summary>Source: Lambda Developer Guide, "Lambda quotas": invocation payload, and payload of a streamed response.</summary>
internal static class HttpLimits
{
    /// <summary>Bytes of a buffered answer, with its envelope.</summary>
    public const int Buffered = 6 * 1024 * 1024;

    /// <summary>Bytes of a streamed answer's body.</summary>
    public const long Streamed = 200L * 1024 * 1024;
}
