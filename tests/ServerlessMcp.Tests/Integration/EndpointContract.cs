using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ServerlessMcp.Tests.Local.Hosting;

namespace ServerlessMcp.Tests.Integration;

/// <summary>What a server promises over MCP, wherever it runs. It makes a topic and a network of its own, which cost nothing, and takes them back.</summary>
public abstract class EndpointContract : IAsyncLifetime
{
    private readonly string _name = $"smcp-test-{Guid.NewGuid():N}";
    private EndpointUnderTest? _endpoint;
    private McpClient? _client;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await OpenAsync(Cancelled);
        _client = await _endpoint.ConnectAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await (_client?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_endpoint?.DisposeAsync() ?? ValueTask.CompletedTask);
        GC.SuppressFinalize(this);
    }

    private protected abstract Task<EndpointUnderTest> OpenAsync(CancellationToken cancellationToken);

    [Fact]
    public async Task Every_tool_says_whether_it_changes_something()
    {
        var tools = await _client!.ListToolsAsync(cancellationToken: Cancelled);

        Assert.Contains("whoami", tools.Select(tool => tool.Name));
        Assert.All(tools, tool =>
        {
            Assert.NotNull(tool.ProtocolTool.Annotations?.ReadOnlyHint);
            Assert.NotNull(tool.ProtocolTool.Annotations?.DestructiveHint);
            Assert.Equal(JsonValueKind.Object, tool.JsonSchema.ValueKind);
        });
    }

    [Fact]
    public async Task A_change_is_planned_made_seen_and_taken_back()
    {
        await DemandChangesAsync();
        var plan = await CallAsync("create_plan", $$$"""{"title":"a topic","steps":[{{{Topic}}}]}""");
        var made = await RunAsync(plan);
        var seen = await TopicsAsync();
        var undo = await CallAsync("rollback_execution", $$"""{"execution_id":"{{made["execution_id"]}}"}""");
        var again = await RunAsync(plan);
        var undone = await RunAsync(undo);

        Assert.Equal("full", (string?)plan["reversibility"]);
        Assert.Equal("succeeded", (string?)made["status"]);
        Assert.Single(seen);
        Assert.Equal((string?)made["execution_id"], (string?)again["execution_id"]);
        Assert.Equal("succeeded", (string?)undone["status"]);
        Assert.Empty(await TopicsAsync());
    }

    [Fact]
    public async Task A_refused_step_takes_back_what_was_done_before_it()
    {
        await DemandChangesAsync();
        var plan = await CallAsync("create_plan", $$$"""
            {"title":"refused at the end","steps":[{{{Topic}}},
             {"id":"vpc","service":"ec2","operation":"CreateVpc","parameters":{"CidrBlock":"10.77.0.0/24"}},
             {"id":"subnet","service":"ec2","operation":"CreateSubnet","parameters":{"VpcId":"${steps.vpc.output.Vpc.VpcId}","CidrBlock":"10.99.0.0/24"}}]}
            """);
        var ended = await RunAsync(plan);

        Assert.Equal("rolled_back", (string?)ended["status"]);
        Assert.StartsWith("InvalidSubnet", (string?)ended["failure"]!["code"], StringComparison.Ordinal);
        Assert.Empty(await TopicsAsync());
    }

    [Fact]
    public async Task Bad_input_is_refused_with_all_problems_at_once()
    {
        var answer = await CallAsync("create_plan", """
            {"title":"wrong","steps":[{"id":"a","service":"sns","operation":"CreateTopik","parameters":{}},
                                      {"id":"b","service":"sns","operation":"CreateTopic","parameters":{"Nam":"x"}}]}
            """);

        Assert.True((bool)answer["isError"]!);
        Assert.Equal(["steps[0]", "steps[1]"], answer["problems"]!.AsArray().Select(problem => ((string)problem!["path"]!)[..8]).Distinct().Order());
        Assert.Contains("CreateTopic", answer["problems"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_with_tasks_gets_a_task_that_ends()
    {
        await DemandChangesAsync();
        var raw = new RawClient(_endpoint!.Url, _endpoint.Key, """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""");

        var started = await raw.CallAsync("aws_change", $$$"""{"service":"sns","operation":"CreateTopic","parameters":{"Name":"{{{_name}}}"}}""", Cancelled);
        var id = (string)started["taskId"]!;
        var ended = await raw.TaskUntilAsync(id, task => (string?)task["status"] != "working", Cancelled);
        var undone = await RunAsync(await CallAsync("rollback_execution", $$"""{"execution_id":"{{id}}"}"""));

        Assert.Equal("completed", (string?)ended["status"]);
        Assert.Equal("succeeded", (string?)undone["status"]);
    }

    [Fact]
    public async Task Without_its_key_nobody_gets_in()
    {
        Assert.SkipWhen(_endpoint!.Key.Length == 0, "SMCP_TEST_KEY is not set: the endpoint asks for no key.");

        await Assert.ThrowsAsync<HttpRequestException>(() => _endpoint.ConnectAsync(Cancelled, "no-key"));
    }

    private string Topic => $$$"""{"id":"topic","service":"sns","operation":"CreateTopic","parameters":{"Name":"{{{_name}}}"}}""";

    private Task<JsonObject> CallAsync(string tool, string arguments) => EndpointUnderTest.CallAsync(_client!, tool, arguments, Cancelled);

    private async Task<JsonObject> RunAsync(JsonObject plan)
    {
        var started = await CallAsync("execute_plan", $$"""{"plan_id":"{{plan["plan_id"]}}","plan_hash":"{{plan["plan_hash"]}}"}""");
        return await EndpointUnderTest.EndAsync(_client!, (string)started["execution_id"]!, Cancelled);
    }

    private async Task<List<string>> TopicsAsync()
    {
        var answer = await CallAsync(
            "aws_read", $$"""{"service":"sns","operation":"ListTopics","parameters":{},"query":"Topics[?ends_with(TopicArn, '{{_name}}')].TopicArn"}""");
        return [.. answer["data"]!.AsArray().Select(arn => (string)arn!)];
    }

    private async Task DemandChangesAsync() => Assert.SkipWhen(
        (bool?)(await CallAsync("whoami", "{}"))["aws"]!["changes"] != true, "The endpoint's changes are off: it can be read and planned with only.");
}
