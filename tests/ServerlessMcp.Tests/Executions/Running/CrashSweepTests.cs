using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>The worker dies at every write and every call, before and after it; a cancel comes before every task; a run dies before every task.</summary>
public sealed class CrashSweepTests
{
    private static readonly List<string> Initial = ["gone=old", "kept=old"];
    private static readonly List<string> Done = ["=changed", "=v1", "ensured=v3", "kept=v4", "named=v2"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Death_at_any_write_changes_nothing_about_the_end(bool isRefused)
    {
        var clean = await RunAsync(isRefused, _ => { });
        var start = StartWrites(clean);

        for (var n = start; n <= clean.Table.Writes; n++)
        {
            foreach (var after in new[] { false, true })
            {
                var stage = await RunAsync(isRefused, stage => DieAtWrite(stage, n, after));
                await CheckAsync(stage, isRefused, $"write {n} {(after ? "after" : "before")}");
            }
        }

        Assert.True(clean.Table.Writes - start > 20, "A sweep over hardly anything proves nothing.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Death_at_any_call_changes_nothing_about_the_end(bool isRefused)
    {
        var clean = await RunAsync(isRefused, _ => { });

        for (var n = 1; n <= clean.Aws.Calls; n++)
        {
            foreach (var after in new[] { false, true })
            {
                var stage = await RunAsync(isRefused, stage => stage.Aws.Boundary = (ordinal, isAfter) => DieIf(ordinal == n && isAfter == after));
                await CheckAsync(stage, isRefused, $"call {n} {(after ? "after" : "before")}");
            }
        }

        Assert.True(clean.Aws.Calls > 20);
    }

    [Fact]
    public async Task A_cancel_before_any_task_leaves_nothing_or_comes_too_late()
    {
        var clean = await RunAsync(false, _ => { });
        for (var n = 1; n <= clean.Engine.Tasks; n++)
        {
            var stage = await RunAsync(false, stage => stage.Engine.BeforeTask = task => CancelIf(stage, task == n));

            var execution = await stage.ReadAsync();
            Assert.True(execution.Status == ExecutionStatus.Cancelled, $"task {n}: {execution.Status}");
            Assert.Equal(Stage.Owner.Id, execution.CancelledBy);
            Assert.Equal(Initial, stage.Aws.Inventory());
        }
    }

    [Theory]
    [InlineData(RunStatus.Aborted)]
    [InlineData(RunStatus.TimedOut)]
    public async Task A_run_that_ends_early_at_any_task_is_rolled_back_by_the_reaper(RunStatus how)
    {
        var clean = await RunAsync(false, _ => { });
        for (var n = 1; n <= clean.Engine.Tasks; n++)
        {
            var stage = Prepare(false);
            stage.Engine.BeforeTask = task => { if (task == n) { throw new StoppedException(); } };
            await stage.StartAsync(Plan());
            await Assert.ThrowsAsync<StoppedException>(stage.Engine.RunAllAsync);

            stage.Engine.BeforeTask = null;
            stage.Engine.Kill($"{stage.Id}.1", how);
            stage.Time.Advance(TimeSpan.FromMinutes(2));
            await new Reaper(stage.Ports).RunEndedAsync($"{stage.Id}.1", how, TestContext.Current.CancellationToken);
            await stage.Engine.RunAllAsync();

            var execution = await stage.ReadAsync();
            var isWhole = execution.Status == ExecutionStatus.Succeeded && Done.SequenceEqual(stage.Aws.Inventory());
            var isUndone = execution.Status is ExecutionStatus.RolledBack or ExecutionStatus.Rejected && Initial.SequenceEqual(stage.Aws.Inventory());
            Assert.True(isWhole || isUndone, $"task {n}: {execution.Status}: {string.Join(' ', stage.Aws.Inventory())}");
        }
    }

    private static Step[] Plan() =>
    [
        Steps.CreateByToken("a", "v0") with { Wait = Steps.Ready() }, Steps.CreateByMarker("b", "v1"), Steps.CreateByName("c", "named", "v2"),
        Steps.CreateByValue("d", "ensured", "v3"), Steps.Change("e", "kept", "old", "v4"), Steps.Delete("f", "gone", "old"),
        Steps.ChangeOf("g", "id", "${steps.a.output.id}", "changed"),
    ];

    private static Stage Prepare(bool isRefused)
    {
        var stage = new Stage();
        stage.Aws.Add("kept", "old");
        stage.Aws.Add("gone", "old");
        stage.Aws.ReadyAfter = 2;
        stage.Aws.FaultOf = (call, _) => isRefused && call.Parameters["value"]?.GetValue<string>() == "changed" ? Fault.Refuse : Fault.None;
        return stage;
    }

    private static async Task<Stage> RunAsync(bool isRefused, Action<Stage> prepare)
    {
        var stage = Prepare(isRefused);
        prepare(stage);
        await stage.StartAsync(Plan());
        await stage.Engine.RunAllAsync();
        return stage;
    }

    /// <summary>The plan's and the start's own writes come first; dying there is the sweep's.</summary>
    private static int StartWrites(Stage clean) => clean.Table.Writes > 3 ? 4 : throw new InvalidOperationException("Nothing was written.");

    private static void DieAtWrite(Stage stage, int at, bool after)
    {
        if (after)
        {
            stage.Table.AfterWrite = n => DieIf(n == at);
        }
        else
        {
            stage.Table.BeforeWrite = n => DieIf(n == at);
        }
    }

    private static void DieIf(bool dies)
    {
        if (dies)
        {
            throw new CrashException();
        }
    }

    private static void CancelIf(Stage stage, bool cancels)
    {
        if (cancels)
        {
            stage.CancelAsync().GetAwaiter().GetResult();
        }
    }

    private static async Task CheckAsync(Stage stage, bool isRefused, string where)
    {
        var execution = await stage.ReadAsync();
        Assert.True(execution.Status == (isRefused ? ExecutionStatus.RolledBack : ExecutionStatus.Succeeded), $"{where}: {execution.Status}");
        Assert.True((isRefused ? Initial : Done).SequenceEqual(stage.Aws.Inventory()), $"{where}: {string.Join(' ', stage.Aws.Inventory())}");
        Assert.True(stage.Aws.Effects.Distinct().Count() == stage.Aws.Effects.Count, $"{where}: {string.Join(", ", stage.Aws.Effects)}");
        Assert.False(await stage.IsOpenAsync());
    }

    private sealed class StoppedException : Exception;
}
