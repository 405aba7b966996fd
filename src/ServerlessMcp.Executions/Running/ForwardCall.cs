using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Makes a step's own call: the read before it, the intent, the call, its outcome.</summary>
/// <remarks>
/// <code>
/// call's outcome   earlier call unknown   rule            then
/// succeeded        any                    any             Waiting, Settling or Done
/// refused          no                     any             next alternative, else Refused
/// refused          yes, code AlreadyDone  any             located: adopted; nothing to locate with: done without output; absent: Refused
/// refused          yes                    token, locate   as if no (the token or the look says that the earlier one had no effect)
/// refused, unsent  yes                    any             WAIT; unknown: it says nothing of the earlier one
/// refused          yes                    value           stays unknown, with the error; backward: left
/// busy, no effect  any                    any             WAIT; not sent, unless an earlier call is unknown
/// busy             any                    any             WAIT; unknown
/// </code>
/// The lease is written with the intent and ends with the outcome: then nothing of ours is on its way that a look could miss for longer
/// than the step's settle time. If this process dies the lease ends by itself.
/// </remarks>
internal sealed class ForwardCall(WorkerPorts ports, StepReader reader)
{
    /// <returns>Null: the facts say what comes next.</returns>
    public async Task<Answer?> BeginAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        if (visit.IsPastDeadline)
        {
            var trouble = new StepTrouble("deadline", $"It could not begin for {visit.Timing.ForwardDeadline.TotalHours} hours: {visit.Facts.Busy?.Message}");
            return await RefuseAsync(visit, trouble, cancellationToken);
        }

        if (visit.Step.Before is null)
        {
            return await SendAsync(visit, visit.Facts, cancellationToken);
        }

