using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Errors;
using ServerlessMcp.StatesLanguage.Paths;

namespace ServerlessMcp.StatesLanguage.Running;

/// <summary>What paths in a state can see: <c>$</c> and <c>$$</c>.</summary>
internal sealed record Scope(JsonNode? Input, JsonObject Context)
{
    /// <exception cref="RunFailureException">States.Runtime: the path leads to nothing.</exception>
    public JsonNode? Get(JsonPath path) => path.TryGet(Input, Context, out var value)
        ? value
        : throw new RunFailureException(
            ErrorNames.Runtime, $"The JSONPath '{path.Text}' could not be found in the input of state '{Context["State"]?["Name"]}'.");
}
