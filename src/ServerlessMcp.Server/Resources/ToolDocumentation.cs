using System.Text;
using System.Text.Json;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Resources;

/// <summary>A tool's page, made from its definition: what it does, its arguments, an example, the members of its answer.</summary>
internal static class ToolDocumentation
{
    public static string Of(ToolDefinition tool, JsonElement schema)
    {
        var page = new StringBuilder();
        page.Append($"# {tool.Name}\n\n{tool.Title}. {tool.Description}\n\n");
        page.Append($"Needs the scope `{tool.Scope}`. {(tool.ReadOnly ? "It only reads" : tool.Destructive ? "It may change or delete" : "It changes something")}; "
            + $"the same call again {(tool.Idempotent ? "does nothing more" : "may do it again")}.\n");
        var arguments = Members(schema);
        if (arguments.Count > 0)
        {
            var required = Required(schema);
            page.Append("\n| argument | type | needed | what it is |\n|---|---|---|---|\n");
            foreach (var (name, argument) in arguments)
            {
                page.Append($"| `{name}` | {TypeOf(argument)} | {(required.Contains(name) ? "yes" : "no")} | {Cell(argument)} |\n");
            }
        }

        page.Append($"\nExample:\n\n    {tool.Name} {Views.Compact(SchemaExample.Of(schema))}\n");
        var answer = tool.OutputSchema is { } output ? Members(JsonElement.Parse(output)).Select(member => $"`{member.Name}`") : [];
        page.Append($"\nIts answer is a text and {string.Join(", ", answer)}. `next` is the call that goes on with it, `options` what can be done besides;\n"
            + "an error has `code`, `message`, `problems` and `retryable`.\n");
        return page.ToString();
    }

    private static List<(string Name, JsonElement Schema)> Members(JsonElement schema) =>
        schema.TryGetProperty("properties", out var members) ? [.. members.EnumerateObject().Select(member => (member.Name, member.Value))] : [];

    private static HashSet<string> Required(JsonElement schema) =>
        schema.TryGetProperty("required", out var names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];

    private static string TypeOf(JsonElement schema) =>
        schema.TryGetProperty("enum", out var values) ? string.Join(", ", values.EnumerateArray().Select(value => $"`{value}`"))
        : schema.TryGetProperty("type", out var type) ? (type.ValueKind == JsonValueKind.Array ? string.Join(" or ", type.EnumerateArray()) : type.GetString()!)
        : "any";

    private static string Cell(JsonElement schema)
    {
        List<string> parts = [];
        if (schema.TryGetProperty("description", out var description))
        {
            parts.Add(description.GetString()!.Replace("|", "\\|", StringComparison.Ordinal));
        }

        if (schema.TryGetProperty("minimum", out var least) && schema.TryGetProperty("maximum", out var most))
        {
            parts.Add($"{least} to {most}.");
        }

        return string.Join(' ', parts);
    }
}
