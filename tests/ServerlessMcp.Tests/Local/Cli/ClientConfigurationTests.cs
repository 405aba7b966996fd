using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Cli;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Local.Cli;

public sealed class ClientConfigurationTests : IDisposable
{
    private const string Url = "http://127.0.0.1:8000/mcp";
    private readonly TemporaryFolder _folder = new();
    private readonly ClientConfiguration _configuration = new(Url, "smcp_key");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Claude_Code_gets_one_line_to_type() => Assert.Equal(
        $"claude mcp add --transport http serverless-mcp {Url} --header \"Authorization: Bearer smcp_key\"\n", _configuration.Show("claude-code"));

    [Fact]
    public void Every_client_is_told_the_address_and_the_key() => Assert.All(ClientConfiguration.Clients, client =>
    {
        Assert.Contains(Url, _configuration.Show(client), StringComparison.Ordinal);
        Assert.Contains("Bearer smcp_key", _configuration.Show(client), StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("claude-code", "mcpServers")]
    [InlineData("vscode", "servers")]
    [InlineData("cursor", "mcpServers")]
    public void Writing_adds_the_server_and_leaves_all_else(string client, string list)
    {
        var path = Path.Combine(_folder.Path, ClientConfiguration.FileOf(client)!);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $$"""{ "{{list}}": { "other": { "url": "x" } }, "more": 1 }""");

        Assert.Equal(path, _configuration.Write(client, _folder.Path));

        var written = JsonNode.Parse(File.ReadAllText(path))!;
        Assert.Equal(Url, (string?)written[list]!["serverless-mcp"]!["url"]);
        Assert.Equal("x", (string?)written[list]!["other"]!["url"]);
        Assert.Equal(1, (int?)written["more"]);
        Assert.True(PrivateFile.IsPrivate(path));
    }

    [Fact]
    public void A_file_with_comments_is_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, ".vscode"));
        var path = WriteFile(".vscode/mcp.json", "{ // mine\n }");

        Assert.ThrowsAny<JsonException>(() => _configuration.Write("vscode", _folder.Path));

        Assert.Contains("// mine", File.ReadAllText(path), StringComparison.Ordinal);
    }

    private string WriteFile(string name, string text)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, text);
        return path;
    }
}
