using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Tests.Local.Engine;

/// <summary>Waits, time-outs, tokens, heartbeats, aborts and stops.</summary>
public sealed class EngineTimesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wait_of_40_days_ends_when_it_is_due_and_not_before()
    {
        await using var rig = new EngineRig { SkipsWaits = false };
        await rig.OpenAsync(Machines.Wait(40 * 86_400));
        await rig.StartAsync("run");
        await rig.PhaseAsync("run", RunPhase.Waiting);

        rig.Time.Advance(TimeSpan.FromDays(40) - TimeSpan.FromSeconds(1));
        Assert.Equal(RunStatus.Running, await rig.Engine.DescribeAsync("run", Cancel));
        rig.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(RunStatus.Succeeded, await rig.EndAsync("run"));
    }

    [Fact]
    public async Task Time_that_passed_while_nothing_ran_counts()
    {
        await using var rig = new EngineRig { SkipsWaits = false };
        await rig.OpenAsync(Machines.Wait(3600));
        await rig.StartAsync("run");
        await rig.PhaseAsync("run", RunPhase.Waiting);
        await rig.DieAsync();

        rig.Time.Advance(TimeSpan.FromHours(1));
        await rig.OpenAsync(Machines.Wait(3600));

        Assert.Equal(RunStatus.Succeeded, await rig.EndAsync("run"));
    }

    [Fact]
    public async Task A_call_that_takes_too_long_times_out_and_is_asked_to_end()
    {
        await using var rig = new EngineRig();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Worker = async (payload, cancel) =>
        {
            await using var registration = cancel.Register(() => cancelled.SetResult());
            await cancelled.Task;
            return payload;
        };
        await rig.OpenAsync(Machines.One("\"TimeoutSeconds\": 60"));
        await rig.StartAsync("run");
        await rig.PhaseAsync("run", RunPhase.Invoking);

        rig.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(RunStatus.Failed, await rig.EndAsync("run"));
        await cancelled.Task.WaitAsync(Cancel);
        Assert.Equal("States.Timeout", (await rig.Engine.FindAsync("run", Cancel))!.Error);
    }

    [Fact]
    public async Task An_answer_wakes_the_gate_and_is_stored_when_the_send_returns()
    {
        await using var rig = new EngineRig();
        await rig.OpenAsync(Machines.Gate("\"TimeoutSeconds\": 3600"));
        await rig.StartAsync("run");
        var waiting = await rig.PhaseAsync("run", RunPhase.Awaiting);

        await rig.Engine.SendTaskSuccessAsync("nobody's", new JsonObject(), Cancel);
        Assert.Equal(RunStatus.Running, await rig.Engine.DescribeAsync("run", Cancel));
        await rig.Engine.SendTaskSuccessAsync(waiting.Token!, new JsonObject { ["yes"] = true }, Cancel);

        Assert.Equal(RunStatus.Succeeded, await rig.Engine.DescribeAsync("run", Cancel));
        Assert.Equal("""{"yes":true}""", (await rig.Engine.FindAsync("run", Cancel))!.Output!.ToJsonString());
        Assert.Equal(64, waiting.Token!.Length);
    }

    [Fact]
    public async Task A_worker_may_answer_its_own_gate_and_still_finish_its_work()
    {
        await using var rig = new EngineRig();
        var finished = NewSource();
        rig.Worker = async (payload, cancel) =>
        {
            await rig.Engine.SendTaskSuccessAsync(payload["taskToken"]!.GetValue<string>(), new JsonObject(), cancel);
            cancel.ThrowIfCancellationRequested();
            finished.SetResult();
            return payload;
        };
        await rig.OpenAsync(Machines.Gate("\"TimeoutSeconds\": 60"));

        await rig.StartAsync("run");

        Assert.Equal(RunStatus.Succeeded, await rig.EndAsync("run"));
        await finished.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
    }

    [Fact]
    public async Task Of_an_answer_and_a_time_out_at_once_one_counts()
    {
        for (var i = 0; i < 20; i++)
        {
            await using var rig = new EngineRig();
            await rig.OpenAsync(Machines.Gate("\"TimeoutSeconds\": 60"));
            await rig.StartAsync("run");
            var waiting = await rig.PhaseAsync("run", RunPhase.Awaiting);

            var answer = Task.Run(() => rig.Engine.SendTaskSuccessAsync(waiting.Token!, new JsonObject(), Cancel), Cancel);
            var timeOut = Task.Run(() => rig.Time.Advance(TimeSpan.FromSeconds(60)), Cancel);
            await Task.WhenAll(answer, timeOut);

            var end = await rig.EndAsync("run");
            var history = await rig.HistoryAsync("run");
            Assert.Equal(end == RunStatus.Succeeded ? 1 : 0, history.Count(type => type == "TaskSucceeded"));
            Assert.Equal(end == RunStatus.Succeeded ? 0 : 1, history.Count(type => type == "TaskTimedOut"));
        }
    }

    [Fact]
    public async Task A_token_still_answers_after_a_restart()
    {
        await using var rig = new EngineRig();
        await rig.OpenAsync(Machines.Gate("\"TimeoutSeconds\": 3600"));
        await rig.StartAsync("run");
        var waiting = await rig.PhaseAsync("run", RunPhase.Awaiting);
        await rig.DieAsync();

        await rig.OpenAsync(Machines.Gate("\"TimeoutSeconds\": 3600"));
        await rig.Engine.SendTaskSuccessAsync(waiting.Token!, new JsonObject(), Cancel);

        Assert.Equal(RunStatus.Succeeded, await rig.EndAsync("run"));
    }

    [Fact]
    public async Task Heartbeats_keep_a_gate_open_and_without_them_it_times_out()
    {
        await using var rig = new EngineRig();
        await rig.OpenAsync(Machines.Gate("\"TimeoutSeconds\": 3600, \"HeartbeatSeconds\": 10"));
        await rig.StartAsync("run");
        var token = (await rig.PhaseAsync("run", RunPhase.Awaiting)).Token!;

        for (var i = 0; i < 3; i++)
        {
            rig.Time.Advance(TimeSpan.FromSeconds(9));
            Assert.True(await rig.Engine.SendTaskHeartbeatAsync(token, Cancel));
        }

        rig.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(RunStatus.Failed, await rig.EndAsync("run"));
        Assert.False(await rig.Engine.SendTaskHeartbeatAsync(token, Cancel));
    }

    [Fact]
    public async Task A_refusal_is_the_tasks_error()
    {
        await using var rig = new EngineRig();
        await rig.OpenAsync(Machines.Gate("\"TimeoutSeconds\": 60"));
        await rig.StartAsync("run");
        var token = (await rig.PhaseAsync("run", RunPhase.Awaiting)).Token!;

        Assert.True(await rig.Engine.SendTaskFailureAsync(token, "Denied", "no", Cancel));

        Assert.Equal(RunStatus.Failed, await rig.EndAsync("run"));
        Assert.Contains("TaskFailed", await rig.HistoryAsync("run"));
    }

    [Fact]
    public async Task An_abort_ends_a_run_at_once_past_its_catchers()
    {
        await using var rig = new EngineRig();
        await rig.OpenAsync(Machines.Gate("\"TimeoutSeconds\": 60"));
        await rig.StartAsync("run");
        await rig.PhaseAsync("run", RunPhase.Awaiting);

        Assert.True(await rig.Engine.AbortAsync("run", "Stopped", null, Cancel));

        Assert.Equal(RunStatus.Aborted, await rig.EndAsync("run"));
        Assert.Equal("ExecutionAborted", (await rig.HistoryAsync("run"))[^1]);
    }

    [Fact]
    public async Task A_stop_keeps_the_outcome_of_a_call_under_way_and_begins_nothing_new()
    {
        await using var rig = new EngineRig { StopGrace = TimeSpan.FromSeconds(10) };
        var (called, may) = (NewSource(), NewSource());
        var calls = 0;
        rig.Worker = async (payload, _) =>
        {
            calls++;
            called.TrySetResult();
            await may.Task;
            return payload;
        };
        await rig.OpenAsync(Machines.Full);
        await rig.StartAsync("run");
        await called.Task;

        var stop = rig.StopAsync();
        Assert.False(stop.IsCompleted);
        may.SetResult();
        await stop;
        await rig.OpenAsync(Machines.Full);

        await rig.PhaseAsync("run", RunPhase.Awaiting);
        Assert.Equal(1, (await rig.HistoryAsync("run")).Count(type => type == "TaskSucceeded"));
        Assert.Equal(2, calls);
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
