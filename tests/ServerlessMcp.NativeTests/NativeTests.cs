using System.Text.Json;
using ModelContextProtocol.Client;

namespace ServerlessMcp.NativeTests;

/// <summary>What a client and a person see of the native binary: trimming took nothing that is needed.</summary>
public sealed class NativeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smcp-native-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task All_scenes_of_the_demo_hold()
    {
        var (code, output, error) = await NativeBinary.RunAsync(["demo", "--json"], Cancelled);

        Assert.True(code == 0, error);
        Assert.True(JsonElement.Parse(output).GetProperty("ok").GetBoolean());
    }

    [Theory]
    [InlineData("2025-06-18")]
    [InlineData("2026-07-28")]
    public async Task A_client_plans_and_runs_over_stdio(string version)
    {
        var transport = new StdioClientTransport(new() { Command = NativeBinary.OrSkip(), Arguments = ["stdio", "--data", _folder] });
        await using var client = await McpClient.CreateAsync(transport, new() { ProtocolVersion = version }, cancellationToken: Cancelled);

        var change = await CallAsync(client, "aws_change", """{"service":"sns","operation":"CreateTopic","parameters":{"Name":"native"}}""");
        var id = change.GetProperty("execution_id").GetString();
        var ended = await CallAsync(client, "get_execution", $$"""{"id":"{{id}}","wait_seconds":20}""");
        var topics = await CallAsync(client, "aws_read", """{"service":"sns","operation":"ListTopics","parameters":{},"query":"Topics[].TopicArn"}""");

        Assert.Equal("succeeded", ended.GetProperty("status").GetString());
        Assert.Contains(":native", topics.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configuration_is_shown_and_checked()
    {
        var shown = await NativeBinary.RunAsync(["config", "show", "--data", _folder], Cancelled);
        var refused = await NativeBinary.RunAsync(["serve", "--port", "70000", "--data", _folder], Cancelled);

        Assert.Equal(0, shown.Code);
        Assert.Contains(_folder, shown.Output, StringComparison.Ordinal);
        Assert.Equal(2, refused.Code);
        Assert.Contains("--port", refused.Error, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> CallAsync(McpClient client, string tool, string arguments)
    {
        var members = JsonElement.Parse(arguments).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value);
        var result = await client.CallToolAsync(tool, members, cancellationToken: Cancelled);
        Assert.NotEqual(true, result.IsError);
        return result.StructuredContent!.Value;
    }
}
