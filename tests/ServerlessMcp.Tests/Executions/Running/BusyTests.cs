using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>AWS, the network or the table is away: the step waits, forward or backward, and says so.</summary>
public sealed class BusyTests
{
    [Fact]
    public async Task A_busy_step_waits_longer_each_time_says_so_once_and_goes_on()
    {
        var stage = await StartedAsync();
        stage.Aws.FaultOf = (_, _) => Fault.Busy;
        var delays = new List<int>();

        for (var n = 0; n < 10; n++)
        {
            var answer = await stage.AskAsync("poll", "a");
            Assert.Equal("WAIT", answer["next"]!.GetValue<string>());
            delays.Add(answer["delaySeconds"]!.GetValue<int>());
            stage.Time.Advance(TimeSpan.FromSeconds(delays[^1]));
        }

        Assert.Equal([5, 8, 15, 30, 60, 120, 225, 225, 225, 225], delays);
        Assert.Equal("Throttling", (await stage.StepAsync("a")).Busy!.Code);
        Assert.Single(await stage.EventsAsync(), line => line.Kind == "step_busy");

        stage.Aws.FaultOf = (_, _) => Fault.None;
        Assert.Equal("DONE", await stage.WordAsync("poll", "a"));
        Assert.Null((await stage.StepAsync("a")).Busy);
    }

    [Theory]
    [InlineData(0, 0, 5)]
    [InlineData(0, 1, 5)]
    [InlineData(3, 0, 20)]
    [InlineData(3, 1, 40)]
    [InlineData(50, 1, 300)]
    public void Delays_grow_from_5_seconds_to_5_minutes_with_jitter(int count, double random, double seconds) =>
        Assert.Equal(seconds, Delays.Busy(count, () => random).TotalSeconds);

    [Fact]
    public async Task A_cancel_is_seen_while_AWS_is_away()
    {
        var stage = await StartedAsync();
        stage.Aws.FaultOf = (_, _) => Fault.Busy;
        await stage.WordAsync("act", "a");
        await stage.CancelAsync();

        Assert.Equal("TURN", await stage.WordAsync("poll", "a"));
        Assert.Equal("CANCELLED", await stage.WordAsync("turn"));
    }

    [Fact]
    public async Task Only_the_deadline_of_a_day_ends_it_forward()
    {
        var stage = new Stage();
        stage.Aws.FaultOf = (call, _) => call.Parameters["value"]?.GetValue<string>() == "x" ? Fault.Busy : Fault.None;

        var execution = await stage.RunAsync(Steps.CreateByToken("a"), Steps.CreateByToken("b", "x"));

        Assert.Equal((ExecutionStatus.RolledBack, "deadline"), (execution.Status, execution.Failure!.Code));
        Assert.InRange((execution.EndedAt - execution.CreatedAt)!.Value.TotalHours, 24, 24.5);
        Assert.Empty(stage.Aws.Inventory());
    }

    [Fact]
    public async Task Only_the_deadline_of_three_days_ends_it_backward()
    {
        var stage = new Stage();
        stage.Aws.FaultOf = (call, _) =>
            call.Operation == "Delete" ? Fault.Busy : call.Parameters["value"]?.GetValue<string>() == "x" ? Fault.Refuse : Fault.None;

        var execution = await stage.RunAsync(Steps.CreateByToken("a"), Steps.CreateByToken("b", "x"));

        Assert.Equal(ExecutionStatus.RollbackFailed, execution.Status);
        Assert.InRange((execution.EndedAt - execution.CreatedAt)!.Value.TotalHours, 72, 72.5);
        Assert.Contains("72 hours", Assert.Single(execution.Left).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_is_away_makes_every_verb_wait()
    {
        var stage = await StartedAsync();
        stage.Table.IsAway = true;

        foreach (var verb in new[] { "start", "next", "act", "poll", "turn", "fail", "continue" })
        {
            Assert.Equal("WAIT", await stage.WordAsync(verb, "a"));
        }

        stage.Table.IsAway = false;
        Assert.Equal("DONE", await stage.WordAsync("act", "a"));
    }

    [Fact]
    public async Task A_lost_race_is_run_again_and_then_waits()
    {
        var stage = await StartedAsync();
        stage.Table.BeforeWrite = _ => throw new ServerlessMcp.Executions.Ports.TableConflictException(Keys.Meta(stage.Id));

        Assert.Equal("WAIT", await stage.WordAsync("act", "a"));
        Assert.Empty(stage.Aws.Effects);
    }

    private static async Task<Stage> StartedAsync()
    {
        var stage = new Stage();
        await stage.StartAsync([Steps.CreateByToken("a")]);
        await stage.WordAsync("start");
        return stage;
    }
}
