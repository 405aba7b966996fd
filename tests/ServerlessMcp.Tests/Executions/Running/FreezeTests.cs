using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>Frozen: nothing begins, nothing goes forward, everything can be taken back.</summary>
public sealed class FreezeTests
{
    private static readonly Principal Operator = new("key_o", "olga", Scope.All.ToHashSet());

    private readonly Stage _stage = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_execution_is_refused_and_told_by_whom_since_when_and_why()
    {
        await _stage.Freezes.PutAsync(Operator, "incident 7", Token);

        var refused = await Assert.ThrowsAsync<CallerException>(() => _stage.StartAsync([Steps.CreateByToken("a")]));

        Assert.Equal(("frozen", true), (refused.Code, refused.Retryable));
        Assert.Contains("olga since 2026-01-01 00:00:00Z (incident 7)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_the_start_and_before_each_act_it_waits_and_goes_on_when_the_freeze_ends()
    {
        await _stage.StartAsync([Steps.CreateByToken("a"), Steps.CreateByToken("b")]);
        await _stage.Freezes.PutAsync(Operator, null, Token);
        Assert.Equal("WAIT", await _stage.WordAsync("start"));
        Assert.Equal("frozen", (await _stage.ReadAsync()).Busy?.Code);
        await _stage.Freezes.EndAsync(Operator, Token);
        Assert.Equal("RUN", await _stage.WordAsync("start"));
        Assert.Equal("DONE", await _stage.WordAsync("act", "a"));

        await _stage.Freezes.PutAsync(Operator, null, Token);
        Assert.Equal("WAIT", await _stage.WordAsync("act", "b"));
        Assert.Equal("frozen", (await _stage.StepAsync("b")).Busy?.Code);
        Assert.Single(_stage.Aws.Effects);
        await _stage.Freezes.EndAsync(Operator, Token);
        await _stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Succeeded, (await _stage.ReadAsync()).Status);
        Assert.Equal(2, _stage.Aws.Effects.Count);
    }

    [Fact]
    public async Task A_cancel_works_and_the_compensation_goes_on()
    {
        await _stage.StartAsync([Steps.CreateByToken("a"), Steps.CreateByToken("b")]);
        await _stage.WordAsync("start");
        await _stage.WordAsync("act", "a");
        await _stage.Freezes.PutAsync(Operator, null, Token);
        await _stage.CancelAsync();

        await _stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Cancelled, (await _stage.ReadAsync()).Status);
        Assert.Empty(_stage.Aws.Inventory());
    }

    /// <summary>Its effect may be there: whether it is has to be found out whatever stands in the way of new ones.</summary>
    [Fact]
    public async Task A_call_whose_answer_was_lost_waits_too_and_is_not_made_twice()
    {
        await _stage.StartAsync([Steps.CreateByToken("a")]);
        await _stage.WordAsync("start");
        _stage.Aws.FaultOf = (_, _) => Fault.LostAfter;
        await _stage.WordAsync("act", "a");
        _stage.Aws.FaultOf = (_, _) => Fault.None;
        _stage.Time.Advance(TimeSpan.FromMinutes(2));
        await _stage.Freezes.PutAsync(Operator, null, Token);

        Assert.Equal("WAIT", await _stage.WordAsync("poll", "a"));
        await _stage.Freezes.EndAsync(Operator, Token);
        await _stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Succeeded, (await _stage.ReadAsync()).Status);
        Assert.Single(_stage.Aws.Inventory());
    }

    [Fact]
    public async Task The_first_freeze_stands_and_only_an_administrator_may_freeze_or_end_it()
    {
        var first = await _stage.Freezes.PutAsync(Operator, "one", Token);
        _stage.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(first, await _stage.Freezes.PutAsync(Operator, "two", Token));
        Assert.Equal("may_not_freeze", (await Assert.ThrowsAsync<CallerException>(() => _stage.Freezes.PutAsync(Stage.Approver, null, Token))).Code);
        Assert.Equal("may_not_freeze", (await Assert.ThrowsAsync<CallerException>(() => _stage.Freezes.EndAsync(Stage.Owner, Token))).Code);
        Assert.Equal("invalid_reason", (await Assert.ThrowsAsync<CallerException>(() => _stage.Freezes.PutAsync(Operator, "a\nb", Token))).Code);
        Assert.Equal(first, await _stage.Freezes.EndAsync(Operator, Token));
        Assert.Null(await _stage.Freezes.EndAsync(Operator, Token));
    }
}
