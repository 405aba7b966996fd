using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>
/// Before the first step: is the plan still the one that was agreed to, is it allowed, and is the world still as it was planned? A person's yes
/// may come days later, so the world is looked at again then.
/// </summary>
/// <remarks>
/// <code>
/// already started                     RUN
/// cancelled                           TURN
/// hash differs                        REJECTED
/// frozen, policy broken, tags busy    WAIT, 24 h at most, then REJECTED (deadline)
/// forbidden by the policy in force    REJECTED with its code
/// planned value differs, exists       REJECTED (drifted, exists)
/// a requirement does not hold         REJECTED (requires)
/// a read is refused                   REJECTED with AWS's code
/// a read is busy                      WAIT, 24 h at most, then REJECTED (deadline)
/// the verdict asks a person           GATE, the stricter of what was planned and what the policy in force asks
/// else                                RUN
/// after a yes: cancelled, frozen, forbidden, drifted, exists, requires, refused, busy as above; a yes that is not enough any more: GATE once more; else RUN
/// </code>
/// </remarks>
internal sealed class StartVerb(WorkerPorts ports, WorkerTiming timing, Journal journal)
{
    private const int AtOnce = 8;
    private const int MostShown = 1_000;

    private readonly StepReader _reader = new(ports, timing);

    public async Task<Answer> RunAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var execution = snapshot.Execution;
        if (execution.Status == ExecutionStatus.RollingBack || await IsCancelledAsync(execution, cancellationToken))
        {
            return new(Next.Turn);
        }

        if (execution.StartedAt is not null)
        {
            return new(Next.Run);
        }

        var hash = PlanHash.Compute(snapshot.Plan.Target, snapshot.Plan.Steps);
        if (hash != execution.Hash)
        {
            return await RejectAsync(snapshot, new(null, "drifted", $"The stored plan is {hash}, not {execution.Hash}."), cancellationToken);
        }

