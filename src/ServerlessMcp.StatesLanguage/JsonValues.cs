using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.StatesLanguage;

/// <summary>What the language asks of JSON values.</summary>
internal static class JsonValues
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool Is(this JsonNode? node, JsonValueKind kind) => node?.GetValueKind() == kind;

    public static bool IsBoolean(this JsonNode? node) => node?.GetValueKind() is JsonValueKind.True or JsonValueKind.False;

    public static string? AsText(this JsonNode? node) => node.Is(JsonValueKind.String) ? node!.GetValue<string>() : null;

    /// <summary>By its JSON text, because a node may hold any of the CLR's number types.</summary>
    public static double Number(JsonNode node) => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    /// <summary>UTF-8 JSON without escapes that JSON does not need.</summary>
    public static string Write(JsonNode? node) => Encoding.UTF8.GetString(Buffer(node).WrittenSpan);

    /// <summary>Bytes of <see cref="Write"/>.</summary>
    public static int Size(JsonNode? node) => Buffer(node).WrittenCount;

    private static ArrayBufferWriter<byte> Buffer(JsonNode? node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Relaxed);
        if (node is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            node.WriteTo(writer);
        }

        return buffer;
    }
}
