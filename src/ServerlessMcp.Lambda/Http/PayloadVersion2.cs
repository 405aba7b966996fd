using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace ServerlessMcp.Lambda.Http;

/// <summary>The event of a Function URL or an HTTP API: values of one header are joined with commas, cookies stand apart, the path holds the stage.</summary>
internal static class PayloadVersion2
{
    private const string NoStage = "$default";

    /// <exception cref="EventShapeException">A member is of another type than the version has.</exception>
    public static HttpEvent Read(JsonElement root, JsonElement context, JsonElement http)
    {
        var headers = Headers(root);
        HttpEventReader.AddHost(headers, context);
        var raw = root.Text("rawPath") is { Length: > 0 } path ? path : "/";
        var query = root.Text("rawQueryString") is { Length: > 0 } text ? $"?{text}" : "";
        var stage = context.Text("stage") is { Length: > 0 } name && name != NoStage ? $"/{name}" : "";
        var inStage = stage.Length > 0 && raw.StartsWith(stage, StringComparison.Ordinal) && (raw.Length == stage.Length || raw[stage.Length] == '/');
        var rest = inStage ? raw[stage.Length..] : raw;
        return new(IsVersion1: false, HttpEventReader.Method(http.Text("method") ?? ""))
        {
            PathBase = inStage ? stage : "",
            Path = HttpEventReader.Decoded(rest.Length == 0 ? "/" : rest),
            QueryString = query,
            RawTarget = raw + query,
            Protocol = http.Text("protocol") ?? "HTTP/1.1",
            Headers = headers,
            Body = HttpEventReader.Body(root, headers),
            SourceIp = HttpEventReader.Address(http),
            RequestId = context.Text("requestId"),
        };
    }

    private static HeaderDictionary Headers(JsonElement root)
    {
        var headers = new HeaderDictionary();
        foreach (var member in root.Object("headers")?.EnumerateObject() ?? default)
        {
            headers[member.NameIn("headers")] = member.Value.Value("headers");
        }

        if (root.Array("cookies") is { } cookies && cookies.GetArrayLength() > 0)
        {
            headers[HeaderNames.Cookie] = string.Join("; ", cookies.EnumerateArray().Select(cookie => cookie.Value("cookies")));
        }

        return headers;
    }
}
