using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Takes a step back whose effect is known: checks, then its undos in order, each call under a lease.</summary>
/// <remarks>
/// <code>
/// Done, Failed   no undo recorded: left; conflict: left; no longer empty, through settleSeconds, or for StillInUse: left; else the first undo
///                whose condition holds; none holds: Undone
/// UndoIntended   foreign lease: WAIT; back as it was: over; changed by others: left; else the same undo again
///                an undo that makes something, answer lost: located: accepted; absent through settleSeconds: once more
/// UndoWaiting    done: the next undo or Undone; failed or timed out: UndoFailed; busy: WAIT
/// outcome of an undo call
///   succeeded, or a code of alreadyDone    its wait, the next undo, or Undone
///   refused                                again through settleSeconds (AWS may still see what an earlier undo removed), then UndoFailed
///   busy                                   WAIT, until the deadline: UndoFailed
/// </code>
/// </remarks>
internal sealed class StepUndoing(WorkerPorts ports, StepReader reader, ConflictCheck conflicts)
{
    public async Task<Answer?> BeginAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        if (visit.Step.Undo.Count == 0)
        {
            var why = $"There is no undo for {visit.Step.Call.Service}:{visit.Step.Call.Operation}.";
            return await StepEnding.LeaveAsync(visit, StepStatus.UndoSkipped, why, cancellationToken);
        }

        if (visit.IsPastDeadline)
        {
            return await DeadlineAsync(visit, cancellationToken);
        }

        var comparison = await conflicts.CompareAsync(visit, cancellationToken);
        if (comparison.Is != ComparisonKind.Same)
        {
            return await NotSameAsync(visit, comparison, cancellationToken);
        }

