using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Blueprints;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Resources;

/// <summary>A blueprint's page: what it makes, its inputs, what it costs and how it is taken back, and the call that plans it.</summary>
internal static class BlueprintDocumentation
{
    public static string Of(Blueprint blueprint)
    {
        var page = new StringBuilder($"# {blueprint.Name}\n\n{blueprint.Title}. {blueprint.Description}\n\n| input | type | needed | default | what it is |\n|---|---|---|---|---|\n");
        foreach (var input in blueprint.Inputs)
        {
            var value = input.Default is { } given ? $"`{Views.Compact(given)}`" : "";
            page.Append($"| `{input.Name}` | {input.Type} | {(input.Required ? "yes" : "no")} | {value} | {input.Description.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        foreach (var cost in blueprint.Costs)
        {
            page.Append($"\nCost: {cost.Text}\n");
        }

        var inputs = new JsonObject(blueprint.Inputs.Where(input => input.Required).Select(input => KeyValuePair.Create(input.Name, (JsonNode?)input.Example.DeepClone())));
        var call = new JsonObject { ["title"] = blueprint.Title, ["blueprint"] = blueprint.Name, ["inputs"] = inputs };
        page.Append($"\nUndo: {blueprint.Undo}\n\nExample:\n\n    create_plan {Views.Compact(call)}\n");
        return page.ToString();
    }
}
