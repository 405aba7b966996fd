using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>What this execution made a moment ago, and AWS does not see everywhere yet, does not turn it round.</summary>
public sealed class OwnLagTests
{
    private readonly Stage _stage = new();
    private DateTimeOffset? _made;

    public OwnLagTests() => _stage.Aws.Add("kept", "old");

    [Theory]
    [InlineData("${steps.a.output.id}")]
    [InlineData("t-2")]
    [InlineData("arn:thing/t-2")]
    [InlineData("arn:other/t-2")]
    public async Task A_call_that_names_what_an_earlier_step_made_is_tried_again(string target)
    {
        Blind("Change", TimeSpan.FromSeconds(40));

        await _stage.StartAsync([Steps.CreateByToken("a"), ChangeOf(target)]);
        await _stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Succeeded, (await _stage.ReadAsync()).Status);
        var waits = Assert.Single(await _stage.EventsAsync(), line => line.Kind == "step_lag");
        Assert.Contains("step 'a'", waits.Text, StringComparison.Ordinal);
        Assert.Null((await _stage.StepAsync("c")).Busy);
    }

    [Fact]
    public async Task While_it_waits_it_says_why()
    {
        Blind("Change", TimeSpan.FromSeconds(40));
        StepFacts? seen = null;
        _stage.Engine.OnPayload = payload =>
        {
            if ((string?)payload["verb"] == "poll")
            {
                seen ??= _stage.StepAsync("c").GetAwaiter().GetResult();
            }
        };

        await _stage.StartAsync([Steps.CreateByToken("a"), ChangeOf("t-2")]);
        await _stage.Engine.RunAllAsync();

        Assert.Equal(TroubleClass.EventualConsistency, seen?.Busy?.Class);
        Assert.Contains("what step 'a' made", seen?.Busy?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_after_a_minute_with_AWSs_own_words_and_everything_is_taken_back()
    {
        Blind("Change", TimeSpan.FromDays(1));
        var begun = _stage.Time.GetUtcNow();

        await _stage.StartAsync([Steps.CreateByToken("a"), ChangeOf("t-2")]);
        await _stage.Engine.RunAllAsync();

        var execution = await _stage.ReadAsync();
        Assert.Equal((ExecutionStatus.RolledBack, "Hidden.NotFound"), (execution.Status, execution.Failure?.Code));
        Assert.InRange(_stage.Time.GetUtcNow() - begun, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(80));
        Assert.Equal(["kept=old"], _stage.Aws.Inventory());
    }

    [Fact]
    public async Task A_longer_settle_time_waits_longer()
    {
        Blind("Change", TimeSpan.FromSeconds(100));

        await _stage.StartAsync([Steps.CreateByToken("a") with { SettleSeconds = 120 }, ChangeOf("t-2")]);
        await _stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Succeeded, (await _stage.ReadAsync()).Status);
    }

    [Fact]
    public async Task What_others_made_is_not_waited_for()
    {
        Blind("Change", TimeSpan.FromSeconds(5));

        await _stage.StartAsync([Steps.CreateByToken("a"), Steps.Change("c", "kept", "old", "new")]);
        await _stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.RolledBack, (await _stage.ReadAsync()).Status);
        Assert.DoesNotContain(await _stage.EventsAsync(), line => line.Kind == "step_lag");
    }

    [Fact]
    public async Task Any_other_no_turns_it_round_at_once()
    {
        _stage.Aws.Instead = call => call.Operation == "Change"
            ? new CallOutcome.Refused("Denied", "No.", null, TroubleClass.Permission) : null;

        await _stage.StartAsync([Steps.CreateByToken("a"), ChangeOf("t-2")]);
        await _stage.Engine.RunAllAsync();

        var execution = await _stage.ReadAsync();
        Assert.Equal((ExecutionStatus.RolledBack, TroubleClass.Permission), (execution.Status, execution.Failure?.Class));
        Assert.DoesNotContain(await _stage.EventsAsync(), line => line.Kind == "step_lag");
    }

    [Fact]
    public async Task Something_made_long_before_is_not_waited_for()
    {
        Blind("Change", TimeSpan.FromDays(1));
        var slow = Steps.CreateByToken("b") with { Wait = Steps.Ready() };
        _stage.Aws.ReadyAfter = 300;

        await _stage.StartAsync([Steps.CreateByToken("a"), slow, ChangeOf("t-2")]);
        await _stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.RolledBack, (await _stage.ReadAsync()).Status);
        Assert.DoesNotContain(await _stage.EventsAsync(), line => line.Kind == "step_lag");
    }

    [Fact]
    public async Task The_alternatives_come_after_it()
    {
        Blind("Change", TimeSpan.FromDays(1));
        var other = Steps.Call("Change", ("name", "kept"), ("value", "other"), ("uses", "t-2")).Parameters;
        _stage.Aws.Instead = Wrapped(call => (string?)call.Parameters["value"] == "other");

        await _stage.StartAsync([Steps.CreateByToken("a"), ChangeOf("t-2") with { Alternatives = [other] }]);
        await _stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Succeeded, (await _stage.ReadAsync()).Status);
        Assert.Equal(1, (await _stage.StepAsync("c")).Alternative);
    }

    private static Step ChangeOf(string uses) => Steps.ChangeOf("c", "name", "kept", "changed") with
    {
        Call = Steps.Call("Change", ("name", "kept"), ("value", "changed"), ("uses", uses)),
    };

    private Func<ApiCall, CallOutcome?> Wrapped(Func<ApiCall, bool> passes)
    {
        var blind = _stage.Aws.Instead;
        return call => passes(call) ? null : blind(call);
    }

    /// <summary>That operation does not see a new thing for so long.</summary>
    private void Blind(string operation, TimeSpan time) => _stage.Aws.Instead = call =>
    {
        _made ??= _stage.Aws.Effects.Count > 0 ? _stage.Time.GetUtcNow() : null;
        return call.Operation == operation && _stage.Time.GetUtcNow() - (_made ?? _stage.Time.GetUtcNow()) < time
            ? new CallOutcome.Refused("Hidden.NotFound", "There is no such thing.", "r-0", TroubleClass.NotFound)
            : null;
    };
}
