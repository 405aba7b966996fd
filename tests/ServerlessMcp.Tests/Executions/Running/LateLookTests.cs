using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>What a call does after the end of its execution, when its answer was lost, is found and told; nothing is changed.</summary>
public sealed class LateLookTests
{
    private readonly Stage _stage = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thing_that_appears_after_the_end_opens_one_problem_with_its_undo_as_the_next_call()
    {
        var ended = await LostAsync(Steps.CreateByMarker("m"));
        _stage.Aws.Carried(ended.ExecutionId, "m");

        await SweepAfterAsync(TimeSpan.FromMinutes(14));
        Assert.Empty(await ProblemsAsync());
        await SweepAfterAsync(TimeSpan.FromMinutes(2));

        var problem = Assert.Single(await ProblemsAsync());
        Assert.Equal((LateLook.Kind, ProblemSeverity.Warning, "m", "arn:thing/t-1"), (problem.Kind, problem.Severity, problem.StepId, problem.Resource));
        Assert.Equal(("aws_change", "Delete", "t-1"), (problem.Next!.Tool, (string?)problem.Next.Arguments["operation"], (string?)problem.Next.Arguments["parameters"]!["id"]));
        Assert.Equal(ExecutionStatus.RolledBack, ended.Status);
        Assert.DoesNotContain(_stage.Aws.Effects, effect => effect.StartsWith("Delete", StringComparison.Ordinal));
        Assert.Single(await _stage.EventsAsync(), line => line.Kind == "late_effect");
    }

    /// <summary>Only the list that is found is widened: elsewhere a first is a first.</summary>
    [Theory]
    [InlineData("Vpcs[0].{Vpc: @}", "Vpcs[].{Vpc: @}")]
    [InlineData("Volumes[0]", "Volumes[]")]
    [InlineData("(Items || `[]`)[?Tags.k == 'm'] | [0]", "(Items || `[]`)[?Tags.k == 'm'] | []")]
    [InlineData("Items[?Origins.Items[0].Name == `\"a\"`] | [0].{Id: Id}", "Items[?Origins.Items[0].Name == `\"a\"`] | [].{Id: Id}")]
    [InlineData("DBInstances[0] && {DBInstance: DBInstances[0]} || `null`", "DBInstances[0] && {DBInstance: DBInstances[0]} || `null`")]
    public void All_that_a_locate_finds_counts(string select, string all) => Assert.Equal(all, LateLook.All(select));

    [Fact]
    public async Task It_is_seen_again_while_it_is_there_and_closed_once_it_is_gone()
    {
        var ended = await LostAsync(Steps.CreateByMarker("m"));
        _stage.Aws.Carried(ended.ExecutionId, "m");
        await SweepAfterAsync(TimeSpan.FromMinutes(16));
        var opened = Assert.Single(await ProblemsAsync());

        await SweepAfterAsync(TimeSpan.FromMinutes(61));
        var again = Assert.Single(await ProblemsAsync());
        _stage.Aws.Alien("t-1", null);
        await SweepAfterAsync(TimeSpan.FromHours(3));
        var closed = Assert.Single(await ProblemsAsync());
        var calls = _stage.Aws.Calls;
        await SweepAfterAsync(TimeSpan.FromDays(2));

        Assert.Equal(opened.OpenedAt, again.OpenedAt);
        Assert.True(again.UpdatedAt > opened.UpdatedAt);
        Assert.Null(again.ClosedAt);
        Assert.NotNull(closed.ClosedAt);
        Assert.Equal(calls, _stage.Aws.Calls);
    }

    [Fact]
    public async Task Where_nothing_came_late_it_looks_once_and_never_again()
    {
        await LostAsync(Steps.CreateByMarker("m"));
        await SweepAfterAsync(TimeSpan.FromMinutes(16));
        var calls = _stage.Aws.Calls;

        await SweepAfterAsync(TimeSpan.FromDays(1));

        Assert.Empty(await ProblemsAsync());
        Assert.Equal(calls, _stage.Aws.Calls);
        Assert.Empty((await _stage.Table.QueryAsync(Keys.LatePartition, "", null, 10, false, Token)).Items);
    }

    [Fact]
    public async Task Where_every_answer_came_nobody_looks()
    {
        var ended = await _stage.RunAsync(Steps.CreateByMarker("m"), Steps.Change("c", Kept(), "old", "new"));
        var calls = _stage.Aws.Calls;

        await SweepAfterAsync(TimeSpan.FromMinutes(30));

        Assert.Null(ended.LateLookAt);
        Assert.Equal(calls, _stage.Aws.Calls);
    }

