using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Local.Cli;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Local.Hosting;

/// <summary>A question in the middle of a plan, on the whole of local mode: as a task, and at the operator's command line.</summary>
[Collection(WithHostEmulator.Name)]
public sealed class ApprovalStepTests(EmulatorFixture emulator) : IAsyncLifetime
{
    private const string Tasks = """{"elicitation":{"form":{}},"extensions":{"io.modelcontextprotocol/tasks":{}}}""";

    private readonly TemporaryFolder _folder = new();
    private readonly string _queue = $"middle-{Guid.NewGuid():N}";
    private LocalHost _host = null!;
    private RawClient _client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var flags = new Dictionary<string, string> { ["--data"] = _folder.Path, ["--port"] = "0", ["--aws-endpoint"] = emulator.Endpoint.ToString() };
        _host = await LocalHost.StartAsync(new SettingsReader(_ => null, _folder.Path).Read(flags), TimeProvider.System, _ => { }, sweep: null, Cancelled);
        _client = new RawClient(_host.Url, _host.Keys.Agent, Tasks);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("""{"action":"accept","content":{"confirm":true}}""", "succeeded", 2)]
    [InlineData("""{"action":"accept","content":{"confirm":false}}""", "rolled_back", 0)]
    public async Task As_a_task_it_is_working_then_asks_with_what_was_done_and_what_is_to_come(string said, string status, int queues)
    {
        var id = await StartAsync("confirm");
        var asked = await _client.TaskUntilAsync(id, task => (string?)task["status"] == "input_required", Cancelled);
        Assert.Equal(1, await QueuesAsync());
        var (key, question) = asked["inputRequests"]!.AsObject().Single();
        var message = (string)question!["params"]!["message"]!;

        await _client.AnswerAsync(id, key, said, Cancelled);
        var ended = await _client.TaskUntilAsync(id, task => (string?)task["status"] is not ("working" or "input_required"), Cancelled);

        Assert.Equal("confirm:3", key);
        Assert.StartsWith("Go on with a plan in account ", message, StringComparison.Ordinal);
        Assert.Contains("Its step ask asks.", message, StringComparison.Ordinal);
        Assert.Matches($"Done so far, and taken back if you say no:\n .*{_queue}-1", message);
        Assert.Matches($"To come if you say yes:\n.*{_queue}-2", message);
        Assert.Equal(status, (string?)ended["result"]!["structuredContent"]!["status"]);
        Assert.Equal(queues, await QueuesAsync());
    }

    [Fact]
    public async Task An_approval_by_another_stays_working_and_another_person_denies_it_at_the_command_line()
    {
        var id = await StartAsync("approve");
        await WaitAsync(id, "awaiting_approval");
        Assert.Equal("working", (string?)(await _client.TaskUntilAsync(id, _ => true, Cancelled))["status"]);

        await using var deny = SmcpProcess.Start(["deny", id, "--data", _folder.Path, "--key-file", await KeyFileAsync("bob")]);
        var (code, said, error) = await deny.EndAsync(Cancelled);
        var ended = await WaitAsync(id, "rolled_back");

        Assert.True(code == 0, error);
        Assert.EndsWith($"Execution {id} is denied.", said.Trim(), StringComparison.Ordinal);
        Assert.Equal(("ask", "denied"), ((string?)ended["failure"]!["step_id"], (string?)ended["failure"]!["code"]));
        Assert.Equal(0, await QueuesAsync());
    }

    [Fact]
    public async Task The_command_line_shows_the_question_before_its_yes_and_a_second_key_of_the_same_person_says_none()
    {
        var id = await StartAsync("approve");
        await WaitAsync(id, "awaiting_approval");

        var (mine, _, refusal) = await ConfirmAsync(id, []);
        var (code, said, error) = await ConfirmAsync(id, ["--key-file", await KeyFileAsync("bob")]);
        await WaitAsync(id, "succeeded");

        Assert.NotEqual(0, mine);
        Assert.Contains("Two keys of one owner are one person; yours is 'local'", refusal, StringComparison.Ordinal);
        Assert.True(code == 0, error);
        Assert.StartsWith("Go on with a plan in account ", said, StringComparison.Ordinal);
        Assert.Contains("  | Plan: Two queues", said, StringComparison.Ordinal);
        Assert.Equal(2, await QueuesAsync());
    }

    private async Task<(int Code, string Said, string Error)> ConfirmAsync(string id, string[] more)
    {
        await using var confirm = SmcpProcess.Start(["confirm", id, "--data", _folder.Path, .. more]);
        return await confirm.EndAsync(Cancelled);
    }

    private async Task<string> KeyFileAsync(string owner)
    {
        using var door = OperatorDoor.Open(new(_folder.Path));
        var path = Path.Combine(_folder.Path, $"{owner}.key");
        await File.WriteAllTextAsync(path, await door.CreateKeyAsync(new(owner, [Scope.Approve], Owner: owner), Cancelled), Cancelled);
        return path;
    }

    private async Task<string> StartAsync(string decision)
    {
        var plan = await AskAsync("create_plan", $$$"""
            {"title":"Two queues","steps":[
            {"id":"one","service":"sqs","operation":"CreateQueue","parameters":{"QueueName":"{{{_queue}}}-1"}},
            {"id":"ask","kind":"approval","decision":"{{{decision}}}","title":"Is the first one well?"},
            {"id":"two","service":"sqs","operation":"CreateQueue","parameters":{"QueueName":"{{{_queue}}}-2"}}]}
            """);
        var started = await _client.CallAsync(
            "execute_plan", $$"""{"plan_id":"{{plan["plan_id"]}}","plan_hash":"{{plan["plan_hash"]}}"}""", Cancelled);
        return (string)started["taskId"]!;
    }

    private async Task<JsonNode> WaitAsync(string id, string status)
    {
        for (var n = 0; n < 300; n++)
        {
            var look = await AskAsync("get_execution", $$"""{"id":"{{id}}"}""");
            if ((string?)look["status"] == status)
            {
                return look;
            }

            await Task.Delay(100, Cancelled);
        }

        throw new TimeoutException($"{id} never was {status}");
    }

    private async Task<int> QueuesAsync() =>
        ((await AskAsync("aws_read", $$$"""{"service":"sqs","operation":"ListQueues","parameters":{"QueueNamePrefix":"{{{_queue}}}"}}"""))
            ["data"]?["QueueUrls"] as JsonArray ?? []).Count;

    private async Task<JsonNode> AskAsync(string tool, string arguments) =>
        (await _client.CallAsync(tool, arguments, Cancelled))["structuredContent"]!;
}
