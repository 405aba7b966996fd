using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Begins the rollback: notes why, once, and answers as <c>next</c> does from there.</summary>
/// <remarks>
/// <code>
/// rolling back already           as next
/// a step has failed              failure = its error
/// cancelled                      failure = cancelled
/// else                           failure = worker: what the machine caught, or that the run before ended
/// never started, not cancelled   REJECTED: nothing ran
/// </code>
/// </remarks>
internal sealed class TurnVerb(WorkerPorts ports, Journal journal, NextVerb next)
{
    public async Task<Answer> RunAsync(Snapshot snapshot, WorkerRequest request, CancellationToken cancellationToken)
    {
        if (snapshot.Execution.Status == ExecutionStatus.RollingBack)
        {
            return await next.BackwardAsync(snapshot, cancellationToken);
        }

        var cancel = await CancelAsync(snapshot.Execution.ExecutionId, cancellationToken);
        var failure = OfStep(snapshot) ?? OfCancel(cancel) ?? new ExecutionFailure(null, "worker", request.Error ?? "The run before this one ended early.");
        if (snapshot.Execution.StartedAt is null && cancel is null)
        {
            var rejected = snapshot.Execution with { Status = ExecutionStatus.Rejected, Failure = failure };
            await journal.EndAsync(snapshot, rejected, journal.Event("rejected", null, $"Rejected, nothing ran: {failure.Message}"), cancellationToken);
            return new(Next.Rejected);
        }

        var turned = snapshot.Execution with
        {
            Status = ExecutionStatus.RollingBack,
            Failure = failure,
            CancelledBy = cancel?.By,
            Gate = null,
            Busy = null,
        };
        var why = failure.StepId is null ? failure.Message : $"{failure.StepId}: {failure.Code}: {failure.Message}";
        await journal.SaveMetaAsync(snapshot, turned, journal.Event("turned", failure.StepId, $"Rolls back: {why}"), cancellationToken);
        return await next.BackwardAsync(await journal.LoadAsync(turned.ExecutionId, cancellationToken), cancellationToken);
    }

    private static ExecutionFailure? OfStep(Snapshot snapshot) => snapshot.Steps.Values
        .Select(stored => stored.Facts)
        .Where(StepTurns.HasFailed)
        .OrderBy(facts => facts.Index)
        .Select(facts => new ExecutionFailure(facts.StepId, facts.Error?.Code ?? "worker", facts.Error?.Message ?? "It failed.", facts.Error?.RequestId, facts.Error?.Class))
        .FirstOrDefault();

    private static ExecutionFailure? OfCancel(CancelRecord? cancel) => cancel is null
        ? null
        : new(null, "cancelled", cancel.Reason is null ? $"Cancelled by {cancel.By}." : $"Cancelled by {cancel.By}: {cancel.Reason}");

    private async Task<CancelRecord?> CancelAsync(string executionId, CancellationToken cancellationToken) =>
        await ports.Table.GetAsync(Keys.Cancel(executionId), strong: true, cancellationToken) is { } item
            ? JsonNodes.To(item.Body, ExecutionsJson.Default.CancelRecord)
            : null;
}
