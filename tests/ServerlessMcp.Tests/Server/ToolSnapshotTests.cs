using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Tests.Server;

/// <summary>The tools as clients see them are a public contract: <c>Golden/tools/NAME.json</c>.</summary>
/// <remarks><c>SMCP_GOLDEN=write</c> writes them anew.</remarks>
public sealed class ToolSnapshotTests
{
    private static readonly JsonSerializerOptions Indented =
        new(JsonSerializerOptions.Default) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "ServerlessMcp.Tests", "Golden", "tools");

    [Fact]
    public async Task Every_tool_is_as_its_snapshot_says_and_no_snapshot_is_left_over()
    {
        var tools = await ToolsAsync();
        if (Environment.GetEnvironmentVariable("SMCP_GOLDEN") == "write")
        {
            Directory.CreateDirectory(Folder);
            foreach (var (name, tool) in tools)
            {
                await File.WriteAllTextAsync(Path.Combine(Folder, $"{name}.json"), tool, TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal(tools.Keys.Order(), Directory.GetFiles(Folder).Select(file => Path.GetFileNameWithoutExtension(file)).Order());
        Assert.All(tools, pair => Assert.Equal(File.ReadAllText(Path.Combine(Folder, $"{pair.Key}.json")), pair.Value));
    }

    [Fact]
    public async Task Every_tool_has_a_description_a_title_and_all_four_annotations()
    {
        Assert.All(await ToolsAsync(), pair =>
        {
            var tool = JsonNode.Parse(pair.Value)!;
            Assert.NotEmpty(tool["description"]!.GetValue<string>());
            Assert.NotEmpty(tool["title"]!.GetValue<string>());
            Assert.All(
                (string[])["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"],
                hint => Assert.NotNull(tool["annotations"]![hint]));
            Assert.Equal("object", tool["outputSchema"]!["type"]!.GetValue<string>());
        });
    }

    [Fact]
    public async Task Every_tools_answer_has_room_for_the_next_call_in_one_shape() =>
        Assert.All(await ToolsAsync(), pair =>
            Assert.Equal("object", (string?)JsonNode.Parse(pair.Value)!["outputSchema"]!["properties"]!["next"]?["type"]));

    /// <summary>Four characters a token is the usual rule of thumb; the list is in every conversation of every client.</summary>
    [Fact]
    public async Task The_list_of_tools_costs_less_than_five_hundred_tokens_a_tool()
    {
        await using var server = await TestEndpoint.StartAsync();

        var list = (await server.AskAsync("tools/list", []))["result"]!["tools"]!;

        var tokens = list.ToJsonString(new(Indented) { WriteIndented = false }).Length / 4;
        TestContext.Current.TestOutputHelper?.WriteLine($"tools/list: about {tokens} tokens");
        Assert.InRange(tokens, 1, 500 * list.AsArray().Count);
    }

    private static async Task<SortedDictionary<string, string>> ToolsAsync()
    {
        await using var server = await TestEndpoint.StartAsync();
        var tools = (await server.AskAsync("tools/list", []))["result"]!["tools"]!.AsArray();
        var byName = tools.ToDictionary(tool => tool!["name"]!.GetValue<string>(), tool => tool!.ToJsonString(Indented) + "\n");
        return new(byName, StringComparer.Ordinal);
    }
}
