using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Finds out whether a call whose outcome is unknown took effect. Never while another invocation may still be working on it.</summary>
/// <remarks>
/// <code>
/// forward, by rule
///   token, value          send again
///   locate                found: adopt its output; absent at every look through settleSeconds: send once more, the first still being unknown
///   never                 turn
/// backward, the first that applies
///   locate                found: adopt; absent through settleSeconds: NoEffect; refused: left
///   a read before         equal through settleSeconds: NoEffect
///                         different, and the undo needs no output: it took effect
///   token, value          send again, which answers as the first did; refused: token NoEffect, value left
///   never, else           left, with the read to look with: nobody knows whose effect it is
/// </code>
/// </remarks>
internal sealed class EffectFinder(WorkerPorts ports, StepReader reader, ForwardCall call)
{
    public static JsonObject AsOutput(JsonNode found) => found as JsonObject ?? new JsonObject { ["value"] = found.DeepClone() };

    public async Task<Answer?> ForwardAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        if (visit.ForeignLease is { } left)
        {
            return visit.Wait(left);
        }

        if (visit.IsPastDeadline)
        {
            return await UnknownAsync(visit, "deadline", cancellationToken);
        }

        return visit.Step.Repeat switch
        {
            { Rule: RepeatRule.Token or RepeatRule.Value } => await call.SendAsync(visit, visit.Facts, cancellationToken),
            { Rule: RepeatRule.Locate, Locate: not null } => await LocateAsync(visit, cancellationToken),
            _ => await UnknownAsync(visit, "unknown", cancellationToken),
        };
    }

    public async Task<Answer?> BackwardAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        if (visit.ForeignLease is { } left)
        {
            return visit.Wait(left);
        }

        if (visit.IsPastDeadline)
        {
            return await StepEnding.LeaveAsync(visit, StepStatus.UndoFailed, Unknown(visit), cancellationToken);
        }

        var step = visit.Step;
        if (step.Repeat.Locate is not null)
        {
            return await LocateAsync(visit, cancellationToken);
        }

        return step.Before is not null
            ? await CompareAsync(visit, cancellationToken)
            : await SendAgainAsync(visit, cancellationToken);
    }

    private async Task<Answer?> SendAgainAsync(StepVisit visit, CancellationToken cancellationToken) =>
        visit.Step.Repeat.Rule is RepeatRule.Token or RepeatRule.Value
            ? await call.SendAsync(visit, visit.Facts, cancellationToken)
            : await StepEnding.LeaveAsync(visit, StepStatus.UndoSkipped, Unknown(visit), cancellationToken);

    private async Task<Answer?> LocateAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        switch (await reader.LocateAsync(visit, cancellationToken))
        {
            case ReadOutcome.Busy busy:
                return await visit.BusyAsync(visit.Facts, busy.Trouble, ports.Random, cancellationToken);
            case ReadOutcome.Refused refused:
                return visit.IsBackward
                    ? await StepEnding.LeaveAsync(visit, StepStatus.UndoSkipped, $"{Unknown(visit)} {refused.Trouble.Message}", cancellationToken)
                    : await UnknownAsync(visit, refused.Trouble.Code, cancellationToken);
            case ReadOutcome.Value { Selected: { } found }:
                await ForwardCall.AdoptAsync(
                    visit, AsOutput(found), $"{visit.Step.Id}: the answer was lost, but the call took effect; found by its marker or name.", null,
                    cancellationToken);
                return null;
            default:
                return await visit.StillSettlingAsync(cancellationToken) ?? (visit.IsBackward
                    ? await NoEffectAsync(visit, cancellationToken)
                    : await call.SendAsync(visit, visit.Facts, cancellationToken));
        }
    }

    private async Task<Answer?> CompareAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        switch (await reader.BeforeAsync(visit, cancellationToken))
        {
            case ReadOutcome.Busy busy:
                return await visit.BusyAsync(visit.Facts, busy.Trouble, ports.Random, cancellationToken);
            case ReadOutcome.Refused refused:
                return await StepEnding.LeaveAsync(visit, StepStatus.UndoSkipped, $"{Unknown(visit)} {refused.Trouble.Message}", cancellationToken);
            case ReadOutcome.Value value when JsonNodes.AreEqual(value.Selected, visit.Facts.Before):
                return await visit.StillSettlingAsync(cancellationToken) ?? await NoEffectAsync(visit, cancellationToken);
            default:
                if (visit.Step.Repeat.Rule == RepeatRule.Never || StoredOutput.UndoNeedsOutput(visit.Step))
                {
                    return await SendAgainAsync(visit, cancellationToken);
                }

                await ForwardCall.AdoptAsync(
                    visit, [], $"{visit.Step.Id}: the answer was lost, but the resource has changed: the call took effect.", null, cancellationToken);
                return null;
        }
    }

    private static async Task<Answer?> NoEffectAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        await visit.SaveAsync(
            ForwardCall.Free(visit.Facts) with { Status = StepStatus.NoEffect, EndedAt = visit.Now }, cancellationToken,
            visit.Event("step_no_effect", $"{visit.Step.Id}: the call whose answer was lost had no effect; there is nothing to undo."));
        return null;
    }

    private static async Task<Answer?> UnknownAsync(StepVisit visit, string code, CancellationToken cancellationToken)
    {
        var trouble = new StepTrouble(code, Unknown(visit));
        await visit.SaveAsync(
            ForwardCall.Free(visit.Facts) with { Error = trouble }, cancellationToken, visit.Event("step_unknown", $"{visit.Step.Id}: {trouble.Message}"));
        return null;
    }

    public static string Unknown(StepVisit visit) =>
        $"Whether {visit.Step.Call.Service}:{visit.Step.Call.Operation} took effect is not known, and it cannot be repeated safely.";
}
