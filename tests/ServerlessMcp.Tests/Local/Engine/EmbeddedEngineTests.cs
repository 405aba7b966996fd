using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Local.Engine;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Tests.Local.Engine;

public sealed class EmbeddedEngineTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_gets_its_payload_and_gives_a_result_in_the_shape_of_lambda_invoke()
    {
        await using var rig = new EngineRig();
        await rig.OpenAsync(Machines.One().Replace("\"OutputPath\": \"$.Payload\", ", "", StringComparison.Ordinal));

        await rig.StartAsync("run");

        Assert.Equal(RunStatus.Succeeded, await rig.EndAsync("run"));
        var run = await rig.Engine.FindAsync("run", Cancel);
        Assert.Equal("""{"ExecutedVersion":"$LATEST","Payload":{"verb":"one","attempt":0},"StatusCode":200}""", run!.Output!.ToJsonString());
        Assert.Equal(
            ["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"],
            await rig.HistoryAsync("run"));
    }

    [Fact]
    public async Task The_same_name_again_is_the_same_run()
    {
        await using var rig = new EngineRig();
        var calls = 0;
        rig.Worker = (payload, _) =>
        {
            calls++;
            return Task.FromResult(payload);
        };
        await rig.OpenAsync(Machines.One());

        await rig.StartAsync("run", """{ "a": 1 }""");
        await rig.EndAsync("run");
        await rig.StartAsync("run", """{ "a": 2 }""");

        Assert.Equal(1, calls);
        Assert.Equal("""{"a":1}""", (await rig.Engine.FindAsync("run", Cancel))!.RunInput!.ToJsonString());
        Assert.Null(await rig.Engine.DescribeAsync("other", Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("a\u0007")]
    [InlineData("123456789-123456789-123456789-123456789-123456789-123456789-123456789-123456789-1")]
    public async Task A_name_that_Step_Functions_refuses_is_refused(string name)
    {
        await using var rig = new EngineRig();
        await rig.OpenAsync(Machines.One());

        Assert.Equal("invalid_run_name", (await Assert.ThrowsAsync<CallerException>(() => rig.StartAsync(name))).Code);
        await rig.StartAsync("ex_abc.1");
        await rig.EndAsync("ex_abc.1");
    }

    [Fact]
    public async Task Whatever_a_worker_throws_is_Lambda_Unknown_and_retried()
    {
        await using var rig = new EngineRig();
        var attempts = 0;
        rig.Worker = (payload, _) => attempts++ switch
        {
            0 => throw new TableUnavailableException("away"),
            1 => throw new InvalidOperationException("a bug with a secret"),
            _ => Task.FromResult(payload),
        };
        await rig.OpenAsync(Machines.One(Machines.Retry));

        await rig.StartAsync("run");

        Assert.Equal(RunStatus.Succeeded, await rig.EndAsync("run"));
        Assert.Equal(2, (await rig.Engine.FindAsync("run", Cancel))!.Output!["attempt"]!.GetValue<int>());
        var failures = (await rig.Engine.HistoryAsync("run", Cancel)).Where(line => line.Type == "TaskFailed").ToList();
        Assert.All(failures, line => Assert.Equal("Lambda.Unknown", line.Details!["error"]!.GetValue<string>()));
        Assert.DoesNotContain(failures, line => line.Details!.ToJsonString().Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_may_name_its_failure()
    {
        await using var rig = new EngineRig();
        rig.Worker = (_, _) => throw new TaskFailureException("Lambda.TooManyRequestsException", "slow down");
        await rig.OpenAsync(Machines.One());

        await rig.StartAsync("run");

        Assert.Equal(RunStatus.Failed, await rig.EndAsync("run"));
        var run = await rig.Engine.FindAsync("run", Cancel);
        Assert.Equal(("Lambda.TooManyRequestsException", "slow down"), (run!.Error, run.Cause));
    }

    [Fact]
    public async Task The_intent_is_stored_before_the_worker_is_called()
    {
        await using var rig = new EngineRig();
        var seen = new TaskCompletionSource<(RunPhase?, List<string>)>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Worker = async (payload, _) =>
        {
            seen.SetResult(((await rig.Engine.FindAsync("run", Cancel))?.Phase, await rig.HistoryAsync("run")));
            return payload;
        };
        await rig.OpenAsync(Machines.One());

        await rig.StartAsync("run");
        var (phase, history) = await seen.Task;

        Assert.Equal((RunPhase.Invoking, "TaskStarted"), (phase, history[^1]));
    }

    [Fact]
    public async Task An_update_of_the_machine_does_not_change_a_run_that_is_under_way()
    {
        await using var rig = new EngineRig { SkipsWaits = false };
        await rig.OpenAsync(Machines.Wait(60));
        await rig.StartAsync("old");
        await rig.PhaseAsync("old", RunPhase.Waiting);
        await rig.StopAsync();

        await rig.OpenAsync("""{ "StartAt": "B", "States": { "B": { "Type": "Fail", "Error": "New" } } }""");
        await rig.StartAsync("new");
        rig.Time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(RunStatus.Failed, await rig.EndAsync("new"));
        Assert.Equal(RunStatus.Succeeded, await rig.EndAsync("old"));
    }

    [Fact]
    public async Task A_hundred_runs_go_on_side_by_side_with_a_bounded_number_of_calls()
    {
        await using var rig = new EngineRig { MostCalls = 7 };
        var (under, most) = (0, 0);
        rig.Worker = async (payload, _) =>
        {
            var now = Interlocked.Increment(ref under);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref under);
            return payload;
        };
        await rig.OpenAsync(Machines.One(Machines.Retry));

        var names = Enumerable.Range(0, 100).Select(n => $"run-{n}").ToList();
        await Task.WhenAll(names.Select(name => rig.StartAsync(name)));
        var ends = await Task.WhenAll(names.Select(rig.EndAsync));

        Assert.All(ends, end => Assert.Equal(RunStatus.Succeeded, end));
        Assert.InRange(most, 1, 7);
    }

    [Fact]
    public async Task The_end_is_told_until_it_is_taken()
    {
        await using var rig = new EngineRig();
        var told = 0;
        rig.Listener = (_, _) =>
        {
            if (++told < 3)
            {
                rig.Time.Advance(TimeSpan.FromMinutes(5));
                throw new InvalidOperationException("not now");
            }

            return Task.CompletedTask;
        };
        await rig.OpenAsync(Machines.Wait(0));

        await rig.StartAsync("run");
        while (told < 3)
        {
            rig.Time.Advance(TimeSpan.FromMinutes(5));
            await Task.Yield();
        }

        Assert.Equal(RunStatus.Succeeded, await rig.EndAsync("run"));
    }

    [Fact]
    public async Task An_end_that_nobody_took_is_told_again_after_a_restart()
    {
        await using var rig = new EngineRig();
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Listener = (_, _) =>
        {
            tried.TrySetResult();
            throw new InvalidOperationException("dies");
        };
        await rig.OpenAsync(Machines.One());
        await rig.StartAsync("run");
        await tried.Task;
        await rig.DieAsync();

        rig.Listener = null;
        await rig.OpenAsync(Machines.One());

        Assert.Equal(RunStatus.Succeeded, await rig.EndAsync("run"));
    }

    [Fact]
    public async Task Runs_and_histories_go_90_days_after_the_end()
    {
        await using var rig = new EngineRig();
        await rig.OpenAsync(Machines.One());
        await rig.StartAsync("run");
        await rig.EndAsync("run");
        await rig.StopAsync();

        rig.Time.Advance(TimeSpan.FromDays(89));
        await rig.OpenAsync(Machines.One());
        Assert.Equal(RunStatus.Succeeded, await rig.Engine.DescribeAsync("run", Cancel));
        await rig.StopAsync();
        rig.Time.Advance(TimeSpan.FromDays(1));
        await rig.OpenAsync(Machines.One());

        Assert.Null(await rig.Engine.DescribeAsync("run", Cancel));
        Assert.Empty(await rig.HistoryAsync("run"));
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var old = most; now > old && Interlocked.CompareExchange(ref most, now, old) != old; old = most)
        {
        }
    }
}
