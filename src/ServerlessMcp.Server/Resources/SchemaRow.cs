using System.Text.Json;

namespace ServerlessMcp.Server.Resources;

/// <summary>One member of a schema as a page shows it.</summary>
/// <param name="Path">Such as <c>steps[].wait.until</c>.</param>
/// <param name="Type">With its bounds, in markdown.</param>
/// <param name="Needed">Whether the object that it is in needs it.</param>
/// <param name="About">Its description; empty if it has none.</param>
internal sealed record SchemaRow(string Path, string Type, bool Needed, string About)
{
    /// <summary>Members, and after each what is inside it.</summary>
    public static IEnumerable<SchemaRow> Of(JsonElement schema, string within = "")
    {
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!).ToHashSet() : [];
        foreach (var member in schema.TryGetProperty("properties", out var members) ? members.EnumerateObject() : default)
        {
            var path = within + member.Name;
            yield return new(path, TypeOf(member.Value), required.Contains(member.Name), Text(member.Value, "description"));
            var inside = member.Value.TryGetProperty("items", out var items) ? Of(items, $"{path}[].") : Of(member.Value, $"{path}.");
            foreach (var row in inside)
            {
                yield return row;
            }
        }
    }

    private static string TypeOf(JsonElement schema)
    {
        if (schema.TryGetProperty("enum", out var values))
        {
            return string.Join(", ", values.EnumerateArray().Select(value => $"`{value}`"));
        }

        var type = schema.TryGetProperty("type", out var named) ? named.ToString() : "any";
        var of = schema.TryGetProperty("items", out var items) ? $" of {TypeOf(items)}" : "";
        return string.Join(", ", Bounds(schema).Prepend(type + of));
    }

    private static IEnumerable<string> Bounds(JsonElement schema)
    {
        if (Text(schema, "pattern") is { Length: > 0 } pattern)
        {
            yield return $"`{pattern}`";
        }

        (string Least, string Most, string Of)[] kinds = [("minimum", "maximum", ""), ("minLength", "maxLength", " characters"), ("minItems", "maxItems", " items")];
        foreach (var (least, most, of) in kinds)
        {
            switch (Text(schema, least), Text(schema, most))
            {
                case ("", ""):
                    break;
                case ("", var top):
                    yield return $"at most {top}{of}";
                    break;
                case (var bottom, ""):
                    yield return $"at least {bottom}{of}";
                    break;
                case var (bottom, top):
                    yield return $"{bottom} to {top}{of}";
                    break;
            }
        }
    }

    private static string Text(JsonElement schema, string name) => schema.TryGetProperty(name, out var value) ? value.ToString() : "";
}
