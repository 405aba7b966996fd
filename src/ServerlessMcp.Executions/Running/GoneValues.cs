using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>A step whose recorded values are gone from the blobs: nothing is guessed from what is missing.</summary>
/// <remarks>
/// <code>
/// forward    not over: failed, which turns
/// backward   to be undone: left, UndoFailed
/// else       as if nothing were missing
/// </code>
/// </remarks>
internal static class GoneValues
{
    public static async Task EndAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        var facts = visit.Facts;
        if (facts.Blobs is not { Count: > 0 } gone)
        {
            return;
        }

        var why = $"Its recorded {string.Join(" and ", gone.Keys)} is gone from the blobs, so nothing can be done with it safely.";
        if (visit.IsBackward && StepTurns.NeedsUndo(facts))
        {
            await StepEnding.LeaveAsync(visit, StepStatus.UndoFailed, why, cancellationToken);
        }
        else if (!visit.IsBackward && !StepTurns.IsOverForward(facts) && !StepTurns.HasFailed(facts))
        {
            var status = facts.Status == StepStatus.Intended ? StepStatus.Intended : StepStatus.Failed;
            await visit.SaveAsync(
                ForwardCall.Free(facts) with { Status = status, Error = new("gone", why) }, cancellationToken,
                visit.Event("step_failed", $"{visit.Step.Id}: {why}"));
        }
    }
}
