using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Judges an execution before its first step, by the policy in force and the tags of today.</summary>
internal sealed class StartJudge(WorkerPorts ports, StepReader reader)
{
    /// <summary>Asked once more, because the policy has become stricter than the question that was answered.</summary>
    private const int AgainNumber = 0;

    /// <returns>One of the two: frozen, broken and tags that cannot be read now are waited for.</returns>
    public async Task<(Verdict? Verdict, StepTrouble? Busy)> JudgeAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        if (await new Freezes(ports.Table, ports.Time).FindAsync(cancellationToken) is { } freeze)
        {
            return (null, new(RefusalCodes.Frozen, $"{freeze.Text}."));
        }

        if ((await ports.Judge.ReadAsync(cancellationToken)).Policy is null)
        {
            return (null, new(RefusalCodes.PolicyBroken, $"Nothing starts: {PolicyInForce.BrokenText}."));
        }

        var (tags, busy) = await new ResourceTags(reader).ReadAsync(snapshot.Plan.Target, snapshot.Plan.Steps, cancellationToken);
        if (busy is not null)
        {
            return (null, busy);
        }

        var preview = await new PlanStore(ports.Table).PreviewAsync(snapshot.Plan.PlanId, cancellationToken);
        var request = ResourceTags.Request(snapshot, preview, tags);
        return (await ports.Judge.JudgeAsync(request, cancellationToken), null);
    }

    public static ExecutionFailure Forbidden(Verdict verdict) =>
        new(null, verdict.Code ?? RefusalCodes.ForbiddenByPolicy, $"The verdict is now 'forbid': {verdict.Rule}.");

    /// <summary>The stricter of the question that was planned and the one that the policy in force asks.</summary>
    /// <returns>Null: nobody is asked.</returns>
    public static GateOpen? Gate(GateOpen? planned, Verdict verdict, DateTimeOffset expiresAt)
    {
        var now = GateOpen.Of(verdict, expiresAt);
        return planned is null ? now
            : now is not { Kind: "approve" } ? planned
            : planned.Kind == "approve" ? planned with { AllowSelf = planned.AllowSelf && now.AllowSelf }
            : now with { Number = AgainNumber };
    }

    /// <summary>What was said yes to is not enough any more.</summary>
    /// <returns>The question to ask now; null: it is enough.</returns>
    public static GateOpen? Again(Execution execution, GateRecord yes, Verdict verdict, DateTimeOffset expiresAt)
    {
        var isEnough = verdict.Is != VerdictKind.Approve
            || (execution.Gate is { Kind: "approve" } && (verdict.AllowSelf || !yes.IsOwn));
        return isEnough ? null : GateOpen.Of(verdict, expiresAt)! with { Number = AgainNumber };
    }
}
