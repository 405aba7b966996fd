using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>A plan with a step of every kind: the worker dies at every write and call, a cancel comes before every task, a run ends before every task.</summary>
public sealed class LookCrashTests
{
    private static readonly List<string> Initial = ["kept=old"];
    private static readonly List<string> Done = ["=old", "=v1", "=v2", "kept=old"];

    [Theory]
    [InlineData(GateDecision.Approve)]
    [InlineData(GateDecision.Deny)]
    public async Task Death_at_any_write_changes_nothing_about_the_end(GateDecision decision)
    {
        var clean = await RunAsync(decision, _ => { });

        for (var n = 4; n <= clean.Table.Writes; n++)
        {
            var at = n;
            await CheckAsync(await RunAsync(decision, stage => stage.Table.BeforeWrite = write => DieIf(write == at)), decision, $"before write {n}");
            await CheckAsync(await RunAsync(decision, stage => stage.Table.AfterWrite = write => DieIf(write == at)), decision, $"after write {n}");
        }

        Assert.True(clean.Table.Writes > 25, "A sweep over hardly anything proves nothing.");
    }

    [Theory]
    [InlineData(GateDecision.Approve)]
    [InlineData(GateDecision.Deny)]
    public async Task Death_at_any_call_changes_nothing_about_the_end(GateDecision decision)
    {
        var clean = await RunAsync(decision, _ => { });

        for (var n = 1; n <= clean.Aws.Calls; n++)
        {
            foreach (var after in new[] { false, true })
            {
                var at = n;
                var stage = await RunAsync(decision, stage => stage.Aws.Boundary = (ordinal, isAfter) => DieIf(ordinal == at && isAfter == after));
                await CheckAsync(stage, decision, $"call {n} {(after ? "after" : "before")}");
            }
        }

        Assert.True(clean.Aws.Calls > 10);
    }

    [Fact]
    public async Task Every_verb_asked_twice_changes_nothing_about_the_end()
    {
        var clean = await RunAsync(GateDecision.Approve, _ => { });
        for (var n = 1; n <= clean.Engine.Tasks; n++)
        {
            var at = n;
            var seen = 0;
            var stage = await RunAsync(GateDecision.Approve, stage => stage.Engine.OnPayload = payload =>
            {
                if (++seen == at && (string?)payload["verb"] != "gate")
                {
                    stage.Worker.InvokeAsync(payload.DeepClone().AsObject(), TestContext.Current.CancellationToken).GetAwaiter().GetResult();
                }
            });

            await CheckAsync(stage, GateDecision.Approve, $"task {n} twice");
        }
    }

    [Fact]
    public async Task A_cancel_before_any_task_leaves_nothing()
    {
        var clean = await RunAsync(GateDecision.Approve, _ => { });
        for (var n = 1; n <= clean.Engine.Tasks; n++)
        {
            var at = n;
            var stage = await RunAsync(GateDecision.Approve, stage => stage.Engine.BeforeTask = task =>
            {
                if (task == at)
                {
                    stage.CancelAsync().GetAwaiter().GetResult();
                }
            });

            var execution = await stage.ReadAsync();
            Assert.True(execution.Status == ExecutionStatus.Cancelled, $"task {n}: {execution.Status}");
            Assert.Equal(Initial, stage.Aws.Inventory());
        }
    }

    [Fact]
    public async Task A_run_that_ends_early_at_any_task_is_rolled_back_by_the_reaper()
    {
        var clean = await RunAsync(GateDecision.Approve, _ => { });
        for (var n = 1; n <= clean.Engine.Tasks; n++)
        {
            var at = n;
            var stage = Prepare(GateDecision.Approve);
            stage.Engine.BeforeTask = task => { if (task == at) { throw new StoppedException(); } };
            await stage.StartAsync(Plan());
            await Assert.ThrowsAsync<StoppedException>(stage.Engine.RunAllAsync);

            stage.Engine.BeforeTask = null;
            stage.Engine.Kill($"{stage.Id}.1", ServerlessMcp.Executions.Ports.RunStatus.Aborted);
            stage.Time.Advance(TimeSpan.FromMinutes(2));
            await new Reaper(stage.Ports).RunEndedAsync($"{stage.Id}.1", ServerlessMcp.Executions.Ports.RunStatus.Aborted, TestContext.Current.CancellationToken);
            await stage.Engine.RunAllAsync();

            var execution = await stage.ReadAsync();
            var isWhole = execution.Status == ExecutionStatus.Succeeded && Done.SequenceEqual(stage.Aws.Inventory());
            var isUndone = execution.Status is ExecutionStatus.RolledBack or ExecutionStatus.Rejected && Initial.SequenceEqual(stage.Aws.Inventory());
            Assert.True(isWhole || isUndone, $"task {n}: {execution.Status}: {string.Join(' ', stage.Aws.Inventory())}");
            Assert.Null(execution.Gate);
        }
    }

    private static Step[] Plan() =>
    [
        Steps.CreateByToken("a", "v1"), LookSteps.CheckOf("check", Steps.Call("Describe", ("id", "${steps.a.output.id}")), "thing.value == 'v1'", 30),
        LookSteps.Collect("read", "kept", "none"), Steps.CreateByMarker("b", "${steps.read.output.kept.thing.value}"),
        LookSteps.Bake("bake", 70, "errors"), LookSteps.Approval("ask"), Steps.CreateByToken("c", "v2"),
    ];

    private static Stage Prepare(GateDecision decision)
    {
        var stage = new Stage();
        stage.Aws.Add("kept", "old");
        stage.Aws.Alarms["errors"] = "OK";
        stage.Engine.AtGate = () => DecideAsync(stage, decision);
        return stage;
    }

    /// <summary>Whoever decides sees the server die, and says it once more.</summary>
    private static async Task DecideAsync(Stage stage, GateDecision decision)
    {
        try
        {
            await stage.Gates.DecideAsync(stage.Id, decision, Stage.Owner, null, TestContext.Current.CancellationToken);
        }
        catch (CrashException)
        {
            await stage.Gates.DecideAsync(stage.Id, decision, Stage.Owner, null, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<Stage> RunAsync(GateDecision decision, Action<Stage> prepare)
    {
        var stage = Prepare(decision);
        prepare(stage);
        await stage.StartAsync(Plan());
        await stage.Engine.RunAllAsync();
        return stage;
    }

    private static void DieIf(bool dies)
    {
        if (dies)
        {
            throw new CrashException();
        }
    }

    private static async Task CheckAsync(Stage stage, GateDecision decision, string where)
    {
        var execution = await stage.ReadAsync();
        var isYes = decision == GateDecision.Approve;
        Assert.True(execution.Status == (isYes ? ExecutionStatus.Succeeded : ExecutionStatus.RolledBack), $"{where}: {execution.Status} {execution.Failure}");
        Assert.True((isYes ? Done : Initial).SequenceEqual(stage.Aws.Inventory()), $"{where}: {string.Join(' ', stage.Aws.Inventory())}");
        Assert.True(stage.Aws.Effects.Distinct().Count() == stage.Aws.Effects.Count, $"{where}: {string.Join(", ", stage.Aws.Effects)}");
        Assert.False(await stage.IsOpenAsync());
    }

    private sealed class StoppedException : Exception;
}
