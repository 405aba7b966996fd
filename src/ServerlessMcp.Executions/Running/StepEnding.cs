using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>How a step ends backward: undone, or left with the reason and the read to look with.</summary>
internal static class StepEnding
{
    /// <param name="status"><see cref="StepStatus.UndoSkipped"/> or <see cref="StepStatus.UndoFailed"/>.</param>
    public static async Task<Answer?> LeaveAsync(StepVisit visit, StepStatus status, string why, CancellationToken cancellationToken)
    {
        var facts = ForwardCall.Free(visit.Facts) with
        {
            Status = status,
            LeftFrom = visit.Facts.Status,
            LeftWhy = why,
            LookWith = StepCalls.LookWith(visit),
            EndedAt = visit.Now,
        };
        var kind = status == StepStatus.UndoSkipped ? "undo_skipped" : "undo_failed";
        await visit.SaveAsync(facts, cancellationToken, visit.Event(kind, $"{visit.Step.Id} is left: {why}"));
        return null;
    }

    public static async Task<Answer?> UndoneAsync(StepVisit visit, string text, CancellationToken cancellationToken)
    {
        await visit.SaveAsync(
            ForwardCall.Free(visit.Facts) with { Status = StepStatus.Undone, UndoError = null, EndedAt = visit.Now }, cancellationToken,
            visit.Event("step_undone", text));
        return null;
    }
}
