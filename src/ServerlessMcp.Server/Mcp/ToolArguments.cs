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
}
