using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>What follows an accepted call, in either direction: its wait, then the read after it. Nothing is undone in mid-air.</summary>
/// <remarks>
/// <code>
/// Waiting   done: Settling or Done; not yet: WAIT, after the time-out as failed; failed: the same with an error; busy: WAIT, until the deadline
/// Settling  differs from before: Done, with an error Failed; equal through settleSeconds: NoEffect, but a create that stays invisible: Failed
///           refused through settleSeconds: Failed; busy: WAIT, until the deadline: Failed
/// </code>
/// </remarks>
internal sealed class StepTail(WorkerPorts ports, StepReader reader)
{
    private const int DefaultDelay = 5;

    public async Task<Answer?> WaitAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        var wait = visit.Step.Wait!;
        switch (await LookAsync(ports, visit, wait, cancellationToken))
        {
            case WaitOutcome.Done:
                await WaitedAsync(visit, null, cancellationToken);
                return null;
            case WaitOutcome.Failed failed:
                var trouble = new StepTrouble(failed.Code, failed.Message, Class: failed.Class);
                if (await OwnLag.WaitAsync(visit, trouble, cancellationToken) is { } lag)
                {
                    return lag;
                }

                await WaitedAsync(visit, trouble, cancellationToken);
                return null;
            case WaitOutcome.Busy busy when visit.IsPastDeadline:
                await WaitedAsync(visit, new("deadline", busy.Message), cancellationToken);
                return null;
            case WaitOutcome.Busy busy:
                return await visit.BusyAsync(visit.Facts, new(busy.Code, busy.Message, Class: busy.Class), ports.Random, cancellationToken);
            case WaitOutcome.NotYet notYet:
                return await NotYetAsync(visit, wait, notYet, cancellationToken);
            default:
                throw new InvalidOperationException("A look ended in an unknown way.");
        }
    }

    public async Task<Answer?> SettleAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        switch (await reader.AfterAsync(visit, cancellationToken))
        {
            case ReadOutcome.Busy busy when visit.IsPastDeadline:
                return await FailAsync(visit, visit.Facts.Error ?? busy.Trouble with { Code = "deadline" }, cancellationToken);
            case ReadOutcome.Busy busy:
                return await visit.BusyAsync(visit.Facts, busy.Trouble, ports.Random, cancellationToken);
            case ReadOutcome.Refused refused:
                return await visit.StillSettlingAsync(cancellationToken)
                    ?? await FailAsync(visit, visit.Facts.Error ?? refused.Trouble, cancellationToken);
            case ReadOutcome.Value value when JsonNodes.AreEqual(value.Selected, StepReader.BaselineOf(visit.Step, visit.Facts)):
                return await visit.StillSettlingAsync(cancellationToken) ?? await EqualAsync(visit, value.Selected, cancellationToken);
            case ReadOutcome.Value value:
                return await DifferentAsync(visit, value.Selected, cancellationToken);
            default:
                throw new InvalidOperationException("A read ended in an unknown way.");
        }
    }

    /// <summary>One look at a wait; a reference that leads to nothing is its failure.</summary>
    public static async Task<WaitOutcome> LookAsync(WorkerPorts ports, StepVisit visit, StepWait wait, CancellationToken cancellationToken)
    {
        try
        {
            var api = ports.Apis[wait.Call?.Api ?? visit.Step.Call.Api];
            return await api.LookAsync(visit.Snapshot.Plan.Target, StepCalls.Wait(visit, wait), visit.Session, visit.Timing.Call, cancellationToken);
        }
        catch (ReferenceException wrong)
        {
            return new WaitOutcome.Failed("reference", wrong.Message);
        }
    }

    /// <summary>When to look again; the look's own delay is the most.</summary>
    public static TimeSpan DelayOf(StepVisit visit, StepWait wait, WaitOutcome.NotYet notYet)
    {
        var most = wait.DelaySeconds ?? (notYet.DelaySeconds > 0 ? notYet.DelaySeconds : DefaultDelay);
        return Delays.Poll(visit.Now - (visit.Facts.WaitingSince ?? visit.Now), most);
    }

    public static bool IsTimedOut(StepVisit visit, StepWait wait) =>
        visit.Now - (visit.Facts.WaitingSince ?? visit.Now) > TimeSpan.FromSeconds(wait.TimeoutSeconds);

    private static async Task<Answer?> NotYetAsync(
        StepVisit visit, StepWait wait, WaitOutcome.NotYet notYet, CancellationToken cancellationToken)
    {
        if (IsTimedOut(visit, wait))
        {
            var trouble = new StepTrouble("wait_timeout", $"It had not finished after {wait.TimeoutSeconds} seconds.");
            await WaitedAsync(visit, trouble, cancellationToken);
            return null;
        }

        if (visit.Facts.Busy is not null)
        {
            await visit.SaveAsync(visit.Facts with { Busy = null, BusyCount = 0 }, cancellationToken);
        }

        return visit.Wait(DelayOf(visit, wait, notYet));
    }

    private static Task WaitedAsync(StepVisit visit, StepTrouble? trouble, CancellationToken cancellationToken)
    {
        var facts = ForwardCall.Free(visit.Facts) with { SettlingSince = visit.Now, Error = trouble };
        if (StepReader.AfterOf(visit.Step) is not null)
        {
            return visit.SaveAsync(facts with { Status = StepStatus.Settling }, cancellationToken, trouble is null ? [] : [Failed(visit, trouble)]);
        }

        return visit.SaveAsync(
            facts with { Status = trouble is null ? StepStatus.Done : StepStatus.Failed, EndedAt = visit.Now }, cancellationToken,
            trouble is null ? visit.Event("step_done", $"{visit.Step.Id} is done.") : Failed(visit, trouble));
    }

    private static async Task<Answer?> DifferentAsync(StepVisit visit, JsonNode? after, CancellationToken cancellationToken)
    {
        var isGood = visit.Facts.Error is null;
        var facts = ForwardCall.Free(visit.Facts) with
        {
            After = after,
            AfterRead = true,
            Status = isGood ? StepStatus.Done : StepStatus.Failed,
            EndedAt = visit.Now,
        };
        await visit.SaveAsync(facts, cancellationToken, isGood ? [visit.Event("step_done", $"{visit.Step.Id} is done.")] : []);
        return null;
    }

    private static async Task<Answer?> EqualAsync(StepVisit visit, JsonNode? after, CancellationToken cancellationToken)
    {
        if (visit.Step.Effect == StepEffect.Create)
        {
            var trouble = visit.Facts.Error ?? new("not_visible", $"AWS accepted the call, but after {visit.Step.SettleSeconds} seconds nothing is to be seen.");
            await visit.SaveAsync(visit.Facts with { After = after, AfterRead = true }, cancellationToken);
            return await FailAsync(visit, trouble, cancellationToken);
        }

        var facts = ForwardCall.Free(visit.Facts) with { After = after, AfterRead = true, Status = StepStatus.NoEffect, EndedAt = visit.Now };
        await visit.SaveAsync(facts, cancellationToken, visit.Event("step_no_effect", $"{visit.Step.Id} is done; it changed nothing, so there is nothing to undo."));
        return null;
    }

    private static async Task<Answer?> FailAsync(StepVisit visit, StepTrouble trouble, CancellationToken cancellationToken)
    {
        var facts = ForwardCall.Free(visit.Facts) with { Status = StepStatus.Failed, Error = trouble, EndedAt = visit.Now };
        await visit.SaveAsync(facts, cancellationToken, visit.Facts.Error is null ? [Failed(visit, trouble)] : []);
        return null;
    }

    private static ExecutionEvent Failed(StepVisit visit, StepTrouble trouble) =>
        visit.Event("step_failed", $"{visit.Step.Id} failed after its call: {trouble.Code}: {trouble.Message}");
}