        switch (await reader.BeforeAsync(visit, cancellationToken))
        {
            case ReadOutcome.Busy busy:
                return await visit.BusyAsync(visit.Facts, busy.Trouble, ports.Random, cancellationToken);
            case ReadOutcome.Refused refused:
                return await RefuseAsync(visit, refused.Trouble, cancellationToken);
            case ReadOutcome.Value { Selected: not null } when visit.Step.Before.Exists:
                return await RefuseAsync(visit, new("exists", $"{visit.Step.Title}: it is there already."), cancellationToken);
            case ReadOutcome.Value value:
                return await SendAsync(visit, visit.Facts with { Before = value.Selected, BeforeRead = true }, cancellationToken);
            default:
                throw new InvalidOperationException("A read ended in an unknown way.");
        }
    }

    /// <summary>Writes the intent, makes the call once, writes the outcome.</summary>
    public async Task<Answer?> SendAsync(StepVisit visit, StepFacts facts, CancellationToken cancellationToken)
    {
        var wasUnknown = facts.Sent;
        ApiCall call;
        try
        {
            call = StepCalls.Forward(visit);
        }
        catch (Exception wrong) when (wrong is ReferenceException or FormatException)
        {
            return await RefuseAsync(visit, new("reference", wrong.Message), cancellationToken);
        }

        if (!visit.IsBackward && await GuardedAsync(visit, facts, call, cancellationToken) is { } held)
        {
            return held;
        }

        await AuditedCall.IntendAsync(ports, visit, call, cancellationToken);
        await IntendAsync(visit, facts with { Session = AuditedCall.SessionOf(ports, visit, call) }, call, cancellationToken);
        if (visit.Facts.LeaseUntil - visit.Now < visit.Timing.LeaseLeft)
        {
            await visit.SaveAsync(visit.Facts with { Sent = wasUnknown, LeaseBy = null, LeaseUntil = null }, cancellationToken);
            return visit.Wait(TimeSpan.Zero);
        }

        var outcome = await AuditedCall.SendAsync(ports, visit, call, cancellationToken);
        return await OutcomeAsync(visit, outcome, wasUnknown, cancellationToken);
    }

    /// <returns>Null: it may be sent.</returns>
    private async Task<Answer?> GuardedAsync(StepVisit visit, StepFacts facts, ApiCall call, CancellationToken cancellationToken)
    {
        switch (await new ActGuard(ports, reader).AskAsync(visit, call, cancellationToken))
        {
            case ActGuard.Outcome.Wait wait:
                return await visit.BusyAsync(facts, wait.Trouble, ports.Random, cancellationToken);
            case ActGuard.Outcome.Refuse refuse:
                await visit.SaveAsync(
                    Free(facts) with { Status = StepStatus.Refused, Error = refuse.Trouble, EndedAt = visit.Now }, cancellationToken,
                    visit.Event("step_refused", $"{visit.Step.Id} was refused: {refuse.Trouble.Code}: {refuse.Trouble.Message}"));
                return new(Next.Turn, visit.Step.Id);
            default:
                return null;
        }
    }

    /// <summary>Takes over what the call made, be it from its answer or from a look.</summary>
    public static Task AdoptAsync(
        StepVisit visit, System.Text.Json.Nodes.JsonObject output, string text, string? requestId, CancellationToken cancellationToken)
    {
        var facts = Free(visit.Facts) with
        {
            Output = StoredOutput.Trim(visit.Snapshot.Plan, visit.Step, output),
            Status = visit.Step.Wait is not null ? StepStatus.Waiting : AfterWait(visit.Step),
            RequestIds = With(visit.Facts.RequestIds, requestId),
            WaitingSince = visit.Now,
            SettlingSince = visit.Now,
            Error = null,
        };
        return SaveCalledAsync(visit, facts, text, cancellationToken);
    }

    public static StepStatus AfterWait(Step step) => StepReader.AfterOf(step) is null ? StepStatus.Done : StepStatus.Settling;

    public static StepFacts Free(StepFacts facts) =>
        facts with { LeaseBy = null, LeaseUntil = null, Busy = null, BusyCount = 0, SettlingSince = null, LagSince = null };

    public static IReadOnlyList<string> With(IReadOnlyList<string> requestIds, string? requestId) =>
        requestId is null ? requestIds : [.. requestIds.TakeLast(19), requestId];

    private static Task IntendAsync(StepVisit visit, StepFacts facts, ApiCall call, CancellationToken cancellationToken)
    {
        var isFirst = facts.Attempts == 0;
        var intent = facts with
        {
            Status = StepStatus.Intended,
            Sent = true,
            LeaseBy = visit.Invocation,
            LeaseUntil = visit.Now + visit.Timing.Lease,
            Attempts = facts.Attempts + 1,
            Resource = StepCalls.Resource(visit),
            SettlingSince = null,
        };
        return visit.SaveAsync(
            intent, fenced: true, cancellationToken,
            isFirst ? [visit.Event("step_begun", $"{visit.Step.Id} begins: {call.Service}:{call.Operation}.")] : []);
    }

    private async Task<Answer?> OutcomeAsync(StepVisit visit, CallOutcome outcome, bool wasUnknown, CancellationToken cancellationToken)
    {
        switch (outcome)
        {
            case CallOutcome.Succeeded answer:
                await AdoptAsync(visit, answer.Output, $"{visit.Step.Id}: AWS accepted the call{Request(answer.RequestId)}.", answer.RequestId, cancellationToken);
                return null;
            case CallOutcome.Refused { WasNotSent: true } refused when wasUnknown:
                var waiting = visit.Facts with { LeaseBy = null, LeaseUntil = null };
                return await visit.BusyAsync(waiting, new(refused.Code, refused.Message, refused.RequestId, Class: refused.Class), ports.Random, cancellationToken);
            case CallOutcome.Refused refused:
                return await RefusedAsync(visit, refused, wasUnknown, cancellationToken);
            case CallOutcome.Busy busy:
                var facts = visit.Facts with
                {
                    Sent = wasUnknown || busy.MayHaveTakenEffect,
                    LeaseBy = null,
                    LeaseUntil = null,
                    RequestIds = With(visit.Facts.RequestIds, busy.RequestId),
                };
                return await visit.BusyAsync(facts, new(busy.Code, busy.Message, busy.RequestId, Class: busy.Class), ports.Random, cancellationToken);
            default:
                throw new InvalidOperationException("A call ended in an unknown way.");
        }
    }

    private async Task<Answer?> RefusedAsync(
        StepVisit visit, CallOutcome.Refused refused, bool wasUnknown, CancellationToken cancellationToken)
    {
        var trouble = new StepTrouble(refused.Code, refused.Message, refused.RequestId, Class: refused.Class);
        if (wasUnknown && visit.Step.AlreadyDone.Contains(refused.Code))
        {
            return await AlreadyDoneAsync(visit, trouble, cancellationToken);
        }

        if (wasUnknown && visit.Step.Repeat.Rule == RepeatRule.Value)
        {
            if (visit.IsBackward)
            {
                var why = $"{EffectFinder.Unknown(visit)} {trouble.Code}: {trouble.Message}";
                return await StepEnding.LeaveAsync(visit, StepStatus.UndoSkipped, why, cancellationToken);
            }

            await visit.SaveAsync(Free(visit.Facts) with { Error = trouble }, cancellationToken);
            return null;
        }

        return await RefuseAsync(visit, trouble, cancellationToken);
    }

    private async Task<Answer?> AlreadyDoneAsync(StepVisit visit, StepTrouble trouble, CancellationToken cancellationToken)
    {
        var text = $"{visit.Step.Id}: an earlier try of this call has done it ({trouble.Code}).";
        if (visit.Step.Repeat.Locate is null)
        {
            await AdoptAsync(visit, [], text, trouble.RequestId, cancellationToken);
            return null;
        }

        switch (await reader.LocateAsync(visit, cancellationToken))
        {
            case ReadOutcome.Busy busy:
                return await visit.BusyAsync(visit.Facts with { LeaseBy = null, LeaseUntil = null }, busy.Trouble, ports.Random, cancellationToken);
            case ReadOutcome.Value { Selected: { } found }:
                await AdoptAsync(visit, EffectFinder.AsOutput(found), text, trouble.RequestId, cancellationToken);
                return null;
            default:
                return await RefuseAsync(visit, trouble, cancellationToken);
        }
    }

    /// <summary>Nothing took effect: the next alternative, or the end of the step.</summary>
    private static async Task<Answer?> RefuseAsync(StepVisit visit, StepTrouble trouble, CancellationToken cancellationToken)
    {
        if (await OwnLag.WaitAsync(visit, trouble, cancellationToken) is { } wait)
        {
            return wait;
        }

        var facts = Free(visit.Facts) with { Sent = false, RequestIds = With(visit.Facts.RequestIds, trouble.RequestId) };
        var said = $"{visit.Step.Id} was refused: {trouble.Code}: {trouble.Message}{Request(trouble.RequestId)}";
        if (!visit.IsBackward && facts.Attempts > 0 && facts.Alternative < visit.Step.Alternatives.Count)
        {
            await visit.SaveAsync(
                facts with { Status = StepStatus.Intended, Alternative = facts.Alternative + 1 }, cancellationToken,
                visit.Event("step_refused", $"{said}; trying alternative {facts.Alternative + 1}."));
            return null;
        }

        await visit.SaveAsync(
            facts with { Status = StepStatus.Refused, Error = trouble, EndedAt = visit.Now }, cancellationToken, visit.Event("step_refused", said));
        return null;
    }

    private static async Task SaveCalledAsync(StepVisit visit, StepFacts facts, string text, CancellationToken cancellationToken)
    {
        await visit.SaveAsync(
            facts with { EndedAt = facts.Status == StepStatus.Done ? visit.Now : null }, cancellationToken,
            visit.Event(facts.Status == StepStatus.Done ? "step_done" : "step_called", text));
        if (visit.Facts.Resource is null && StepCalls.Resource(visit) is { } resource)
        {
            await visit.SaveAsync(visit.Facts with { Resource = resource }, cancellationToken);
        }
    }

    private static string Request(string? requestId) => requestId is null ? "" : $" (request {requestId})";
}
