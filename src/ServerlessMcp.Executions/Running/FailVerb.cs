using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>The worker itself failed on the way back, more often than the machine retries: that step is given up, older ones go on.</summary>
/// <remarks>
/// <code>
/// not rolling back yet                        as turn
/// the step still needs undo, foreign lease    WAIT
/// the step still needs undo                   UndoFailed, then as next
/// else                                        as next
/// </code>
/// </remarks>
internal sealed class FailVerb(WorkerTiming timing, Journal journal, TurnVerb turn, NextVerb next)
{
    public async Task<Answer> RunAsync(Snapshot snapshot, WorkerRequest request, CancellationToken cancellationToken)
    {
        if (snapshot.Execution.Status != ExecutionStatus.RollingBack)
        {
            return await turn.RunAsync(snapshot, request, cancellationToken);
        }

        if (request.StepId is not { } stepId || !StepTurns.NeedsUndo(snapshot.FactsOf(stepId)))
        {
            return await next.BackwardAsync(snapshot, cancellationToken);
        }

        var step = snapshot.Plan.Steps[snapshot.IndexOf(stepId)];
        var visit = new StepVisit(journal, snapshot, step, Direction.Backward, timing);
        if (visit.ForeignLease is { } left)
        {
            return visit.Wait(left);
        }

        var why = $"The worker failed while taking it back: {request.Error ?? "unknown error"}";
        await StepEnding.LeaveAsync(visit, StepStatus.UndoFailed, why, cancellationToken);
        return await next.BackwardAsync(await journal.LoadAsync(snapshot.Execution.ExecutionId, cancellationToken), cancellationToken);
    }
}