        return await JudgedAsync(snapshot, verdict => CompareAsync(snapshot, verdict, cancellationToken), cancellationToken);
    }

    public async Task<Answer> ApprovedAsync(Snapshot snapshot, GateRecord approved, CancellationToken cancellationToken)
    {
        if (await IsCancelledAsync(snapshot.Execution, cancellationToken))
        {
            return new(Next.Turn);
        }

        return await JudgedAsync(snapshot, verdict => AgreedAsync(snapshot, approved, verdict, cancellationToken), cancellationToken);
    }

    private async Task<Answer> AgreedAsync(Snapshot snapshot, GateRecord approved, Verdict verdict, CancellationToken cancellationToken)
    {
        var execution = snapshot.Execution with { PolicyHash = verdict.PolicyHash };
        if (StartJudge.Again(execution, approved, verdict, snapshot.Plan.ExpiresAt) is { } again)
        {
            return again.Number == execution.Gate?.Number
                ? await RejectAsync(snapshot, StartJudge.Forbidden(verdict), cancellationToken)
                : await AskAsync(snapshot, execution, again, verdict, cancellationToken);
        }

        return await ComparedAsync(snapshot, cancellationToken)
            ?? await RunAsync(snapshot, execution, journal.Event("approved", null, $"{approved.By} said yes. {Policy(verdict)}"), cancellationToken);
    }

    private async Task<Answer> JudgedAsync(Snapshot snapshot, Func<Verdict, Task<Answer>> then, CancellationToken cancellationToken)
    {
        var (verdict, busy) = await new StartJudge(ports, _reader).JudgeAsync(snapshot, cancellationToken);
        return verdict is null ? await BusyAsync(snapshot, busy!, cancellationToken)
            : verdict.Is != VerdictKind.Forbid ? await then(verdict)
            : await RejectAsync(
                snapshot with { Execution = snapshot.Execution with { PolicyHash = verdict.PolicyHash } }, StartJudge.Forbidden(verdict), cancellationToken);
    }

    private async Task<Answer> CompareAsync(Snapshot snapshot, Verdict verdict, CancellationToken cancellationToken) =>
        await ComparedAsync(snapshot, cancellationToken) ?? await BeginAsync(snapshot, verdict, cancellationToken);

    /// <returns>Null: the world is as it was planned.</returns>
    private async Task<Answer?> ComparedAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var findings = await FindingsAsync(snapshot, cancellationToken);
        if (findings.FirstOrDefault(finding => finding.Failure is not null) is { } wrong)
        {
            return await RejectAsync(snapshot, wrong.Failure!, cancellationToken);
        }

        if (findings.FirstOrDefault(finding => finding.Busy is not null) is { } busy)
        {
            return await BusyAsync(snapshot, busy.Busy!, cancellationToken);
        }

        return null;
    }

    private async Task<Answer> BeginAsync(Snapshot snapshot, Verdict verdict, CancellationToken cancellationToken)
    {
        var execution = snapshot.Execution with { PolicyHash = verdict.PolicyHash };
        return StartJudge.Gate(execution.Gate, verdict, snapshot.Plan.ExpiresAt) is { } gate
            ? await AskAsync(snapshot, execution, gate, verdict, cancellationToken)
            : await RunAsync(
                snapshot, execution, journal.Event("started", null, $"Started: {snapshot.Plan.Steps.Count} steps. {Policy(verdict)}"), cancellationToken);
    }

    private async Task<Answer> AskAsync(Snapshot snapshot, Execution execution, GateOpen gate, Verdict verdict, CancellationToken cancellationToken)
    {
        var asked = execution with { Status = ExecutionStatus.AwaitingApproval, Gate = gate, Busy = null, BusyCount = 0 };
        var line = journal.Event("gate_opened", null, $"Waits for a person ({gate.Kind}): {gate.Rule}. {Policy(verdict)}");
        await journal.SaveMetaAsync(snapshot, asked, line, cancellationToken);
        return GateVerb.Ask(gate, journal.Now);
    }

    private static string Policy(Verdict verdict) => $"Policy {verdict.PolicyHash}.";

    private async Task<Answer> RunAsync(Snapshot snapshot, Execution execution, ExecutionEvent line, CancellationToken cancellationToken)
    {
        var started = execution with { Status = ExecutionStatus.Running, Gate = null, StartedAt = journal.Now, Busy = null, BusyCount = 0 };
        await journal.SaveMetaAsync(snapshot, started, line, cancellationToken);
        return new(Next.Run);
    }

    private async Task<Answer> BusyAsync(Snapshot snapshot, StepTrouble trouble, CancellationToken cancellationToken)
    {
        var execution = snapshot.Execution;
        if (journal.Now - (execution.Busy?.Since ?? journal.Now) > timing.ForwardDeadline)
        {
            var failure = new ExecutionFailure(null, "deadline", $"It could not start for {timing.ForwardDeadline.TotalHours} hours: {trouble.Message}");
            return await RejectAsync(snapshot, failure, cancellationToken);
        }

        var count = execution.Busy is null ? 0 : execution.BusyCount + 1;
        var busy = execution with { Busy = trouble with { Since = execution.Busy?.Since ?? journal.Now }, BusyCount = count };
        await journal.SaveMetaAsync(snapshot, busy, cancellationToken);
        return Answer.WaitFor(Delays.Busy(count, ports.Random));
    }

    private async Task<Answer> RejectAsync(Snapshot snapshot, ExecutionFailure failure, CancellationToken cancellationToken)
    {
        var rejected = snapshot.Execution with { Status = ExecutionStatus.Rejected, Failure = failure };
        await journal.EndAsync(snapshot, rejected, journal.Event("rejected", failure.StepId, $"Rejected, nothing ran: {failure.Message}"), cancellationToken);
        return new(Next.Rejected);
    }

    private async Task<bool> IsCancelledAsync(Execution execution, CancellationToken cancellationToken) =>
        await ports.Table.GetAsync(Keys.Cancel(execution.ExecutionId), strong: true, cancellationToken) is not null;

    private sealed record Finding(ExecutionFailure? Failure, StepTrouble? Busy);

    private async Task<List<Finding>> FindingsAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var looks = snapshot.Plan.Steps.SelectMany(step => Looks(snapshot.Plan.Target, step)).ToList();
        var findings = new List<Finding>();
        foreach (var batch in looks.Chunk(AtOnce))
        {
            findings.AddRange(await Task.WhenAll(batch.Select(look => look(cancellationToken))));
            if (findings.Any(finding => finding.Failure is not null || finding.Busy is not null))
            {
                break;
            }
        }

        return findings;
    }

    private IEnumerable<Func<CancellationToken, Task<Finding>>> Looks(PlanTarget target, Step step)
    {
        if (step.Before is { Planned: true } before)
        {
            yield return async token => OfBefore(step, before, await _reader.PlannedAsync(target, before, token));
        }

        foreach (var condition in step.Requires)
        {
            var read = new StepRead { Call = condition.Call, Select = condition.Until };
            yield return async token => OfCondition(step, condition, await _reader.PlannedAsync(target, read, token));
        }
    }

    private static Finding OfBefore(Step step, StepRead before, ReadOutcome outcome) => outcome switch
    {
        ReadOutcome.Value { Selected: not null } when before.Exists =>
            new(new(step.Id, "exists", $"{step.Title}: it is there already; nothing that exists is adopted."), null),
        ReadOutcome.Value value when !JsonNodes.AreEqual(value.Selected, before.Value) =>
            new(new(step.Id, "drifted", $"{step.Title}: the plan saw {Show(before.Value)}, there is now {Show(value.Selected)}. Plan again."), null),
        _ => OfTrouble(step, outcome),
    };

    private static Finding OfCondition(Step step, StepCondition condition, ReadOutcome outcome) => outcome switch
    {
        ReadOutcome.Value value when !StepReader.IsTrue(value.Selected) =>
            new(new(step.Id, "requires", $"{step.Title}: it must hold that {condition.Title}."), null),
        _ => OfTrouble(step, outcome),
    };

    private static Finding OfTrouble(Step step, ReadOutcome outcome) => outcome switch
    {
        ReadOutcome.Refused refused => new(new(step.Id, refused.Trouble.Code, refused.Trouble.Message, refused.Trouble.RequestId, refused.Trouble.Class), null),
        ReadOutcome.Busy busy => new(null, busy.Trouble),
        _ => new(null, null),
    };

    private static string Show(JsonNode? value)
    {
        var text = value?.ToJsonString() ?? "nothing";
        return text.Length <= MostShown ? text : $"{text[..MostShown]}...";
    }
}
