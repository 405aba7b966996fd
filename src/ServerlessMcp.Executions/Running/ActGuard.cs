using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>The last question before a step goes forward; nothing here holds up a compensation.</summary>
/// <remarks>
/// <code>
/// frozen                                                      WAIT (frozen); the table is away: WAIT, as everywhere
/// the policy is broken                                        WAIT (policy_broken)
/// an earlier try of this call is out                          go: it is found out, not begun
/// the policy is another one than in start, or the resource    judged again with the call as it is sent; forbid: the step is refused
///   of the step was a reference to what is not made here
/// else                                                        go: start has judged it
/// </code>
/// A verdict that has become stricter but does not forbid holds up nothing that was agreed to.
/// </remarks>
internal sealed class ActGuard(WorkerPorts ports, StepReader reader)
{
    public abstract record Outcome
    {
        internal sealed record Go : Outcome;

        internal sealed record Wait(StepTrouble Trouble) : Outcome;

        internal sealed record Refuse(StepTrouble Trouble) : Outcome;
    }

    public async Task<Outcome> AskAsync(StepVisit visit, ApiCall call, CancellationToken cancellationToken)
    {
        if (await new Freezes(ports.Table, ports.Time).FindAsync(cancellationToken) is { } freeze)
        {
            return new Outcome.Wait(new(RefusalCodes.Frozen, $"{freeze.Text}."));
        }

        var inForce = await ports.Judge.ReadAsync(cancellationToken);
        if (inForce.Policy is null)
        {
            return new Outcome.Wait(new(RefusalCodes.PolicyBroken, $"Nothing goes forward: {PolicyInForce.BrokenText}."));
        }

        if (visit.Facts.Sent || (inForce.Hash == visit.Snapshot.Execution.PolicyHash && !IsForeignReference(visit)))
        {
            return new Outcome.Go();
        }

        return await JudgeAsync(visit, call, cancellationToken);
    }

    private async Task<Outcome> JudgeAsync(StepVisit visit, ApiCall call, CancellationToken cancellationToken)
    {
        var (snapshot, execution) = (visit.Snapshot, visit.Snapshot.Execution);
        var step = visit.Step with { Call = call, Alternatives = [], Resource = StepCalls.Resource(visit) ?? visit.Step.Resource };
        var (tags, busy) = await new ResourceTags(reader).ReadAsync(snapshot.Plan.Target, [step], cancellationToken);
        if (busy is not null)
        {
            return new Outcome.Wait(busy);
        }

        var preview = await new PlanStore(ports.Table).PreviewAsync(execution.PlanId, cancellationToken);
        var verdict = await ports.Judge.JudgeAsync(
            ResourceTags.Request(snapshot, preview, tags) with
            {
                Steps = [step],
                Targets = snapshot.Plan.Steps.Count(one => one.Kind == StepKind.Call),
            },
            cancellationToken);
        return verdict.Is == VerdictKind.Forbid
            ? new Outcome.Refuse(new(verdict.Code ?? RefusalCodes.ForbiddenByPolicy, $"{verdict.Rule}."))
            : new Outcome.Go();
    }

    /// <summary>In <c>start</c> nobody could know which resource it is, and no earlier step has made it.</summary>
    private static bool IsForeignReference(StepVisit visit) =>
        visit.Step.Resource is { } template && template.Contains('$', StringComparison.Ordinal)
        && StepCalls.Resource(visit) is { } resource
        && !visit.Snapshot.Steps.Values.Any(stored => stored.Facts.Resource == resource
            && PlanSubjects.MakesItsResource(visit.Snapshot.Plan.Steps[stored.Facts.Index]));
}
