using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Server.Tools;

/// <summary>Pieces of structured content, whose members are snake_case, and of schemas for it.</summary>
internal static class Views
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A name that a caller sent, to be named in an answer: their whole megabyte is not sent back.</summary>
    public static string Cut(string name) => name.Length <= 64 ? name : $"{name[..64]}...";

    public static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode?)JsonValue.Create(text))];

    /// <summary>
    /// An output schema. An error result has <c>code</c> and <c>message</c> in place of the required members; some clients check error
    /// results against the schema too.
    /// </summary>
    /// <param name="properties">The text between the braces of <c>properties</c>.</param>
    public static string OutputSchema(string properties, params IReadOnlyList<string> required)
    {
        var names = string.Join(',', required.Select(name => $"\"{name}\""));
        return $$"""{"type":"object","properties":{{{properties}}},"anyOf":[{"required":[{{names}}]},{"required":["code","message"]}]}""";
    }

    /// <summary>JSON for a model's eyes: not more escaped than JSON asks for. Null is <c>null</c>.</summary>
    public static string Compact(JsonNode? node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            if (node is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                node.WriteTo(writer);
            }
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
