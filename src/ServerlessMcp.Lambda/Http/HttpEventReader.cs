using System.Net;
using System.Text;
using System.Text.Json;

namespace ServerlessMcp.Lambda.Http;

/// <summary>Tells the versions apart and reads what they have in common.</summary>
/// <remarks>Source: API Gateway Developer Guide, "AWS Lambda proxy integrations for HTTP APIs" and "Lambda proxy integrations in API Gateway"; Lambda Developer Guide, "Invoking Lambda function URLs".</remarks>
internal static class HttpEventReader
{
    /// <exception cref="EventShapeException">With what is wrong and the shapes that are taken.</exception>
    public static HttpEvent Read(ReadOnlyMemory<byte> payload)
    {
        using var document = Parse(payload);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || root.Object("requestContext") is not { } context)
        {
            throw new EventShapeException("The event has no 'requestContext'.");
        }

        return context.Object("http") is { } http
            ? PayloadVersion2.Read(root, context, http)
            : root.Text("httpMethod") is { } method
                ? PayloadVersion1.Read(root, context, method)
                : throw new EventShapeException("The event has neither 'requestContext.http' nor 'httpMethod'.");
    }

    /// <summary>Also sets the length, which is counted and not believed.</summary>
    internal static byte[] Body(JsonElement root, IHeaderDictionary headers)
    {
        var body = root.Text("body") is { } text ? Bytes(text, root.Flag("isBase64Encoded")) : [];
        headers.TransferEncoding = default;
        headers.ContentLength = body.Length;
        return body;
    }

    internal static void AddHost(IHeaderDictionary headers, JsonElement context)
    {
        if (headers.Host.Count == 0 && context.Text("domainName") is { Length: > 0 } domain)
        {
            headers.Host = domain;
        }
    }

    internal static IPAddress? Address(JsonElement? holder) => IPAddress.TryParse(holder?.Text("sourceIp"), out var address) ? address : null;

    internal static string Method(string text) => text.Length is > 0 and <= 32 && text.All(char.IsAsciiLetter)
        ? HttpMethods.GetCanonicalizedValue(text)
        : throw new EventShapeException("The method of the event is none.");

    internal static string Decoded(string path)
    {
        try
        {
            return path.StartsWith('/')
                ? PathString.FromUriComponent(path).Value!
                : throw new EventShapeException("The path of the event does not begin with '/'.");
        }
        catch (InvalidOperationException)
        {
            throw new EventShapeException("The path of the event cannot be decoded."); // A zero character.
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return JsonDocument.Parse(payload);
        }
        catch (JsonException)
        {
            throw new EventShapeException("The event is not JSON.");
        }
    }

    private static byte[] Bytes(string text, bool isBase64)
    {
        try
        {
            return isBase64 ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(text);
        }
        catch (FormatException)
        {
            throw new EventShapeException("'body' of the event is not base64, as 'isBase64Encoded' says.");
        }
    }
}
