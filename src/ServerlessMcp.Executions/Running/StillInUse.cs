using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>
/// "Still in use" from AWS about what this execution has just freed: a load balancer, a task or a database is gone, and its network interface
/// holds the security group and the subnet for some minutes more. Waited for forward, in a deletion, and in every undo.
/// </summary>
/// <remarks>Source: EC2 and IAM error codes; Elastic Load Balancing and RDS delete their interfaces after the thing itself.</remarks>
internal static class StillInUse
{
    public static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    public static bool Is(StepTrouble trouble) =>
        trouble.Code is "DependencyViolation" or "DeleteConflict"
        || trouble.Code.EndsWith("InUse", StringComparison.Ordinal) || trouble.Code.EndsWith("InUseException", StringComparison.Ordinal);

    /// <summary>How long what stands in the way may still be what this execution took away; zero if it took nothing lately.</summary>
    /// <param name="since">When it was first seen.</param>
    public static TimeSpan For(StepVisit visit, DateTimeOffset since) => Taker(visit) is var (_, at) && since - at < Most ? Most : TimeSpan.Zero;

    /// <summary>The step that last took something away: a deletion that is done, or on the way back one that is undone.</summary>
    public static (Step Step, DateTimeOffset At)? Taker(StepVisit visit) => visit.Snapshot.Steps.Values
        .Select(stored => stored.Facts)
        .Where(facts => facts.Index != visit.Facts.Index && facts.EndedAt is not null && Took(visit, facts))
        .OrderByDescending(facts => facts.EndedAt)
        .Select(facts => ((Step, DateTimeOffset)?)(visit.Snapshot.Plan.Steps[facts.Index], facts.EndedAt!.Value))
        .FirstOrDefault();

    private static bool Took(StepVisit visit, StepFacts facts) => visit.IsBackward
        ? facts.Status == StepStatus.Undone
        : facts.Status == StepStatus.Done && visit.Snapshot.Plan.Steps[facts.Index].Effect == StepEffect.Delete;
}
