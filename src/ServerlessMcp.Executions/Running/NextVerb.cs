using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Which step next; writes the end in the same write that finds nothing left.</summary>
/// <remarks>
/// <code>
/// awaiting approval   as <see cref="GateVerb"/> says
/// running             cancelled: TURN; a failed step: TURN; the first step not over: STEP, or GATE if it is an approval; none: SUCCEEDED
/// rolling back        the last step that needs undo: UNDO; none: something left: ROLLBACK_FAILED; cancelled: CANCELLED; else ROLLED_BACK
/// </code>
/// </remarks>
internal sealed class NextVerb(WorkerPorts ports, Journal journal, GateVerb gates, StartVerb start)
{
    public async Task<Answer> RunAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        switch (snapshot.Execution.Status)
        {
            case ExecutionStatus.AwaitingApproval:
                var passed = await gates.PassAsync(snapshot, yes => start.ApprovedAsync(snapshot, yes, cancellationToken), cancellationToken);
                return passed is { Next: Next.Run }
                    ? await RunAsync(await journal.LoadAsync(snapshot.Execution.ExecutionId, cancellationToken), cancellationToken)
                    : passed ?? throw new InvalidOperationException("An execution that awaits approval has no gate.");
            case ExecutionStatus.Running:
                return await ForwardAsync(snapshot, cancellationToken);
            default:
                return await BackwardAsync(snapshot, cancellationToken);
        }
    }

    public async Task<Answer> BackwardAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        for (var index = snapshot.Plan.Steps.Count - 1; index >= 0; index--)
        {
            if (StepTurns.NeedsUndo(snapshot.FactsOf(index)))
            {
                return new(Next.Undo, snapshot.Plan.Steps[index].Id);
            }
        }

        var left = Leftovers.Of(snapshot);
        var status = left.Count > 0 ? ExecutionStatus.RollbackFailed
            : snapshot.Execution is { Failure.Code: "cancelled", Origin: null } ? ExecutionStatus.Cancelled
            : ExecutionStatus.RolledBack;
        var text = status switch
        {
            ExecutionStatus.RollbackFailed => $"The rollback has ended; {left.Count} left: {string.Join(", ", left.Select(item => item.StepId))}.",
            ExecutionStatus.Cancelled => "Cancelled; nothing is left.",
            _ => "Rolled back; nothing is left but what the steps' classes announced.",
        };
        await journal.EndAsync(snapshot, snapshot.Execution with { Status = status, Left = left }, journal.Event("ended", null, text), cancellationToken);
        return new(Words.OfEnd(status));
    }

    private async Task<Answer> ForwardAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        if (await ports.Table.GetAsync(Keys.Cancel(snapshot.Execution.ExecutionId), strong: true, cancellationToken) is not null)
        {
            return new(Next.Turn);
        }

        for (var index = 0; index < snapshot.Plan.Steps.Count; index++)
        {
            var facts = snapshot.FactsOf(index);
            if (StepTurns.IsOverForward(facts))
            {
                continue;
            }

            var step = snapshot.Plan.Steps[index];
            return StepTurns.HasFailed(facts) ? new(Next.Turn, step.Id)
                : step.Kind == StepKind.Approval ? await new ApprovalGates(journal, ports.Policies).OpenAsync(snapshot, index, cancellationToken)
                : new(Next.Step, step.Id);
        }

        var succeeded = snapshot.Execution with { Status = ExecutionStatus.Succeeded };
        await journal.EndAsync(snapshot, succeeded, journal.Event("ended", null, "Succeeded: every step is done."), cancellationToken);
        return new(Next.Succeeded);
    }
}
