using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.StatesLanguage.Paths;

/// <summary>
/// InputPath or OutputPath: absent keeps the value, JSON null gives an empty object. Source: ASL, Input and Output Processing.
/// </summary>
internal sealed class FilterPath(JsonPath? path, bool isNull = false)
{
    public static FilterPath Empty { get; } = new(null, isNull: true);

    public JsonNode? Apply(Scope scope) => isNull ? new JsonObject() : path is null ? scope.Input : scope.Get(path);
}
