using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Server;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Pages;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Tests.Server;

public sealed class WaitingTests
{
    private static readonly Principal Caller = new("key_a", "agent", new HashSet<string> { Scope.Read });
    private static readonly string Id = $"ex_{new string('a', 26)}";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-25T10:00:00Z", null));
    private readonly MemoryTable _table;

    public WaitingTests() => _table = new(_time);

    [Fact]
    public async Task A_look_that_waits_ends_when_the_status_changes()
    {
        await PutAsync(ExecutionStatus.Running);
        var waiting = LookAsync(20);
        _time.Advance(TimeSpan.FromSeconds(4));
        var before = waiting.IsCompleted;

        await PutAsync(ExecutionStatus.RollingBack);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(before);
        Assert.Equal("rolling_back", await waiting);
    }

    [Fact]
    public async Task A_look_that_waits_ends_when_its_time_is_over()
    {
        await PutAsync(ExecutionStatus.Running);
        var waiting = LookAsync(3);
        _time.Advance(TimeSpan.FromSeconds(2));
        var before = waiting.IsCompleted;

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(before);
        Assert.Equal("running", await waiting);
    }

    [Fact]
    public async Task What_has_ended_is_not_waited_for()
    {
        await PutAsync(ExecutionStatus.Succeeded);

        Assert.Equal("succeeded", await LookAsync(20));
    }

    private async Task<string> LookAsync(int seconds)
    {
        var executions = new ExecutionStore(_table);
        var pages = new PageLinks(new(() => null), new(new()), _time);
        var plans = new PlanStart(new(_table), null!, executions, null!, null!, pages, null!, new ServerOptions());
        var arguments = new Dictionary<string, JsonElement>
        {
            ["id"] = JsonElement.Parse($"\"{Id}\""),
            ["wait_seconds"] = JsonElement.Parse($"{seconds}"),
        };
        var answer = await new GetExecutionTool(executions, new ProblemStore(_table), plans, pages, _time)
            .CallAsync(new(new(arguments), Caller, null!), TestContext.Current.CancellationToken);
        return (string)Assert.IsType<ToolAnswer.Said>(answer).Answer.View["status"]!;
    }

    private Task PutAsync(ExecutionStatus status)
    {
        var execution = new Execution
        {
            ExecutionId = Id,
            PlanId = $"pl_{new string('a', 26)}",
            Hash = "sha256:0",
            Title = "A test",
            Owner = Caller.Id,
            Status = status,
            Run = 1,
            CreatedAt = _time.GetUtcNow(),
            UpdatedAt = _time.GetUtcNow(),
            StepCount = 1,
        };
        var body = JsonSerializer.SerializeToNode(execution, ExecutionsJson.Default.Execution)!.AsObject();
        return _table.WriteAsync([new TableWrite.Put(Keys.Meta(Id), null, body)], TestContext.Current.CancellationToken);
    }
}
