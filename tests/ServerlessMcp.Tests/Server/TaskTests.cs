using System.Text.Json.Nodes;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Tests.Server;

public sealed class TaskTests
{
    private const string Tasks = """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""";
    private const string TasksAndQuestions = """{"elicitation":{"form":{}},"extensions":{"io.modelcontextprotocol/tasks":{}}}""";

    [Theory]
    [InlineData(ExecutionStatus.Running, "working", null)]
    [InlineData(ExecutionStatus.RollingBack, "working", null)]
    [InlineData(ExecutionStatus.Succeeded, "completed", false)]
    [InlineData(ExecutionStatus.RolledBack, "completed", true)]
    [InlineData(ExecutionStatus.Rejected, "completed", true)]
    [InlineData(ExecutionStatus.RollbackFailed, "completed", true)]
    [InlineData(ExecutionStatus.Cancelled, "cancelled", null)]
    public async Task An_execution_is_a_task_in_each_of_its_statuses(ExecutionStatus status, string expected, bool? isError)
    {
        await using var server = await TestEndpoint.StartAsync();

        var task = await server.CallAsync("aws_change", ToolTests.Stop, capabilities: Tasks);
        var id = task["taskId"]!.GetValue<string>();
        await server.ChangeAsync(id, execution => execution with { Status = status });
        var state = await GetAsync(server, id, Tasks);

        Assert.Equal(("task", "working"), (task["resultType"]!.GetValue<string>(), task["status"]!.GetValue<string>()));
        Assert.Equal(expected, state["status"]!.GetValue<string>());
        Assert.Equal(isError, state["result"]?["isError"]?.GetValue<bool>());
        Assert.Equal(isError is null ? null : "complete", state["result"]?["resultType"]?.GetValue<string>());
        Assert.True(state.AsObject().ContainsKey("ttlMs"));
        Assert.True(state["pollIntervalMs"]!.GetValue<long>() > 0);
    }

    [Theory]
    [InlineData("""{"action":"accept","content":{"confirm":true}}""", GateDecision.Approve)]
    [InlineData("""{"action":"decline"}""", GateDecision.Deny)]
    [InlineData("""{"action":"accept","content":{"confirm":"yes"}}""", null)]
    public async Task A_confirm_gate_asks_and_takes_only_a_real_answer(string said, GateDecision? expected)
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = (await server.CallAsync("aws_change", ToolTests.NoUndo, capabilities: TasksAndQuestions))["taskId"]!.GetValue<string>();

        var state = await GetAsync(server, id, TasksAndQuestions);
        var (key, question) = state["inputRequests"]!.AsObject().Single();
        var ack = await server.AskAsync(
            "tasks/update",
            new()
            {
                ["taskId"] = id,
                ["inputResponses"] = new JsonObject { [key] = JsonNode.Parse(said), ["unknown"] = JsonNode.Parse(said) },
            },
            id,
            capabilities: TasksAndQuestions);
        var stands = await server.Executions.DecisionAsync(id, 1, TestContext.Current.CancellationToken);
        var after = await GetAsync(server, id, TasksAndQuestions);

        Assert.Equal("input_required", state["status"]!.GetValue<string>());
        Assert.Contains("ModifyVpcTenancy", question!["params"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("complete", ack["result"]!["resultType"]!.GetValue<string>());
        Assert.Equal(expected, stands?.Decision);
        Assert.Equal(expected is null ? "input_required" : "working", after["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_client_that_cannot_ask_sees_working_and_the_command()
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = (await server.CallAsync("aws_change", ToolTests.NoUndo, capabilities: Tasks))["taskId"]!.GetValue<string>();

        var state = await GetAsync(server, id, Tasks);

        Assert.Equal("working", state["status"]!.GetValue<string>());
        Assert.Contains($"smcp confirm {id}", state["statusMessage"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approve_gate_asks_nobody_here()
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = (await server.CallAsync("aws_change", ToolTests.NoUndo, capabilities: TasksAndQuestions))["taskId"]!.GetValue<string>();
        await server.ChangeAsync(id, execution => execution with { Gate = execution.Gate! with { Kind = "approve" } });

        var state = await GetAsync(server, id, TasksAndQuestions);
        await server.AskAsync(
            "tasks/update",
            new()
            {
                ["taskId"] = id,
                ["inputResponses"] = JsonNode.Parse("""{"confirm:1":{"action":"accept","content":{"confirm":true}}}"""),
            },
            id,
            capabilities: TasksAndQuestions);

        Assert.Equal("working", state["status"]!.GetValue<string>());
        Assert.Null(await server.Executions.DecisionAsync(id, 1, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("tasks/get")]
    [InlineData("tasks/update")]
    [InlineData("tasks/cancel")]
    public async Task Anothers_task_is_as_unknown_as_none(string method)
    {
        await using var server = await TestEndpoint.StartAsync();
        var other = await server.NewKeyAsync("read", "operate");
        var mine = (await server.CallAsync("aws_change", ToolTests.Stop, capabilities: Tasks))["taskId"]!.GetValue<string>();
        var none = $"ex_{new string('a', 26)}";

        var foreign = (await server.AskAsync(method, new() { ["taskId"] = mine }, mine, other, Tasks))["error"]!;
        var absent = (await server.AskAsync(method, new() { ["taskId"] = none }, none, other, Tasks))["error"]!;

        Assert.Equal(-32602, foreign["code"]!.GetValue<int>());
        Assert.Equal(
            absent["message"]!.GetValue<string>().Replace(none, mine, StringComparison.Ordinal), foreign["message"]!.GetValue<string>());
        Assert.False(await server.Executions.IsCancelRequestedAsync(mine, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cancel_is_asked_for_and_after_the_end_it_is_ignored()
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = (await server.CallAsync("aws_change", ToolTests.Stop, capabilities: Tasks))["taskId"]!.GetValue<string>();

        await server.ChangeAsync(id, execution => execution with { Status = ExecutionStatus.Succeeded });
        await server.AskAsync("tasks/cancel", new() { ["taskId"] = id }, id, capabilities: Tasks);
        var store = server.Executions;
        var late = await store.IsCancelRequestedAsync(id, TestContext.Current.CancellationToken);
        await server.ChangeAsync(id, execution => execution with { Status = ExecutionStatus.Running });
        await server.AskAsync("tasks/cancel", new() { ["taskId"] = id }, id, capabilities: Tasks);

        Assert.False(late);
        Assert.True(await store.IsCancelRequestedAsync(id, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_client_without_the_extension_gets_a_plain_result_and_no_tasks_methods()
    {
        await using var server = await TestEndpoint.StartAsync();

        var answer = await server.CallAsync("aws_change", ToolTests.Stop);
        var id = answer["structuredContent"]!["execution_id"]!.GetValue<string>();
        var refused = (await server.AskAsync("tasks/get", new() { ["taskId"] = id }, id))["error"]!;

        var text = answer["content"]![0]!["text"]!.GetValue<string>();
        Assert.Contains($"Next: get_execution {{\"id\":\"{id}\"", text, StringComparison.Ordinal);
        Assert.Equal(-32021, refused["code"]!.GetValue<int>());
    }

    private static async Task<JsonNode> GetAsync(TestEndpoint server, string id, string capabilities) =>
        (await server.AskAsync("tasks/get", new() { ["taskId"] = id }, id, capabilities: capabilities))["result"]!;
}
