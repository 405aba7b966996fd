using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Hands over to another run before the engine's history is full.</summary>
/// <remarks>
/// <code>
/// ended                          the word of its end
/// this run is META.run           bump it (conditional), start the run, CONTINUED
/// this run is older              start META.run's run again (the same name is the same run), CONTINUED
/// </code>
/// A crash between the two writes is mended by the retry, or else by the sweep.
/// </remarks>
internal sealed class ContinueVerb(WorkerPorts ports, Journal journal)
{
    public async Task<Answer> RunAsync(Snapshot snapshot, WorkerRequest request, CancellationToken cancellationToken)
    {
        var execution = snapshot.Execution;
        if (execution.IsTerminal)
        {
            return new(Words.OfEnd(execution.Status));
        }

        if (execution.Run == request.Run)
        {
            var mode = execution.Status == ExecutionStatus.RollingBack ? Runs.Rollback : Runs.Resume;
            execution = execution with { Run = execution.Run + 1, Mode = mode };
            await journal.SaveMetaAsync(
                snapshot, execution, journal.Event("continued", null, $"Run {execution.Run} takes over."), cancellationToken);
        }

        await ports.Engine.StartAsync(Runs.Name(execution), Runs.Input(execution), cancellationToken);
        return new(Next.Continued);
    }
}
