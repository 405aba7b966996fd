using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Cli;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Local.Cli;

/// <summary><c>smcp stdio</c> as a client starts it: a process of its own, driven by the C# client.</summary>
[Collection(WithProgramEmulator.Name)]
public sealed class StdioTests(EmulatorFixture emulator) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task The_CSharp_client_lists_reads_and_changes_over_a_process(string? version)
    {
        var queue = $"stdio-{Guid.NewGuid():N}";
        await using var client = await ConnectAsync(version, null);

        var tools = await client.ListToolsAsync(cancellationToken: Cancelled);
        var change = await CallAsync(client, "aws_change", $$$"""{"service":"sqs","operation":"CreateQueue","parameters":{"QueueName":"{{{queue}}}"}}""");
        var ended = await EndAsync(client, change.GetProperty("execution_id").GetString()!);
        var read = await CallAsync(client, "aws_read", $$$"""{"service":"sqs","operation":"ListQueues","parameters":{"QueueNamePrefix":"{{{queue}}}"}}""");

        Assert.Contains(tools, tool => tool.Name == "aws_change");
        Assert.Equal("succeeded", ended);
        Assert.EndsWith(queue, read.GetProperty("data").GetProperty("QueueUrls")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_reaches_the_clients_user_over_stdio()
    {
        var asked = new List<string>();
        await using var client = await ConnectAsync(null, asked);
        await CallAsync(client, "aws_change", """{"service":"sqs","operation":"CreateQueue","parameters":{"QueueName":"asked"}}""");
        var url = new Uri(emulator.Endpoint, $"/{EmulatorFixture.Account}/asked");

        var change = await CallAsync(client, "aws_change", $$$"""{"service":"sqs","operation":"DeleteQueue","parameters":{"QueueUrl":"{{{url}}}"}}""");

        Assert.Single(asked);
        Assert.Equal("rejected", await EndAsync(client, change.GetProperty("execution_id").GetString()!));
    }

    [Fact]
    public async Task It_joins_a_server_that_runs_on_the_folder_and_leaves_it_running()
    {
        await using var server = SmcpProcess.Start(["serve", "--port", "0", "--data", _folder.Path, "--aws-endpoint", emulator.Endpoint.ToString()]);
        await server.ListeningAsync(Cancelled);
        await using (var client = await ConnectAsync(null, null))
        {
            var who = await CallAsync(client, "whoami", "{}");
            Assert.Equal("agent", who.GetProperty("principal").GetProperty("name").GetString());
        }

        Assert.Equal(server.Id, new LocalFiles(_folder.Path).Server()?.ProcessId);
    }

    private async Task<McpClient> ConnectAsync(string? version, List<string>? asked)
    {
        var transport = new StdioClientTransport(new()
        {
            Command = "dotnet",
            Arguments = [typeof(Smcp).Assembly.Location, "stdio", "--data", _folder.Path, "--aws-endpoint", emulator.Endpoint.ToString()],
        });
        var options = new McpClientOptions { ProtocolVersion = version };
        if (asked is not null)
        {
            options.Handlers = new()
            {
                ElicitationHandler = (question, _) =>
                {
                    asked.Add(question!.Message);
                    return new(new ElicitResult { Action = "decline" });
                },
            };
        }

        return await McpClient.CreateAsync(transport, options, cancellationToken: Cancelled);
    }

    private static async Task<JsonElement> CallAsync(McpClient client, string tool, string arguments)
    {
        var given = JsonElement.Parse(arguments).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value);
        return (await client.CallToolAsync(tool, given, cancellationToken: Cancelled)).StructuredContent!.Value;
    }

    private static async Task<string> EndAsync(McpClient client, string id)
    {
        while (true)
        {
            var look = await CallAsync(client, "get_execution", $$"""{"id":"{{id}}","wait_seconds":20}""");
            if (!look.TryGetProperty("poll_after_seconds", out _))
            {
                return look.GetProperty("status").GetString()!;
            }
        }
    }
}
