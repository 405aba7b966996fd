using System.Net;

namespace ServerlessMcp.Lambda.Http;

/// <summary>A request, read from an event of either version.</summary>
/// <param name="IsVersion1">Of a REST API, or of an HTTP API with payload version 1.0: the answer has another form.</param>
internal sealed record HttpEvent(bool IsVersion1, string Method)
{
    /// <summary>The stage, as <c>/prod</c>, where it stands in the path; else empty.</summary>
    public string PathBase { get; init; } = "";

    /// <summary>Decoded, but for <c>%2F</c>.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Encoded, with its <c>?</c>; or empty.</summary>
    public string QueryString { get; init; } = "";

    /// <summary>The path with its stage and the query, as they came.</summary>
    public string RawTarget { get; init; } = "/";

    public string Protocol { get; init; } = "HTTP/1.1";

    public IHeaderDictionary Headers { get; init; } = new HeaderDictionary();

    public byte[] Body { get; init; } = [];

    /// <summary>As the gateway saw it. What a client writes into <c>X-Forwarded-For</c> says nothing.</summary>
    public IPAddress? SourceIp { get; init; }

    /// <summary>The gateway's id of the request.</summary>
    public string? RequestId { get; init; }
}
