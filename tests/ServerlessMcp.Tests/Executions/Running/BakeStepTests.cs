using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>Alarms watched for a time: every row of <see cref="ServerlessMcp.Executions.Running.BakeLook"/>.</summary>
public sealed class BakeStepTests
{
    [Theory]
    [InlineData("OK")]
    [InlineData("INSUFFICIENT_DATA")]
    public async Task A_bake_without_an_alarm_lasts_its_time_looks_each_30_seconds_and_at_its_end(string state)
    {
        var stage = StageWith(("errors", state));
        var began = stage.Time.GetUtcNow();

        var execution = await stage.RunAsync(Steps.CreateByToken("a", "v1"), LookSteps.Bake("bake", 100, "errors"));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.InRange((stage.Time.GetUtcNow() - began).TotalSeconds, 100, 103);
        Assert.Equal(5, stage.Aws.Sent.Count(call => call.Operation == "DescribeAlarms"));
        Assert.Equal(state, (string?)(await stage.StepAsync("bake")).Output!["alarms"]![0]!["state"]);
    }

    [Fact]
    public async Task An_alarm_in_the_middle_takes_everything_back()
    {
        var stage = StageWith(("errors", "OK"), ("latency", "OK"));
        Raise(stage, atLook: 3, "latency", "ALARM");

        var execution = await stage.RunAsync(Steps.CreateByToken("a", "v1"), LookSteps.Bake("bake", 600, "errors", "latency"), Steps.CreateByToken("b", "v2"));

        Assert.Equal((ExecutionStatus.RolledBack, "bake", "alarm"), (execution.Status, execution.Failure!.StepId, execution.Failure.Code));
        Assert.Equal("latency is in ALARM: The fake says so.", execution.Failure.Message);
        Assert.Empty(stage.Aws.Inventory());
        Assert.Equal(3, stage.Aws.Sent.Count(call => call.Operation == "DescribeAlarms"));
    }

    [Fact]
    public async Task An_alarm_at_the_last_look_counts()
    {
        var stage = StageWith(("errors", "OK"));
        Raise(stage, atLook: 3, "errors", "ALARM");

        Assert.Equal("alarm", (await stage.RunAsync(LookSteps.Bake("bake", 60, "errors"))).Failure!.Code);
    }

    [Fact]
    public async Task An_alarm_that_is_deleted_watches_nothing_any_more()
    {
        var stage = StageWith(("errors", "OK"));
        Raise(stage, atLook: 2, "errors", null);

        var execution = await stage.RunAsync(LookSteps.Bake("bake", 600, "errors"));

        Assert.Equal((ExecutionStatus.RolledBack, "alarm_missing"), (execution.Status, execution.Failure!.Code));
    }

    [Fact]
    public async Task A_refused_look_is_a_failure_with_AWSs_code()
    {
        var stage = StageWith(("errors", "OK"));
        stage.Aws.FaultOf = (_, _) => Fault.Refuse;

        Assert.Equal("Denied", (await stage.RunAsync(LookSteps.Bake("bake", 600, "errors"))).Failure!.Code);
    }

    [Fact]
    public async Task While_CloudWatch_is_away_it_waits_and_its_time_counts_from_its_first_look()
    {
        var stage = StageWith(("errors", "OK"));
        stage.Aws.FaultOf = (_, ordinal) => ordinal <= 8 ? Fault.Busy : Fault.None;

        var execution = await stage.RunAsync(LookSteps.Bake("bake", 60, "errors"));

        var facts = await stage.StepAsync("bake");
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.InRange((facts.EndedAt!.Value - facts.WaitingSince!.Value).TotalSeconds, 60, 62);
        Assert.True(facts.WaitingSince - facts.StartedAt > TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Away_for_longer_than_the_deadline_it_fails()
    {
        var stage = StageWith(("errors", "OK"));
        stage.Aws.FaultOf = (_, ordinal) => ordinal > 2 ? Fault.Busy : Fault.None;

        Assert.Equal("deadline", (await stage.RunAsync(LookSteps.Bake("bake", 86_400, "errors"))).Failure!.Code);
        Assert.InRange((stage.Time.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalHours, 48, 48.2);
    }

    [Fact]
    public async Task Its_beginning_survives_the_death_of_the_worker()
    {
        var stage = StageWith(("errors", "OK"));
        await stage.StartAsync([LookSteps.Bake("bake", 600, "errors")]);
        await stage.WordAsync("start");
        await stage.WordAsync("act", "bake");
        stage.Time.Advance(TimeSpan.FromSeconds(590));

        var answer = await stage.AskAsync("act", "bake");

        Assert.Equal(("WAIT", 10), ((string)answer["next"]!, (int)answer["delaySeconds"]!));
    }

    [Fact]
    public async Task A_cancel_in_the_middle_takes_everything_back()
    {
        var stage = StageWith(("errors", "OK"));
        await stage.StartAsync([Steps.CreateByToken("a", "v1"), LookSteps.Bake("bake", 3600, "errors")]);
        stage.Engine.BeforeTask = task => { if (task == 12) { stage.CancelAsync().GetAwaiter().GetResult(); } };

        await stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Cancelled, (await stage.ReadAsync()).Status);
        Assert.Empty(stage.Aws.Inventory());
    }

    [Fact]
    public async Task A_bake_of_a_day_outlives_the_engines_history()
    {
        var stage = new Stage(new() { MaxEvents = 500 });
        stage.Aws.Alarms["errors"] = "OK";

        var execution = await stage.RunAsync(LookSteps.Bake("bake", 6 * 3600, "errors"));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.True(execution.Run > 5, $"run {execution.Run}");
    }

    private static Stage StageWith(params (string Name, string State)[] alarms)
    {
        var stage = new Stage();
        foreach (var (name, state) in alarms)
        {
            stage.Aws.Alarms[name] = state;
        }

        return stage;
    }

    /// <param name="state">Null deletes it.</param>
    private static void Raise(Stage stage, int atLook, string alarm, string? state)
    {
        var looks = 0;
        stage.Aws.FaultOf = (call, _) =>
        {
            if (call.Operation == "DescribeAlarms" && ++looks == atLook)
            {
                stage.Aws.Alarms.Remove(alarm);
                if (state is not null)
                {
                    stage.Aws.Alarms[alarm] = state;
                }
            }

            return Fault.None;
        };
    }
}
