using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Called when a run has ended, by the engine's event or by the sweep: nothing that is half done stays half done.</summary>
/// <remarks>
/// <code>
/// not one of our runs, still running     nothing
/// the execution has ended                nothing
/// META.run is another run                nothing: that one acts
/// running, every step done, no cancel    succeeded
/// reaped fewer than five times           bump the run (conditional), start it with mode ROLLBACK
/// else                                   rollback_failed with all that is left, and an alarm
/// </code>
/// Events come at least once and in any order: every write expects the version that was read, and a lost race is another's work done.
/// </remarks>
public sealed class Reaper(WorkerPorts ports, WorkerTiming? timing = null)
{
    private readonly WorkerTiming _timing = timing ?? new();

    /// <param name="runName"><c>executionId.run</c>; any other name is somebody else's.</param>
    /// <param name="status">How the run ended.</param>
    public async Task RunEndedAsync(string runName, RunStatus status, CancellationToken cancellationToken)
    {
        if (status == RunStatus.Running || Runs.Parse(runName) is not { } run)
        {
            return;
        }

        try
        {
            await ReapAsync(run.ExecutionId, run.Run, status, cancellationToken);
        }
        catch (TableConflictException)
        {
            // Another reaper or the last words of the run itself were first; if that left anything to do, the sweep comes by.
        }
    }

    private async Task ReapAsync(string executionId, int run, RunStatus status, CancellationToken cancellationToken)
    {
        var journal = new Journal(ports, Ids.New("in"));
        if (await ports.Table.GetAsync(Keys.Meta(executionId), strong: true, cancellationToken) is null)
        {
            return;
        }

        var snapshot = await journal.LoadAsync(executionId, cancellationToken);
        var execution = snapshot.Execution;
        if (execution.IsTerminal || execution.Run != run)
        {
            return;
        }

        if (await IsCompleteAsync(snapshot, cancellationToken))
        {
            var succeeded = execution with { Status = ExecutionStatus.Succeeded };
            await journal.EndAsync(snapshot, succeeded, journal.Event("ended", null, "Succeeded: every step is done."), cancellationToken);
        }
        else if (execution.Reaps < _timing.MaxReaps)
        {
            await AgainAsync(journal, snapshot, status, cancellationToken);
        }
        else
        {
            await GiveUpAsync(journal, snapshot, status, cancellationToken);
        }
    }

    private async Task<bool> IsCompleteAsync(Snapshot snapshot, CancellationToken cancellationToken) =>
        snapshot.Execution.Status == ExecutionStatus.Running
        && Enumerable.Range(0, snapshot.Plan.Steps.Count).All(index => StepTurns.IsOverForward(snapshot.FactsOf(index)))
        && await ports.Table.GetAsync(Keys.Cancel(snapshot.Execution.ExecutionId), strong: true, cancellationToken) is null;

    private async Task AgainAsync(Journal journal, Snapshot snapshot, RunStatus status, CancellationToken cancellationToken)
    {
        var bumped = snapshot.Execution with
        {
            Run = snapshot.Execution.Run + 1,
            Mode = Runs.Rollback,
            Reaps = snapshot.Execution.Reaps + 1,
        };
        var text = $"Run {snapshot.Execution.Run} ended early ({Word(status)}); run {bumped.Run} rolls back.";
        await journal.SaveMetaAsync(snapshot, bumped, journal.Event("reaped", null, text), cancellationToken);
        await ports.Engine.StartAsync(Runs.Name(bumped), Runs.Input(bumped), cancellationToken);
    }

    private static async Task GiveUpAsync(Journal journal, Snapshot snapshot, RunStatus status, CancellationToken cancellationToken)
    {
        var execution = snapshot.Execution;
        var why = $"Run {execution.Run} ended early ({Word(status)}), after {execution.Reaps} others were started to roll back.";
        var failed = execution with
        {
            Status = ExecutionStatus.RollbackFailed,
            Failure = execution.Failure ?? new(null, "worker", why),
            Left = Leftovers.OfAbandoned(snapshot),
        };
        await journal.EndAsync(snapshot, failed, journal.Event("alarm", null, $"{why} A person must look."), cancellationToken);
    }

    private static string Word(RunStatus status) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}
