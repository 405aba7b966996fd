using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Server.Resources;

/// <summary>The smallest call that a schema takes, as far as the schema says: its needed arguments, each with the value that its description names.</summary>
internal static class SchemaExample
{
    public static JsonNode? Of(JsonElement schema)
    {
        if (schema.TryGetProperty("enum", out var values))
        {
            return JsonNode.Parse(values[0].GetRawText());
        }

        return (schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : "") switch
        {
            "object" => Object(schema),
            "array" => schema.TryGetProperty("items", out var items) ? new JsonArray(Of(items)) : new JsonArray(),
            "integer" or "number" => JsonValue.Create(schema.TryGetProperty("minimum", out var least) ? least.GetInt32() : 1),
            "boolean" => JsonValue.Create(true),
            _ => JsonValue.Create(Text(schema)),
        };
    }

    private static JsonObject Object(JsonElement schema)
    {
        var example = new JsonObject();
        if (schema.TryGetProperty("properties", out var members))
        {
            foreach (var name in Required(schema).Distinct())
            {
                example[name] = members.TryGetProperty(name, out var member) ? Of(member) : null;
            }
        }

        return example;
    }

    /// <summary>Of alternatives, the first.</summary>
    private static IEnumerable<string> Required(JsonElement schema)
    {
        string[] alternatives = ["oneOf", "anyOf"];
        var first = alternatives.Where(name => schema.TryGetProperty(name, out _)).SelectMany(name => Required(schema.GetProperty(name)[0]));
        var own = schema.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(one => one.GetString()!) : [];
        return own.Concat(first);
    }

    private static string Text(JsonElement schema)
    {
        const string such = "Such as ";
        if (schema.TryGetProperty("description", out var description) && description.GetString() is { } text
            && text.IndexOf(such, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
        {
            var rest = text[(at + such.Length)..];
            var end = rest.IndexOfAny([' ', ',', ';']);
            return (end < 0 ? rest : rest[..end]).TrimEnd('.', ':', ',');
        }

        return (schema.TryGetProperty("pattern", out var pattern) ? pattern.GetString() ?? "" : "") switch
        {
            ['^', '(', 'e', 'x', ..] or ['^', 'e', 'x', ..] => $"ex_{new string('a', 26)}",
            ['^', 'p', 'l', ..] => $"pl_{new string('a', 26)}",
            ['^', 's', 'h', 'a', ..] => $"sha256:{new string('0', 64)}",
            ['^', '[', 'a', ..] => "name",
            _ => "...",
        };
    }
}
