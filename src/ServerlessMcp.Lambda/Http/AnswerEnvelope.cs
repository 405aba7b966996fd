using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Net.Http.Headers;

namespace ServerlessMcp.Lambda.Http;

/// <summary>An answer in the form that the gateway of the event takes.</summary>
/// <remarks>
/// <code>
/// version 2   {"statusCode", "headers", "cookies"?, "body", "isBase64Encoded"?}                values of one header joined with commas
/// version 1   {"statusCode", "headers", "multiValueHeaders"?, "body", "isBase64Encoded"?}
/// streamed    the same without a body, eight zero bytes, and the body as it comes
/// </code>
/// </remarks>
internal static class AnswerEnvelope
{
    private const int ZeroBytes = 8;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>They are about a connection, and the gateway has its own.</summary>
    private static readonly string[] OfTheConnection = [HeaderNames.TransferEncoding, HeaderNames.Connection, HeaderNames.KeepAlive];

    public static ReadOnlyMemory<byte> Buffered(bool isVersion1, int status, IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        var envelope = new ArrayBufferWriter<byte>(body.Length + 512);
        using (var writer = new Utf8JsonWriter(envelope, Writing))
        {
            WriteHead(writer, isVersion1, status, headers, withLength: true);
            if (IsText(headers, body.Span))
            {
                writer.WriteString("body"u8, body.Span);
            }
            else
            {
                writer.WriteBase64String("body"u8, body.Span);
                writer.WriteBoolean("isBase64Encoded"u8, true);
            }

            writer.WriteEndObject();
        }

        return envelope.WrittenMemory;
    }

    /// <summary>What comes before the body of a streamed answer.</summary>
    public static ReadOnlyMemory<byte> Prelude(bool isVersion1, int status, IHeaderDictionary headers)
    {
        var prelude = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(prelude, Writing))
        {
            WriteHead(writer, isVersion1, status, headers, withLength: false);
            writer.WriteEndObject();
        }

        prelude.GetSpan(ZeroBytes)[..ZeroBytes].Clear();
        prelude.Advance(ZeroBytes);
        return prelude.WrittenMemory;
    }

    private static void WriteHead(Utf8JsonWriter writer, bool isVersion1, int status, IHeaderDictionary headers, bool withLength)
    {
        var sent = headers.Where(header => header.Value.Count > 0
            && !OfTheConnection.Contains(header.Key, StringComparer.OrdinalIgnoreCase)
            && (withLength || !header.Key.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase))).ToLookup(header => NeedsItsOwn(header.Key, header.Value.Count, isVersion1));
        writer.WriteStartObject();
        writer.WriteNumber("statusCode"u8, status);
        writer.WriteStartObject("headers"u8);
        foreach (var (name, values) in sent[false])
        {
            writer.WriteString(name, string.Join(", ", values.ToArray()));
        }

        writer.WriteEndObject();
        if (!isVersion1 && headers.SetCookie.Count > 0)
        {
            WriteArray(writer, "cookies", headers.SetCookie.ToArray());
        }
        else if (sent[true].Any())
        {
            writer.WriteStartObject("multiValueHeaders"u8);
            foreach (var (name, values) in sent[true])
            {
                WriteArray(writer, name, values.ToArray());
            }

            writer.WriteEndObject();
        }
    }

    /// <summary>Cookies of version 2 are no header; version 1 keeps several values apart, and version 2 must not see <c>multiValueHeaders</c>.</summary>
    private static bool NeedsItsOwn(string name, int values, bool isVersion1) =>
        isVersion1 ? values > 1 : name.Equals(HeaderNames.SetCookie, StringComparison.OrdinalIgnoreCase);

    private static void WriteArray(Utf8JsonWriter writer, string name, string?[] values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    /// <summary>The SDK says <c>Content-Encoding: identity</c>, which is none.</summary>
    private static bool IsText(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        var type = headers.ContentType.ToString();
        var isPlain = headers.ContentEncoding.ToString() is "" or "identity";
        var isTextType = type.Length == 0 || type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.Contains("json", StringComparison.OrdinalIgnoreCase) || type.Contains("xml", StringComparison.OrdinalIgnoreCase)
            || type.Contains("javascript", StringComparison.OrdinalIgnoreCase);
        return isPlain && isTextType && Utf8.IsValid(body);
    }
}
