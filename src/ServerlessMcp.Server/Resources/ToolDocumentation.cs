using System.Text;
using System.Text.Json;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Resources;

/// <summary>A tool's page, made from its definition: what it does, its arguments, an example, the members of its answer, its errors.</summary>
internal static class ToolDocumentation
{
    /// <summary>With the smallest call that the schema takes as its example.</summary>
    public static string Of(ToolDefinition tool, JsonElement schema) =>
        Of(tool, schema, $"Example:\n\n    {tool.Name} {Views.Compact(SchemaExample.Of(schema))}\n");

    /// <param name="example">Markdown that stands between arguments and answer.</param>
    public static string Of(ToolDefinition tool, JsonElement schema, string example)
    {
        var page = new StringBuilder();
        page.Append($"# {tool.Name}\n\n{tool.Title}. {tool.Description}\n\n");
        page.Append($"Needs the scope `{tool.Scope}`. {(tool.ReadOnly ? "It only reads" : tool.Destructive ? "It may change or delete" : "It changes something")}; "
            + $"the same call again {(tool.Idempotent ? "does nothing more" : "may do it again")}. "
            + $"It {(tool.OpenWorld ? "reaches AWS" : "reaches only what this server keeps")}.\n");
        var arguments = SchemaRow.Of(schema).ToList();
        page.Append(arguments.Count == 0 ? "\nIt takes no argument.\n" : "\n| argument | type | needed | what it is |\n|---|---|---|---|\n");
        foreach (var row in arguments)
        {
            page.Append($"| `{row.Path}` | {Cell(row.Type)} | {(row.Needed ? "yes" : "no")} | {Cell(row.About)} |\n");
        }

        page.Append($"\n{example}");
        var answer = tool.OutputSchema is { } output ? SchemaRow.Of(JsonElement.Parse(output)) : [];
        page.Append("\nIts answer is a text and these members, as far as there is something to say:\n\n| member of the answer | type |\n|---|---|\n");
        foreach (var row in answer)
        {
            page.Append($"| `{row.Path}` | {Cell(row.Type)}{(row.About.Length > 0 ? $": {Cell(row.About)}" : "")} |\n");
        }

        var common = ToolErrorCodes.All.Where(code => code.Tools.Count == 0).Select(code => $"`{code.Code}` ({code.Means})");
        page.Append("\n`next` is the call that goes on with it, `options` what can be done besides. An error has `code`, `message`, `problems` and `retryable`.\n"
            + $"As every tool it can answer {string.Join(", ", common)}.\n");
        List<ToolErrorCode> own = [.. ToolErrorCodes.Of(tool.Name)];
        page.Append(own.Count == 0 ? "" : "\n| its own codes | what they mean |\n|---|---|\n");
        foreach (var code in own)
        {
            page.Append($"| `{code.Code}` | {code.Means} |\n");
        }

        return page.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
