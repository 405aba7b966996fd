using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Tests.Server;

/// <summary>A client that lost an answer asks again, and gets the answer, not another change and not an error.</summary>
public sealed class RepeatTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ExecutionStatus.AwaitingApproval)]
    [InlineData(ExecutionStatus.Running)]
    [InlineData(ExecutionStatus.RollingBack)]
    [InlineData(ExecutionStatus.Succeeded)]
    [InlineData(ExecutionStatus.RollbackFailed)]
    public async Task A_rollback_asked_for_again_is_the_same_undo_wherever_it_stands(ExecutionStatus status)
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = await SucceededAsync(server);
        var undo = await StartUndoAsync(server, id);
        await server.ChangeAsync(undo, execution => execution with { Status = status });

        var again = await server.CallAsync("rollback_execution", $$"""{"execution_id":"{{id}}"}""");
        var shown = await server.CallAsync("rollback_execution", $$"""{"execution_id":"{{id}}","dry_run":true}""");

        Assert.Equal(undo, (string?)again["structuredContent"]!["execution_id"]);
        Assert.Equal(id, (string?)again["structuredContent"]!["undo_of"]);
        Assert.True((again["structuredContent"]!["next"] ?? again["structuredContent"]!["options"]) is not null, "the answer leads nowhere");
        Assert.Equal(undo, (string?)shown["structuredContent"]!["execution_id"]);
        Assert.Equal(2, ToolTests.Engine(server).Started.Count);
    }

    [Theory]
    [InlineData(ExecutionStatus.Rejected)]
    [InlineData(ExecutionStatus.RolledBack)]
    [InlineData(ExecutionStatus.Cancelled)]
    public async Task An_undo_that_changed_nothing_does_not_stand_in_the_way_of_another(ExecutionStatus status)
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = await SucceededAsync(server);
        var undo = await StartUndoAsync(server, id);
        await server.ChangeAsync(undo, execution => execution with { Status = status });

        var again = await server.CallAsync("rollback_execution", $$"""{"execution_id":"{{id}}"}""");

        Assert.NotEqual(undo, (string?)again["structuredContent"]!["execution_id"]);
        Assert.Equal("nothing_to_undo", (string?)again["structuredContent"]!["code"]);
    }

    [Fact]
    public async Task A_plan_executed_again_is_the_same_execution_after_the_plan_has_expired_too()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-25T10:00:00Z", null));
        await using var server = await TestEndpoint.StartAsync(also: services => services.AddSingleton<TimeProvider>(time));
        var plan = (await server.CallAsync("aws_change", ToolTests.Stop.Insert(1, "\"dry_run\":true,")))["structuredContent"]!;
        var execute = $$"""{"plan_id":"{{plan["plan_id"]}}","plan_hash":"{{plan["plan_hash"]}}"}""";

        var first = await server.CallAsync("execute_plan", execute);
        time.Advance(TimeSpan.FromDays(2));
        var again = await server.CallAsync("execute_plan", execute);

        Assert.Equal((string?)first["structuredContent"]!["execution_id"], (string?)again["structuredContent"]!["execution_id"]);
        Assert.Single(ToolTests.Engine(server).Started);
    }

    [Theory]
    [InlineData(ExecutionStatus.Running)]
    [InlineData(ExecutionStatus.RollingBack)]
    [InlineData(ExecutionStatus.Cancelled)]
    [InlineData(ExecutionStatus.RollbackFailed)]
    public async Task A_cancel_asked_for_again_is_no_error(ExecutionStatus status)
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = (string)(await server.CallAsync("aws_change", ToolTests.Stop))["structuredContent"]!["execution_id"]!;
        var cancel = $$"""{"execution_id":"{{id}}"}""";
        await server.CallAsync("cancel_execution", cancel);
        await server.ChangeAsync(id, execution => execution with { Status = status });

        var again = await server.CallAsync("cancel_execution", cancel);

        Assert.NotEqual(true, (bool?)again["isError"]);
        Assert.Equal(id, (string?)again["structuredContent"]!["execution_id"]);
    }

    [Fact]
    public async Task The_operator_sees_everybodys_open_executions_and_what_waits_and_the_agent_its_own()
    {
        await using var server = await TestEndpoint.StartAsync();
        var other = await server.NewKeyAsync("read", "operate");
        var waits = (string)(await server.CallAsync("aws_change", ToolTests.NoUndo))["structuredContent"]!["execution_id"]!;
        var runs = (string)(await server.CallAsync("aws_change", ToolTests.Stop))["structuredContent"]!["execution_id"]!;
        var foreign = (string)(await server.CallAsync("aws_change", ToolTests.StopOther, other))["structuredContent"]!["execution_id"]!;
        async Task<JsonNode> ListAsync(string arguments, string? key = null) => await server.CallAsync("list_executions", arguments, key);

        var all = await ListAsync("""{"scope":"open"}""", server.Keys.Operator);
        var waiting = await ListAsync("""{"scope":"open","status":"awaiting_approval"}""", server.Keys.Operator);
        var own = await ListAsync("""{"scope":"open"}""");
        var mine = await ListAsync("{}", server.Keys.Operator);
        var paged = await ListAsync("""{"scope":"open","limit":1}""", server.Keys.Operator);
        var rest = await ListAsync($$"""{"scope":"open","cursor":"{{paged["structuredContent"]!["cursor"]}}"}""", server.Keys.Operator);

        Assert.Equal([.. new[] { waits, runs, foreign }.Order(StringComparer.Ordinal)], Ids(all));
        Assert.Equal([waits], Ids(waiting));
        Assert.Equal("confirm", (string?)waiting["structuredContent"]!["executions"]![0]!["gate"]!["kind"]);
        Assert.Contains($"smcp confirm {waits}", (string?)waiting["content"]![0]!["text"], StringComparison.Ordinal);
        Assert.Equal([.. new[] { waits, runs }.Order(StringComparer.Ordinal)], Ids(own));
        Assert.Empty(Ids(mine));
        Assert.Equal(3, Ids(paged).Concat(Ids(rest)).Distinct().Count());
    }

    [Fact]
    public async Task A_list_of_one_status_looks_through_so_many_and_goes_on_with_the_cursor()
    {
        await using var server = await TestEndpoint.StartAsync();
        var oldest = await SucceededAsync(server);
        var execution = await server.Executions.FindAsync(oldest, new("", "", new HashSet<string> { "admin" }), TestContext.Current.CancellationToken);
        for (var n = 0; n < 1_100; n++)
        {
            var other = execution! with { ExecutionId = ExecutionId.New().Value, Status = ExecutionStatus.RolledBack, CreatedAt = execution.CreatedAt.AddSeconds(n + 1) };
            await server.Services.GetRequiredService<ITable>().WriteAsync(
                [
                    new TableWrite.Put(
                        Keys.Meta(other.ExecutionId), 0, System.Text.Json.JsonSerializer.SerializeToNode(other, ExecutionsJson.Default.Execution)!.AsObject(),
                        Keys.OwnerIndex(other.Owner, other.CreatedAt, other.ExecutionId)),
                ],
                TestContext.Current.CancellationToken);
        }

        var first = await server.CallAsync("list_executions", """{"status":"succeeded","limit":100}""");
        var second = await server.CallAsync("list_executions", first["structuredContent"]!["options"]![0]!["arguments"]!.ToJsonString());

        Assert.Empty(Ids(first));
        Assert.StartsWith("None among those looked through; there are more.\nNext: list_executions", (string?)first["content"]![0]!["text"], StringComparison.Ordinal);
        Assert.Equal([oldest], Ids(second));
    }

    private static List<string> Ids(JsonNode answer) =>
        [.. answer["structuredContent"]!["executions"]!.AsArray().Select(row => (string)row!["execution_id"]!).Order(StringComparer.Ordinal)];

    private static async Task<string> SucceededAsync(TestEndpoint server)
    {
        var id = (string)(await server.CallAsync("aws_change", ToolTests.Stop))["structuredContent"]!["execution_id"]!;
        await server.ChangeAsync(id, execution => execution with { Status = ExecutionStatus.Succeeded });
        return id;
    }

    /// <summary>An undo as rollback_execution starts it; what it undoes is the planner's own matter.</summary>
    private static async Task<string> StartUndoAsync(TestEndpoint server, string executionId)
    {
        var caller = (await server.Services.GetRequiredService<ServerlessMcp.Server.Access.KeyStore>().VerifyAsync(server.Keys.Agent, source: null, Cancelled))!;
        var plans = server.Services.GetRequiredService<PlanStore>();
        var first = await server.Executions.GetAsync(executionId, caller, Cancelled);
        var stored = (await plans.FindAsync(first.PlanId, caller, Cancelled))!;
        var undo = stored.Plan with { PlanId = PlanId.New().Value, UndoOf = executionId, Title = "Undo" };
        await plans.SaveAsync(undo, stored.Preview, Cancelled);
        var starter = server.Services.GetRequiredService<ExecutionStarter>();
        return (await starter.StartAsync(undo.PlanId, undo.Hash, caller, null, Cancelled)).ExecutionId;
    }
}
