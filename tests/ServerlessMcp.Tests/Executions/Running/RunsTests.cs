using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>Runs and their fence, continue-as-new, the reaper and the sweep.</summary>
public sealed class RunsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_verb_of_another_run_answers_continued()
    {
        var stage = new Stage();
        await stage.StartAsync([Steps.CreateByToken("a")]);
        await stage.WordAsync("start");

        foreach (var verb in new[] { "start", "next", "act", "poll", "turn", "fail" })
        {
            Assert.Equal("CONTINUED", await stage.WordAsync(verb, "a", run: 2));
        }

        Assert.Empty(stage.Aws.Effects);
    }

    [Fact]
    public async Task Every_verb_of_an_ended_execution_answers_its_end()
    {
        var stage = new Stage();
        await stage.RunAsync(Steps.CreateByToken("a"));

        foreach (var verb in new[] { "start", "gate", "next", "act", "poll", "turn", "fail", "continue" })
        {
            Assert.Equal("SUCCEEDED", await stage.WordAsync(verb, "a"));
        }
    }

    [Theory]
    [InlineData(false, ExecutionStatus.Succeeded)]
    [InlineData(true, ExecutionStatus.RolledBack)]
    public async Task A_full_history_hands_over_to_the_next_run_in_both_directions(bool isRefused, ExecutionStatus status)
    {
        var stage = new Stage(new() { MaxEvents = 30 });
        stage.Aws.FaultOf = (call, _) => isRefused && call.Parameters["value"]?.GetValue<string>() == "x" ? Fault.Refuse : Fault.None;

        var execution = await stage.RunAsync(
            Steps.CreateByToken("a"), Steps.CreateByMarker("b"), Steps.CreateByToken("c"), Steps.CreateByToken("d", "x"));

        Assert.Equal(status, execution.Status);
        Assert.True(execution.Run > 2);
        Assert.Equal(execution.Run, stage.Engine.Runs.Count);
        Assert.Equal(isRefused ? 0 : 4, stage.Aws.Inventory().Count);
    }

    [Fact]
    public async Task The_count_that_is_carried_is_the_count_of_the_history()
    {
        var stage = new Stage();
        stage.Aws.ReadyAfter = 40;
        var carried = new List<(int Carried, int Actual)>();
        stage.Engine.OnPayload = payload => carried.Add((payload["count"]!.GetValue<int>(), stage.Engine.EventsAtEntry));
        var crashes = 1;
        stage.Aws.Boundary = (_, _) =>
        {
            if (stage.Aws.Calls == 6 && crashes-- > 0)
            {
                throw new CrashException();
            }
        };

        await stage.RunAsync(Steps.CreateByToken("a") with { Wait = Steps.Ready() }, Steps.CreateByMarker("b"));

        Assert.True(carried.Count > 10);
        Assert.All(carried.Where(pair => pair.Carried > 0), pair => Assert.Equal(pair.Actual, pair.Carried));
    }

    [Fact]
    public async Task A_crash_within_continue_is_mended_by_asking_again()
    {
        var stage = new Stage();
        await stage.StartAsync([Steps.CreateByToken("a")]);
        await stage.WordAsync("start");
        stage.Engine.Forget();
        stage.Table.AfterWrite = _ => throw new CrashException();
        await Assert.ThrowsAsync<CrashException>(() => stage.WordAsync("continue"));
        stage.Table.AfterWrite = null;

        Assert.Equal("CONTINUED", await stage.WordAsync("continue"));
        await stage.Engine.RunAllAsync();

        var execution = await stage.ReadAsync();
        Assert.Equal((ExecutionStatus.Succeeded, 2, "RESUME"), (execution.Status, execution.Run, execution.Mode));
    }

    [Fact]
    public async Task The_reaper_gives_up_after_five_runs_with_an_alarm()
    {
        var stage = new Stage();
        await stage.StartAsync([Steps.CreateByToken("a"), Steps.CreateByToken("b")]);
        await stage.WordAsync("start");
        await stage.WordAsync("act", "a");
        var reaper = new Reaper(stage.Ports);

        for (var run = 1; run <= 6; run++)
        {
            await reaper.RunEndedAsync($"{stage.Id}.{run}", RunStatus.Failed, Token);
            await reaper.RunEndedAsync($"{stage.Id}.{run}", RunStatus.Failed, Token);
        }

        var execution = await stage.ReadAsync();
        Assert.Equal((ExecutionStatus.RollbackFailed, 6, 5), (execution.Status, execution.Run, execution.Reaps));
        Assert.Equal("a", Assert.Single(execution.Left).StepId);
        Assert.Single(await stage.EventsAsync(), line => line.Kind == "alarm");
        Assert.False(await stage.IsOpenAsync());
    }

    [Fact]
    public async Task The_reaper_writes_succeeded_when_every_step_is_done()
    {
        var stage = new Stage();
        await stage.StartAsync([Steps.CreateByToken("a")]);
        await stage.WordAsync("start");
        await stage.WordAsync("act", "a");
        await stage.WordAsync("poll", "a");

        var reaper = new Reaper(stage.Ports);
        Assert.Equal(StepStatus.Done, (await stage.StepAsync("a")).Status);
        await reaper.RunEndedAsync($"{stage.Id}.1", RunStatus.TimedOut, Token);

        Assert.Equal(ExecutionStatus.Succeeded, (await stage.ReadAsync()).Status);
    }

    [Theory]
    [InlineData(".2", RunStatus.Failed)]
    [InlineData(".1", RunStatus.Running)]
    [InlineData("", RunStatus.Failed)]
    [InlineData(".x", RunStatus.Failed)]
    public async Task The_reaper_leaves_alone_what_is_not_its(string suffix, RunStatus status)
    {
        var stage = new Stage();
        await stage.StartAsync([Steps.CreateByToken("a")]);

        await new Reaper(stage.Ports).RunEndedAsync($"{stage.Id}{suffix}", status, Token);

        Assert.Equal(1, (await stage.ReadAsync()).Run);
    }

    [Fact]
    public async Task The_sweep_starts_what_a_crash_left_unstarted()
    {
        var stage = new Stage();
        stage.Engine.LosesStarts = true;
        await stage.StartAsync([Steps.CreateByToken("a")]);
        stage.Engine.LosesStarts = false;

        Assert.Equal(1, await new Sweeper(stage.Ports).SweepAsync(Token));
        await stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Succeeded, (await stage.ReadAsync()).Status);
        Assert.Equal(0, await new Sweeper(stage.Ports).SweepAsync(Token));
    }

    [Fact]
    public async Task The_sweep_goes_on_past_an_execution_that_cannot_be_read()
    {
        var stage = new Stage();
        stage.Engine.LosesStarts = true;
        await stage.StartAsync([Steps.CreateByToken("a")]);
        stage.Engine.LosesStarts = false;
        await stage.Table.WriteAsync(
            [
                new TableWrite.Put(Keys.Open("ex_0"), 0, []),
                new TableWrite.Put(Keys.Meta("ex_0"), 0, new JsonObject { ["executionId"] = "ex_0", ["status"] = "of another age" }),
            ],
            Token);

        var failed = await Assert.ThrowsAsync<AggregateException>(() => new Sweeper(stage.Ports).SweepAsync(Token));
        await stage.Engine.RunAllAsync();

        Assert.Contains("ex_0", Assert.Single(failed.InnerExceptions).Message, StringComparison.Ordinal);
        Assert.Equal(ExecutionStatus.Succeeded, (await stage.ReadAsync()).Status);
    }

    [Fact]
    public async Task The_sweep_reaps_a_run_whose_end_nobody_told()
    {
        var stage = new Stage();
        await stage.StartAsync([Steps.CreateByToken("a"), Steps.CreateByToken("b")]);
        await stage.WordAsync("start");
        await stage.WordAsync("act", "a");
        stage.Engine.Forget();
        stage.Engine.Kill($"{stage.Id}.1", RunStatus.TimedOut);

        await new Sweeper(stage.Ports).SweepAsync(Token);
        await stage.Engine.RunAllAsync();

        var execution = await stage.ReadAsync();
        Assert.Equal((ExecutionStatus.RolledBack, "worker", "ROLLBACK"), (execution.Status, execution.Failure!.Code, execution.Mode));
        Assert.Empty(stage.Aws.Inventory());
    }

    [Fact]
    public async Task The_sweep_wakes_a_gate_whose_decision_was_not_sent()
    {
        var stage = new Stage();
        await stage.StartAsync([Steps.CreateByToken("a")], VerdictKind.Confirm);
        stage.Engine.AtGate = async () =>
        {
            var body = new JsonObject
            {
                ["decision"] = "approve",
                ["by"] = "key_a",
                ["hash"] = (await stage.ReadAsync()).Hash,
                ["at"] = stage.Time.GetUtcNow(),
            };
            await stage.Table.WriteAsync([new TableWrite.Put(Keys.Gate(stage.Id, 1), 0, body)], Token);
            await new Sweeper(stage.Ports).SweepAsync(Token);
        };

        await stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Succeeded, (await stage.ReadAsync()).Status);
        Assert.Equal(0, stage.Time.GetUtcNow().Hour);
    }

    [Fact]
    public async Task The_sweep_frees_an_open_item_of_an_ended_execution()
    {
        var stage = new Stage();
        await stage.RunAsync(Steps.CreateByToken("a"));
        await stage.Table.WriteAsync([new TableWrite.Put(Keys.Open(stage.Id), 0, [])], Token);

        Assert.Equal(0, await new Sweeper(stage.Ports).SweepAsync(Token));
        Assert.False(await stage.IsOpenAsync());
    }

    [Fact]
    public async Task A_worker_that_fails_on_a_step_turns_and_on_an_undo_leaves_only_that()
    {
        var stage = new Stage();
        stage.Aws.Boundary = (_, _) =>
        {
            if (stage.Aws.Sent.Count > 0 && stage.Engine.Visited[^1] is "RunStep" && stage.Aws.Effects.Count == 2)
            {
                throw new InvalidOperationException("A bug.");
            }

            if (stage.Engine.Visited[^1] is "UndoStep" or "PollUndo" && stage.Engine.Tasks % 2 == 0 && stage.Aws.Effects.Count == 2)
            {
                throw new InvalidOperationException("Another bug.");
            }
        };

        var execution = await stage.RunAsync(Steps.CreateByToken("a"), Steps.CreateByMarker("b"), Steps.CreateByToken("c"));

        Assert.Equal("worker", execution.Failure!.Code);
        Assert.Contains("A bug.", execution.Failure.Message, StringComparison.Ordinal);
        Assert.True(execution.IsTerminal);
        Assert.Equal(execution.Left.Count, stage.Aws.Inventory().Count);
    }
}
