using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Parsing;
using ServerlessMcp.StatesLanguage.Paths;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.StatesLanguage.States;

/// <summary>InputPath, ResultPath and OutputPath of one state.</summary>
internal sealed record Filters(FilterPath Input, ResultPath Result, FilterPath Last)
{
    public static Filters Read(Fields fields) => new(fields.Filter("InputPath"), ResultPath.Read(fields), fields.Filter("OutputPath"));

    /// <summary>ResultPath puts the result into the raw input, not into what InputPath picked; then OutputPath picks.</summary>
    public JsonNode? Output(Scope raw, JsonNode? result) => Last.Apply(raw with { Input = Result.Place(raw.Input, result) });
}
