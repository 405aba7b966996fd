using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Executions.Running;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Local.Engine;

/// <summary>
/// The worker on the real engine and table, as local mode runs it; and its process dies at every commit of the shared file.
/// </summary>
public sealed class ExecutionOnEngineTests
{
    private static readonly List<string> Initial = ["kept=old"];
    private static readonly List<string> Done = ["=changed", "kept=v4", "named=v2"];

    /// <summary>Every commit with <c>SMCP_SWEEPS=full</c>, else every fifth.</summary>
    private static int Stride => Sweeps.AreFull ? 1 : 5;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_plan_runs_to_its_end_or_is_rolled_back(bool isRefused)
    {
        await using var stage = Prepare(isRefused);
        await stage.OpenAsync();

        await stage.StartAsync(Plan());
        await stage.EndAsync();

        await CheckAsync(stage, isRefused, "clean");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_history_that_fills_up_is_handed_over_until_the_end(bool isRefused)
    {
        await using var stage = Prepare(isRefused);
        await stage.OpenAsync(timing: new() { MaxEvents = 40 });

        await stage.StartAsync(Plan());
        var ended = await stage.EndedAsync();

        Assert.InRange(ended.Run, 2, 20);
        Assert.Equal(0, ended.Reaps);
        await CheckAsync(stage, isRefused, "handed over");
    }

    [Fact]
    public async Task A_run_that_somebody_stops_is_followed_by_one_that_takes_everything_back()
    {
        await using var stage = Prepare(false);
        var last = 0;
        stage.Aws.FaultOf = (call, ordinal) =>
        {
            last = last == 0 && call.Parameters["value"]?.GetValue<string>() == "v4" ? ordinal : last;
            return Fault.None;
        };
        // After its effect: here the lease ends in no time, and no call is on its way for longer than its lease.
        stage.Aws.Boundary = (ordinal, isAfter) =>
        {
            if (ordinal == last && isAfter)
            {
                stage.AbortAsync().GetAwaiter().GetResult();
            }
        };
        await stage.OpenAsync();

        await stage.StartAsync(Plan());
        var ended = await stage.EndedAsync();

        Assert.Equal((ExecutionStatus.RolledBack, 2, 1), (ended.Status, ended.Run, ended.Reaps));
        Assert.Equal(Initial, stage.Aws.Inventory());
    }

    [Fact]
    public async Task A_decision_wakes_the_gate()
    {
        await using var stage = Prepare(false);
        await stage.OpenAsync();
        await stage.StartAsync(Plan(), VerdictKind.Approve);
        Assert.Equal(ExecutionStatus.AwaitingApproval, (await stage.ReadAsync()).Status);

        await stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Approver, null, TestContext.Current.CancellationToken);
        await stage.SweepAsync();
        await stage.EndAsync();

        await CheckAsync(stage, false, "approved");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Death_at_any_commit_of_table_or_engine_changes_nothing_about_the_end(bool isRefused)
    {
        var commits = 0;
        await using (var clean = Prepare(isRefused))
        {
            await clean.OpenAsync(number => commits = number);
            await clean.StartAsync(Plan());
            await clean.EndAsync();
        }

        Assert.True(commits > 40, $"A sweep over {commits} commits proves little.");
        TestContext.Current.SendDiagnosticMessage($"{commits} commits");
        for (var dieAt = 1; dieAt <= commits; dieAt += Stride)
        {
            await DieAndGoOnAsync(isRefused, dieAt);
        }
    }

    private static async Task DieAndGoOnAsync(bool isRefused, int dieAt)
    {
        await using var stage = Prepare(isRefused);
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await stage.OpenAsync(number => DieIf(number == dieAt, died));
            await stage.StartAsync(Plan());
        }
        catch (Exception death) when (death is ProcessDeath or TableUnavailableException)
        {
            // The caller of a dying process sees no answer.
        }

        await Task.WhenAny(died.Task, stage.EndAsync());
        await stage.DieAsync();
        stage.Time.Advance(TimeSpan.FromMinutes(6));
        await stage.OpenAsync();
        if (await stage.OpenExecutionsAsync() > 0)
        {
            await stage.SweepAsync();
            await stage.EndAsync();
        }

        if (stage.Id.Length > 0)
        {
            await CheckAsync(stage, isRefused, $"commit {dieAt}");
        }
        else
        {
            Assert.Empty(stage.Aws.Effects);
        }
    }

    private static void DieIf(bool dies, TaskCompletionSource died)
    {
        if (dies)
        {
            died.SetResult();
            throw new ProcessDeath();
        }
    }

    private static Step[] Plan() =>
    [
        Steps.CreateByToken("a", "v0") with { Wait = Steps.Ready() }, Steps.CreateByName("c", "named", "v2"),
        Steps.Change("e", "kept", "old", "v4"), Steps.ChangeOf("g", "id", "${steps.a.output.id}", "changed"),
    ];

    private static LocalStage Prepare(bool isRefused)
    {
        var stage = new LocalStage();
        stage.Aws.Add("kept", "old");
        stage.Aws.ReadyAfter = 2;
        stage.Aws.FaultOf = (call, _) => isRefused && call.Parameters["value"]?.GetValue<string>() == "changed" ? Fault.Refuse : Fault.None;
        return stage;
    }

    private static async Task CheckAsync(LocalStage stage, bool isRefused, string where)
    {
        var execution = await stage.ReadAsync();
        Assert.True(execution.Status == (isRefused ? ExecutionStatus.RolledBack : ExecutionStatus.Succeeded), $"{where}: {execution.Status} {execution.Failure}");
        Assert.True((isRefused ? Initial : Done).SequenceEqual(stage.Aws.Inventory()), $"{where}: {string.Join(' ', stage.Aws.Inventory())}");
        Assert.True(stage.Aws.Effects.Distinct().Count() == stage.Aws.Effects.Count, $"{where}: {string.Join(", ", stage.Aws.Effects)}");
        Assert.Equal(0, await stage.OpenExecutionsAsync());
    }
}