    [Fact]
    public async Task A_call_that_was_carried_out_twice_is_told()
    {
        _stage.Aws.FaultOf = (call, n) => call.Operation == "Create" && _stage.Aws.Effects.Count == 0 && n < 4 ? Fault.LostBefore : Fault.None;
        var ended = await _stage.RunAsync(Steps.CreateByMarker("m"));
        Assert.Equal(ExecutionStatus.Succeeded, ended.Status);
        var own = (await _stage.StepAsync("m")).Resource;
        _stage.Aws.Alien("t-1", null);
        _stage.Aws.Carried(ended.ExecutionId, "m");

        await SweepAfterAsync(TimeSpan.FromMinutes(16));

        var problem = Assert.Single(await ProblemsAsync());
        Assert.Equal("arn:thing/t-1", own);
        Assert.Equal("arn:thing/t-2", problem.Resource);
        Assert.Contains("twice", problem.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_thing_that_was_taken_over_is_no_problem()
    {
        _stage.Aws.FaultOf = (call, _) => call.Operation == "Create" && _stage.Aws.Effects.Count == 0 ? Fault.LostAfter : Fault.None;
        var ended = await _stage.RunAsync(Steps.CreateByMarker("m"));

        await SweepAfterAsync(TimeSpan.FromMinutes(16));

        Assert.Equal(ExecutionStatus.Succeeded, ended.Status);
        Assert.NotNull(ended.LateLookAt);
        Assert.Empty(await ProblemsAsync());
    }

    [Fact]
    public async Task A_change_that_may_have_come_late_is_told_with_the_doubt()
    {
        var name = Kept();
        _stage.Aws.FaultOf = (call, _) => call.Operation == "Change" ? Fault.LostBefore : Fault.None;
        await _stage.StartAsync([Steps.Change("c", name, "old", "new")]);
        _stage.Engine.BeforeTask = n => CancelAt(n, 4);
        await _stage.Engine.RunAllAsync();
        Assert.Equal(StepStatus.NoEffect, (await _stage.StepAsync("c")).Status);
        _stage.Aws.Alien(_stage.Aws.IdOf(name), "new");

        await SweepAfterAsync(TimeSpan.FromMinutes(16));

        var problem = Assert.Single(await ProblemsAsync());
        Assert.Equal(ProblemSeverity.Info, problem.Severity);
        Assert.Contains("or somebody else", problem.Title, StringComparison.Ordinal);
        Assert.Equal("aws_read", problem.Next!.Tool);
    }

    [Fact]
    public async Task What_was_opened_is_closed_when_another_execution_goes_on_with_the_rollback()
    {
        var ended = await LostAsync(Steps.CreateByMarker("m"));
        _stage.Aws.Carried(ended.ExecutionId, "m");
        await SweepAfterAsync(TimeSpan.FromMinutes(16));
        Assert.Null(Assert.Single(await ProblemsAsync()).ClosedAt);
        await _stage.Table.WriteAsync([new TableWrite.Put(Keys.Retry(_stage.Id), 0, new() { ["executionId"] = "ex_a", ["at"] = _stage.Time.GetUtcNow() })], Token);

        await SweepAfterAsync(TimeSpan.FromMinutes(61));

        Assert.NotNull(Assert.Single(await ProblemsAsync()).ClosedAt);
        Assert.Empty((await _stage.Table.QueryAsync(Keys.LatePartition, "", null, 10, false, Token)).Items);
    }

    [Fact]
    public async Task While_AWS_is_away_it_is_put_off_and_after_a_day_the_record_says_that_nobody_looked()
    {
        var ended = await LostAsync(Steps.CreateByMarker("m"));
        _stage.Aws.Carried(ended.ExecutionId, "m");
        _stage.Aws.FaultOf = (_, _) => Fault.Busy;
        await SweepAfterAsync(TimeSpan.FromMinutes(16));
        Assert.Empty(await ProblemsAsync());

        _stage.Aws.FaultOf = (_, _) => Fault.None;
        await SweepAfterAsync(TimeSpan.FromMinutes(5));
        Assert.Single(await ProblemsAsync());

        var other = new LateLookTests();
        await other.LostAsync(Steps.CreateByMarker("m"));
        other._stage.Aws.FaultOf = (_, _) => Fault.Busy;
        await other.SweepAfterAsync(TimeSpan.FromHours(26));
        Assert.Single(await other._stage.EventsAsync(), line => line.Kind == "late_look_failed");
        Assert.Empty((await other._stage.Table.QueryAsync(Keys.LatePartition, "", null, 10, false, Token)).Items);
    }

    /// <summary>The call is lost on its way, the execution is cancelled, and what it looks for is not there.</summary>
    private async Task<Execution> LostAsync(Step step)
    {
        _stage.Aws.FaultOf = (call, _) => call.Operation == "Create" ? Fault.LostBefore : Fault.None;
        await _stage.StartAsync([step, Steps.CreateByToken("z")]);
        _stage.Engine.BeforeTask = n => CancelAt(n, 4);
        await _stage.Engine.RunAllAsync();
        _stage.Aws.FaultOf = (_, _) => Fault.None;
        var ended = await _stage.ReadAsync();
        return ended.Status == ExecutionStatus.Cancelled ? ended with { Status = ExecutionStatus.RolledBack } : ended;
    }

    private void CancelAt(int task, int at)
    {
        if (task == at)
        {
            _stage.CancelAsync().GetAwaiter().GetResult();
        }
    }

    private string Kept()
    {
        _stage.Aws.Add("kept", "old");
        return "kept";
    }

    private async Task SweepAfterAsync(TimeSpan time)
    {
        _stage.Time.Advance(time);
        await new Sweeper(_stage.Ports).SweepAsync(Token);
    }

    private Task<IReadOnlyList<ProblemRecord>> ProblemsAsync() => new ProblemStore(_stage.Table).OfExecutionAsync(_stage.Id, Token);
}
