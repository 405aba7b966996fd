using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Blueprints;

namespace ServerlessMcp.Tests.Planning.Blueprints;

/// <summary>The part of docs/blueprints.md that is made from the blueprints themselves.</summary>
internal static class BlueprintPage
{
    public const string Mark = "<!-- From here on made from src/ServerlessMcp.Planning/Blueprints/catalogue by BlueprintPageTests. -->";

    public static string Write(IEnumerable<Blueprint> blueprints)
    {
        var page = new StringBuilder($"{Mark}\n");
        foreach (var blueprint in blueprints)
        {
            page.Append($"\n## {blueprint.Name}\n\n{blueprint.Description}\n\n");
            page.Append($"    create_plan {{\"blueprint\":\"{blueprint.Name}\",\"inputs\":{Required(blueprint).ToJsonString()}}}\n\n");
            page.Append("| input | what it is | type | default |\n|---|---|---|---|\n");
            foreach (var input in blueprint.OwnInputs)
            {
                page.Append($"| `{input.Name}` | {Cell(input.Description)} | {Cell(InputValue.Expected(input))} | {Default(input)} |\n");
            }

            page.Append($"\nSteps: {string.Join(", ", blueprint.Steps.Select(Step))}.\n");
            foreach (var cost in blueprint.Costs)
            {
                page.Append($"\nCosts: {cost.Text}.\n");
            }

            page.Append($"\nUndo: {blueprint.Undo}\n");
        }

        return page.ToString();
    }

    private static JsonObject Required(Blueprint blueprint) => new(blueprint.Inputs
        .Where(input => input.Required)
        .Select(input => KeyValuePair.Create(input.Name, (JsonNode?)input.Example.DeepClone())));

    private static string Default(BlueprintInput input) => input switch
    {
        { Required: true } => "required",
        { Default: JsonValue value } when value.TryGetValue<string>(out var text) && text.Contains('\n', StringComparison.Ordinal) => "a short example",
        { Default: { } value } => $"`{Cell(value.ToJsonString(Relaxed))}`",
        _ => "none",
    };

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Step(BlueprintStep step) =>
        $"`{(step.Reads is null ? step.Operation : string.Join(", ", step.Reads.Select(read => read.Operation)))}`{(step.ForEach is null ? "" : " for each")}{(step.When is null ? "" : $" (if `{step.When}`)")}";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
