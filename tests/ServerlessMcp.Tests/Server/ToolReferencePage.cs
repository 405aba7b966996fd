using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Resources;
using ServerlessMcp.Tests.Local.Examples;

namespace ServerlessMcp.Tests.Server;

/// <summary>docs/tools.md: the tools' own pages, each with its example of <see cref="ToolExampleTests"/>.</summary>
internal static class ToolReferencePage
{
    public const string Path = "docs/tools.md";

    private const string Head = """
        # The tools

        <!-- Made by ToolReferenceTests from the tools' schemas and tests/ServerlessMcp.Tests/Golden/examples; SMCP_GOLDEN=write makes it anew. -->

        What each tool takes, what it answers, and one call of each. The calls are of one run in local mode on the emulator, in which a topic and a queue are planned, made and looked at;
        `ToolExampleTests` makes the run again and compares. Ids, hashes and times stand for those of a run. A client reads the same pages as MCP resources, `docs://tools/NAME`,
        with a shorter example.


        """;

    public static async Task<string> MakeAsync()
    {
        await using var server = await TestEndpoint.StartAsync();
        var catalog = server.Services.GetRequiredService<ToolCatalog>();
        var tools = (await server.ToolNamesAsync()).Select(name => catalog.Find(name)!).ToList();
        return Head
            + $"{string.Join(" · ", tools.Select(tool => $"[`{tool.Tool.Definition.Name}`](#{tool.Tool.Definition.Name})"))}\n\n"
            + string.Join('\n', tools.Select(tool => $"#{ToolDocumentation.Of(tool.Tool.Definition, tool.Schema, Example(tool.Tool.Definition.Name))}"));
    }

    public static async Task WriteAsync() =>
        await File.WriteAllTextAsync(System.IO.Path.Combine(Repository.Root, Path), await MakeAsync(), TestContext.Current.CancellationToken);

    private static string Example(string tool)
    {
        var example = ToolExample.Read(tool);
        var text = new StringBuilder($"Example:\n\n    {tool} {ToolExample.Compact(example.Arguments)}\n\n");
        text.Append($"```text\n{example.Text}\n```\n\n<details><summary>the same as structured content</summary>\n\n```json\n{ToolExample.Readable(example.Answer)}\n```\n\n</details>\n");
        return text.ToString();
    }
}