        return await NotEmptyAsync(visit, cancellationToken) is { } ends ? ends.Answer : await SendFromAsync(visit, 0, cancellationToken);
    }

    public async Task<Answer?> RepeatAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        if (visit.ForeignLease is { } left)
        {
            return visit.Wait(left);
        }

        if (visit.IsPastDeadline)
        {
            return await DeadlineAsync(visit, cancellationToken);
        }

        var index = visit.Facts.UndoIndex;
        if (visit.Step.Undo[index].Repeat?.Locate is { } locate)
        {
            return await LocateAsync(visit, index, locate, cancellationToken);
        }

        var isOnly = index == 0 && Applicable(visit, 1) is null;
        if (isOnly)
        {
            var comparison = await conflicts.CompareAsync(visit, cancellationToken);
            var mayBeInBetween = comparison.Is == ComparisonKind.Changed && visit.Step.Undo[index].Wait is not null;
            if (comparison.Is != ComparisonKind.Same && !mayBeInBetween)
            {
                return await NotSameAsync(visit, comparison, cancellationToken);
            }
        }

        return await SendAsync(visit, index, cancellationToken);
    }

    /// <summary>After a refusal nothing is unknown: its lease, and what it was busy with, are gone from the facts.</summary>
    private async Task<Answer?> LocateAsync(StepVisit visit, int index, StepRead locate, CancellationToken cancellationToken)
    {
        var isUnknown = visit.Facts is { LeaseBy: not null } or { Busy: not null } or { SettlingSince: not null };
        switch (isUnknown ? await reader.LocateAsync(visit, locate, cancellationToken) : new ReadOutcome.Value(null))
        {
            case ReadOutcome.Busy busy:
                return await visit.BusyAsync(visit.Facts, busy.Trouble, ports.Random, cancellationToken);
            case ReadOutcome.Refused refused:
                var why = $"The answer to its undo was lost, and what it made cannot be looked for: {refused.Trouble.Code}: {refused.Trouble.Message}";
                return await StepEnding.LeaveAsync(visit, StepStatus.UndoFailed, why, cancellationToken);
            case ReadOutcome.Value { Selected: not null }:
                return await AcceptedAsync(visit, null, cancellationToken);
            default:
                var wait = isUnknown ? await visit.StillSettlingAsync(cancellationToken) : null;
                return wait ?? await SendAsync(visit, index, cancellationToken);
        }
    }

    public async Task<Answer?> WaitAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        var index = visit.Facts.UndoIndex;
        var wait = visit.Step.Undo[index].Wait!;
        switch (await StepTail.LookAsync(ports, visit, wait, cancellationToken))
        {
            case WaitOutcome.Done:
                return await SendFromAsync(visit, index + 1, cancellationToken);
            case WaitOutcome.Failed failed:
                return await StepEnding.LeaveAsync(visit, StepStatus.UndoFailed, $"{failed.Code}: {failed.Message}", cancellationToken);
            case WaitOutcome.Busy when visit.IsPastDeadline:
                return await DeadlineAsync(visit, cancellationToken);
            case WaitOutcome.Busy busy:
                return await visit.BusyAsync(visit.Facts, new(busy.Code, busy.Message, Class: busy.Class), ports.Random, cancellationToken);
            case WaitOutcome.NotYet when StepTail.IsTimedOut(visit, wait):
                var why = $"The undo had not finished after {wait.TimeoutSeconds} seconds.";
                return await StepEnding.LeaveAsync(visit, StepStatus.UndoFailed, why, cancellationToken);
            case WaitOutcome.NotYet notYet:
                return visit.Wait(StepTail.DelayOf(visit, wait, notYet));
            default:
                throw new InvalidOperationException("A look ended in an unknown way.");
        }
    }

    private static async Task<Answer?> NotSameAsync(StepVisit visit, Comparison comparison, CancellationToken cancellationToken) => comparison switch
    {
        { Is: ComparisonKind.Pending } => comparison.Answer,
        { Is: ComparisonKind.Back } => await StepEnding.UndoneAsync(visit, $"{visit.Step.Id} is back as it was before.", cancellationToken),
        { Is: ComparisonKind.Unreadable } => await StepEnding.LeaveAsync(visit, StepStatus.UndoFailed, comparison.Why!, cancellationToken),
        _ => await StepEnding.LeaveAsync(visit, StepStatus.UndoSkipped, comparison.Why!, cancellationToken),
    };

    private sealed record Ends(Answer? Answer);

    /// <returns>Null if the thing is empty, so that it may be deleted.</returns>
    private async Task<Ends?> NotEmptyAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        foreach (var condition in visit.Step.Empty)
        {
            switch (await reader.HoldsAsync(visit, condition, cancellationToken))
            {
                case ReadOutcome.Busy busy:
                    return new(await visit.BusyAsync(visit.Facts, busy.Trouble, ports.Random, cancellationToken));
                case ReadOutcome.Refused refused:
                    var unread = $"It could not be seen whether {condition.Title}: {refused.Trouble.Code}: {refused.Trouble.Message}";
                    return new(await visit.StillSettlingAsync(cancellationToken)
                        ?? await StepEnding.LeaveAsync(visit, StepStatus.UndoFailed, unread, cancellationToken));
                case ReadOutcome.Value value when !StepReader.IsTrue(value.Selected):
                    var held = StillInUse.For(visit, visit.Facts.SettlingSince ?? visit.Now);
                    return await visit.StillSettlingAsync(cancellationToken, held) is { } wait ? new(wait) : new(await StepEnding.LeaveAsync(
                        visit, StepStatus.UndoSkipped, $"It no longer holds that {condition.Title}.", cancellationToken));
            }
        }

        return null;
    }

    private async Task<Answer?> SendFromAsync(StepVisit visit, int from, CancellationToken cancellationToken) =>
        Applicable(visit, from) is { } index
            ? await SendAsync(visit, index, cancellationToken)
            : await StepEnding.UndoneAsync(visit, $"{visit.Step.Id} is undone.", cancellationToken);

    private int? Applicable(StepVisit visit, int from)
    {
        var facts = visit.Facts;
        var document = new System.Text.Json.Nodes.JsonObject
        {
            ["before"] = facts.Before?.DeepClone(),
            ["output"] = facts.Output?.DeepClone(),
            ["after"] = facts.After?.DeepClone(),
        };
        for (var index = from; index < visit.Step.Undo.Count; index++)
        {
            if (visit.Step.Undo[index].When is not { } when || StepReader.IsTrue(ports.Language.Search(when, document)))
            {
                return index;
            }
        }

        return null;
    }

    private async Task<Answer?> SendAsync(StepVisit visit, int index, CancellationToken cancellationToken)
    {
        if (!visit.HasTime)
        {
            return visit.Wait(TimeSpan.Zero);
        }

        ApiCall call;
        try
        {
            call = StepCalls.Undo(visit, index);
        }
        catch (Exception wrong) when (wrong is ReferenceException or FormatException)
        {
            return await StepEnding.LeaveAsync(visit, StepStatus.UndoFailed, wrong.Message, cancellationToken);
        }

        await AuditedCall.IntendAsync(ports, visit, call, cancellationToken);
        visit.Carry(visit.Facts with { Session = AuditedCall.SessionOf(ports, visit, call) });
        await IntendAsync(visit, index, call, cancellationToken);
        if (visit.Facts.LeaseUntil - visit.Now < visit.Timing.LeaseLeft)
        {
            await visit.SaveAsync(visit.Facts with { LeaseBy = null, LeaseUntil = null }, cancellationToken);
            return visit.Wait(TimeSpan.Zero);
        }

        var outcome = await AuditedCall.SendAsync(ports, visit, call, cancellationToken);
        return await OutcomeAsync(visit, outcome, cancellationToken);
    }

    private static Task IntendAsync(StepVisit visit, int index, ApiCall call, CancellationToken cancellationToken)
    {
        var isFirst = visit.Facts.Status != StepStatus.UndoIntended || visit.Facts.UndoIndex != index;
        var intent = visit.Facts with
        {
            Status = StepStatus.UndoIntended,
            UndoIndex = index,
            LeaseBy = visit.Invocation,
            LeaseUntil = visit.Now + visit.Timing.Lease,
            Attempts = visit.Facts.Attempts + 1,
            SettlingSince = null,
            EndedAt = null,
        };
        return visit.SaveAsync(
            intent, fenced: true, cancellationToken,
            isFirst ? [visit.Event("undo_begun", $"{visit.Step.Id} is taken back: {call.Service}:{call.Operation}.")] : []);
    }

    private async Task<Answer?> OutcomeAsync(StepVisit visit, CallOutcome outcome, CancellationToken cancellationToken)
    {
        var index = visit.Facts.UndoIndex;
        switch (outcome)
        {
            case CallOutcome.Succeeded answer:
                return await AcceptedAsync(visit, answer.RequestId, cancellationToken);
            case CallOutcome.Refused refused when visit.Step.Undo[index].AlreadyDone.Contains(refused.Code):
                return await AcceptedAsync(visit, refused.RequestId, cancellationToken);
            case CallOutcome.Refused { WasNotSent: true } refused:
                var waiting = visit.Facts with { LeaseBy = null, LeaseUntil = null };
                return await visit.BusyAsync(waiting, new(refused.Code, refused.Message, refused.RequestId, Class: refused.Class), ports.Random, cancellationToken);
            case CallOutcome.Refused refused:
                return await RefusedAsync(visit, new(refused.Code, refused.Message, refused.RequestId, Class: refused.Class), cancellationToken);
            case CallOutcome.Busy busy:
                var facts = visit.Facts with
                {
                    LeaseBy = null,
                    LeaseUntil = null,
                    RequestIds = ForwardCall.With(visit.Facts.RequestIds, busy.RequestId),
                };
                return await visit.BusyAsync(facts, new(busy.Code, busy.Message, busy.RequestId, Class: busy.Class), ports.Random, cancellationToken);
            default:
                throw new InvalidOperationException("A call ended in an unknown way.");
        }
    }

    private async Task<Answer?> AcceptedAsync(StepVisit visit, string? requestId, CancellationToken cancellationToken)
    {
        var index = visit.Facts.UndoIndex;
        var facts = ForwardCall.Free(visit.Facts) with
        {
            RequestIds = ForwardCall.With(visit.Facts.RequestIds, requestId),
            WaitingSince = visit.Now,
            UndoError = null,
        };
        if (visit.Step.Undo[index].Wait is not null)
        {
            await visit.SaveAsync(facts with { Status = StepStatus.UndoWaiting }, cancellationToken);
            return null;
        }

        visit.Carry(facts);
        return await SendFromAsync(visit, index + 1, cancellationToken);
    }

    private static async Task<Answer?> RefusedAsync(StepVisit visit, StepTrouble trouble, CancellationToken cancellationToken)
    {
        var first = visit.Facts.UndoError is { } earlier ? earlier : trouble with { Since = visit.Now };
        var passed = visit.Now - (first.Since ?? visit.Now);
        var facts = ForwardCall.Free(visit.Facts) with
        {
            UndoError = first,
            RequestIds = ForwardCall.With(visit.Facts.RequestIds, trouble.RequestId),
        };
        var held = StillInUse.Is(trouble) ? StillInUse.For(visit, first.Since ?? visit.Now) : TimeSpan.Zero;
        var most = held > visit.SettleTime ? held : visit.SettleTime;
        if (passed < most)
        {
            await visit.SaveAsync(facts, cancellationToken);
            return visit.Wait(Delays.Settle(passed, most - passed));
        }

        visit.Carry(facts);
        var request = trouble.RequestId is null ? "" : $" (request {trouble.RequestId})";
        return await StepEnding.LeaveAsync(visit, StepStatus.UndoFailed, $"AWS refused its undo: {trouble.Code}: {trouble.Message}{request}", cancellationToken);
    }

    private static Task<Answer?> DeadlineAsync(StepVisit visit, CancellationToken cancellationToken) => StepEnding.LeaveAsync(
        visit, StepStatus.UndoFailed,
        $"It could not be taken back for {visit.Timing.BackwardDeadline.TotalHours} hours: {visit.Facts.Busy?.Message}", cancellationToken);
}
