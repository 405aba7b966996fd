using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Server.Mcp;

/// <summary>Arguments that have passed the tool's schema: the types are what the schema says.</summary>
public sealed class ToolArguments(IReadOnlyDictionary<string, JsonElement> values)
{
    public bool Has(string name) => values.ContainsKey(name);

    public JsonElement this[string name] => values[name];

    public string Text(string name) => values[name].GetString()!;

    public string? TextOrNull(string name) => values.TryGetValue(name, out var value) ? value.GetString() : null;

    public int Number(string name, int otherwise) => values.TryGetValue(name, out var value) ? value.GetInt32() : otherwise;

    public bool Flag(string name) => values.TryGetValue(name, out var value) && value.GetBoolean();

    public JsonObject Json(string name) => JsonOrNull(name) ?? [];

    public JsonObject? JsonOrNull(string name) => values.TryGetValue(name, out var value) ? JsonObject.Create(value) : null;

    /// <summary>All arguments, and one more or another.</summary>
    public JsonObject With(string name, JsonNode value)
    {
        var all = All();
        all[name] = value;
        return all;
    }

    public JsonObject All() => new(values.Select(pair => KeyValuePair.Create(pair.Key, JsonNode.Parse(pair.Value.GetRawText()))));

    /// <summary>The items of a list; none if it is no list.</summary>
    public JsonArray JsonList(string name) =>
        values.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.Array ? JsonArray.Create(value)! : [];
}
