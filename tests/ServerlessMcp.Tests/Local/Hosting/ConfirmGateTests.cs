using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Executions;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Local.Cli;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Local.Hosting;

/// <summary>The question before a change, on the whole of local mode: real engine, table, worker, emulator and C# client.</summary>
[Collection(WithHostEmulator.Name)]
public sealed class ConfirmGateTests(EmulatorFixture emulator) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _queue = $"gate-{Guid.NewGuid():N}";
    private readonly List<string> _asked = [];
    private LocalHost _host = null!;
    private string _url = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var flags = new Dictionary<string, string> { ["--data"] = _folder.Path, ["--port"] = "0", ["--aws-endpoint"] = emulator.Endpoint.ToString() };
        var settings = new SettingsReader(_ => null, _folder.Path).Read(flags);
        _host = await LocalHost.StartAsync(settings, TimeProvider.System, _ => { }, sweep: null, Cancelled);
        await using var client = await ConnectAsync(null);
        var made = await CallAsync(client, "aws_change", $$$"""{"service":"sqs","operation":"CreateQueue","parameters":{"QueueName":"{{{_queue}}}"}}""");
        Assert.Equal("succeeded", (string?)(await EndAsync(client, (string)made["execution_id"]!))["status"]);
        _url = (await QueuesAsync(client)).Single();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("accept", "true", "succeeded")]
    [InlineData("accept", "false", "rejected")]
    [InlineData("decline", null, "rejected")]
    public async Task A_client_that_can_ask_is_asked_within_the_call_and_its_users_word_counts(string action, string? said, string status)
    {
        await using var client = await ConnectAsync(new() { Action = action, Content = Content(said) });

        var answer = await CallAsync(client, "aws_change", Delete());
        var ended = await EndAsync(client, (string)answer["execution_id"]!);

        Assert.Contains("DeleteQueue", Assert.Single(_asked), StringComparison.Ordinal);
        Assert.True(_asked[0].Contains(_queue, StringComparison.Ordinal), _asked[0]);
        Assert.Equal(status, (string?)ended["status"]);
        Assert.Equal(status == "succeeded" ? [] : [_url], await QueuesAsync(client));
    }

    [Theory]
    [InlineData("""{"action":"accept","content":{"confirm":true}}""", "completed", false)]
    [InlineData("""{"action":"decline"}""", "completed", true)]
    public async Task As_a_task_it_is_input_required_until_the_user_has_said_it(string said, string status, bool isError)
    {
        await using var client = await ConnectAsync(null);
        var raw = new RawClient(_host.Url, _host.Keys.Agent, """{"elicitation":{"form":{}},"extensions":{"io.modelcontextprotocol/tasks":{}}}""");

        var id = (string)(await raw.CallAsync("aws_change", Delete(), Cancelled))["taskId"]!;
        var asked = await raw.TaskUntilAsync(id, task => (string?)task["status"] != "working", Cancelled);
        var key = asked["inputRequests"]!.AsObject().Single().Key;
        Assert.Equal([_url], await QueuesAsync(client));
        await raw.AnswerAsync(id, key, said, Cancelled);
        var ended = await raw.TaskUntilAsync(id, task => (string?)task["status"] is not ("working" or "input_required"), Cancelled);

        Assert.Equal("input_required", (string?)asked["status"]);
        Assert.Equal(status, (string?)ended["status"]);
        Assert.Equal(isError, (bool?)ended["result"]!["isError"] is true);
        Assert.Equal(isError ? [_url] : [], await QueuesAsync(client));
    }

    [Fact]
    public async Task A_client_that_cannot_ask_gets_the_command_and_the_operators_door_decides()
    {
        await using var client = await ConnectAsync(null);

        var started = await client.CallToolAsync("aws_change", Arguments(Delete()), cancellationToken: Cancelled);
        var id = started.StructuredContent!.Value.GetProperty("execution_id").GetString()!;
        await using var confirm = SmcpProcess.Start(["confirm", id, "--data", _folder.Path]);
        var (code, said, _) = await confirm.EndAsync(Cancelled);
        var ended = await EndAsync(client, id);

        Assert.Contains($"smcp confirm {id}", Assert.IsType<TextContentBlock>(started.Content.Single()).Text, StringComparison.Ordinal);
        Assert.Equal(0, code);
        Assert.Contains(_queue, said, StringComparison.Ordinal); // The plan itself, whatever the agent says of it.
        Assert.EndsWith($"Execution {id} is confirmed.", said.Trim(), StringComparison.Ordinal);
        Assert.Equal("succeeded", (string?)ended["status"]);
        Assert.Empty(await QueuesAsync(client));
    }

    [Fact]
    public async Task The_agents_key_opens_no_door_of_the_operator_and_another_key_does_not_see_the_gate()
    {
        await using var client = await ConnectAsync(null);
        var id = (string)(await CallAsync(client, "aws_change", Delete()))["execution_id"]!;
        using var door = OperatorDoor.Open(new(_folder.Path));
        var stranger = await door.CreateKeyAsync(new("stranger", [Scope.Read, Scope.Operate]), Cancelled);
        var approver = await door.CreateKeyAsync(new("approver", [Scope.Read, Scope.Operate, Scope.Approve]), Cancelled);
        using var asAgent = new ServerDoor(_host.Url, _host.Keys.Agent);
        using var asApprover = new ServerDoor(_host.Url, approver);
        using var asOther = new ServerDoor(_host.Url, await door.CreateKeyAsync(new("other", [Scope.Approve], Owner: "bob"), Cancelled));
        const string tasks = """{"elicitation":{"form":{}},"extensions":{"io.modelcontextprotocol/tasks":{}}}""";
        const string yes = """{"action":"accept","content":{"confirm":true}}""";

        Assert.Equal("unauthorized", (await Assert.ThrowsAsync<CallerException>(() => asAgent.DecideAsync(id, true, null, Cancelled))).Code);
        Assert.Equal("unauthorized", (await Assert.ThrowsAsync<CallerException>(() => asApprover.KeysAsync(Cancelled))).Code);
        Assert.Equal("may_not_decide", (await Assert.ThrowsAsync<CallerException>(() => asOther.DecideAsync(id, true, null, Cancelled))).Code);
        Assert.Equal("unauthorized", (await Assert.ThrowsAsync<CallerException>(() => asAgent.ShowAsync(id, Cancelled))).Code);
        foreach (var key in (string[])[stranger, approver])
        {
            var other = new RawClient(_host.Url, key, tasks);
            await other.AnswerAsync(id, "confirm:1", yes, Cancelled);
            await other.CallAsync("aws_change", Delete(), Cancelled, new() { ["requestState"] = id, ["inputResponses"] = new JsonObject { ["confirm:1"] = JsonNode.Parse(yes) } });
        }

        var look = await CallAsync(client, "get_execution", $$"""{"id":"{{id}}"}""");
        Assert.Equal("awaiting_approval", (string?)look["status"]);
        Assert.Equal([_url], await QueuesAsync(client));
    }

    private string Delete() => $$$"""{"service":"sqs","operation":"DeleteQueue","parameters":{"QueueUrl":"{{{_url}}}"}}""";

    private async Task<McpClient> ConnectAsync(ElicitResult? says)
    {
        var transport = new HttpClientTransport(new()
        {
            Endpoint = _host.Url,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {_host.Keys.Agent}" },
        });
        var options = new McpClientOptions();
        if (says is not null)
        {
            options.Handlers = new()
            {
                ElicitationHandler = (question, _) =>
                {
                    _asked.Add(question!.Message);
                    return new(says);
                },
            };
        }

        return await McpClient.CreateAsync(transport, options, cancellationToken: Cancelled);
    }

    private async Task<List<string>> QueuesAsync(McpClient client) =>
        [.. ((await CallAsync(client, "aws_read", $$$"""{"service":"sqs","operation":"ListQueues","parameters":{"QueueNamePrefix":"{{{_queue}}}"}}"""))
            ["data"]?["QueueUrls"] as JsonArray ?? []).Select(url => (string)url!)];

    private static async Task<JsonObject> CallAsync(McpClient client, string tool, string arguments)
    {
        var answer = await client.CallToolAsync(tool, Arguments(arguments), cancellationToken: Cancelled);
        return JsonObject.Create(answer.StructuredContent!.Value)!;
    }

    private static async Task<JsonObject> EndAsync(McpClient client, string id)
    {
        while (true)
        {
            var look = await CallAsync(client, "get_execution", $$"""{"id":"{{id}}","wait_seconds":20}""");
            if (look["poll_after_seconds"] is null)
            {
                return look;
            }
        }
    }

    private static Dictionary<string, object?> Arguments(string json) =>
        JsonElement.Parse(json).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value);

    private static Dictionary<string, JsonElement>? Content(string? said) =>
        said is null ? null : new() { ["confirm"] = JsonElement.Parse(said) };
}
