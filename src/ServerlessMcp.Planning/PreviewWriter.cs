using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Cost;
using ServerlessMcp.Planning.Permissions;

namespace ServerlessMcp.Planning;

/// <summary>Says what a plan will do, how it was judged, and what was not checked.</summary>
internal static class PreviewWriter
{
    /// <summary>Stands until <see cref="Planner"/> has had the plan judged.</summary>
    private static readonly Verdict NotJudged = new(VerdictKind.Forbid, "not judged");

    /// <param name="looks">What the steps that change nothing see now; empty: nobody looked.</param>
    public static PlanPreview Write(
        PlanTarget target, IReadOnlyList<Step> steps, IReadOnlyList<BeforeResult> reads, OwnersFound owners, PermissionReport permissions,
        IReadOnlyList<BeforeResult>? looks = null)
    {
        var seen = steps.Zip(looks ?? []).ToList();
        var cost = PlanCost.Of(target, steps);
        var managed = steps.Zip(reads, (step, read) => (step, owner: Owner(step, read, owners))).Where(item => item.owner is not null).ToList();
        return new()
        {
            Changes = [.. steps.Select(Change)],
            Verdict = NotJudged,
            Reversibility = steps.Max(step => step.Reversibility.Class),
            ManagedBy = [.. managed.Where(item => item.owner!.Stack is not null)
                .Select(item => new ManagedResource(item.owner!.Stack!, Resource(item.step))).Distinct()],
            MonthlyCostDeltaUsd = cost.MonthlyDeltaUsd,
            CostNotes = cost.Notes,
            MissingPermissions = permissions.Permissions is { } checkedOnes
                ? [.. checkedOnes.Steps.SelectMany(step => step.Denied).Select(denied => $"{denied.Action} on {denied.Resource}").Distinct()]
                : null,
            Permissions = permissions.Permissions,
            NotChecked = [.. NotChecked(steps, reads, cost.Why), .. permissions.NotChecked, .. owners.Unknown, .. seen.Select(one => LookAhead.NotChecked(one.First, one.Second)).OfType<string>()],
            Warnings =
            [
                .. permissions.Warnings,
                .. managed.Select(item => $"{Resource(item.step)} belongs to {item.owner!.Tool}: this will drift from what is declared there").Distinct(),
                .. seen.Select((one, n) => LookAhead.Warning(one.First, one.Second, steps.Take(n).All(step => step.Kind != StepKind.Call))).OfType<string>(),
            ],
        };
    }

    private static ManagedBy? Owner(Step step, BeforeResult read, OwnersFound owners) =>
        ManagedBy.Find(read.Raw) ?? (step.Resource is { } arn ? owners.Owners.GetValueOrDefault(arn) : null);

    private static string Change(Step step) => step.Kind == StepKind.Call
        ? $"{Sign(step)} {Resource(step)} ({step.Call.Service}:{step.Call.Operation})"
        : $"{Sign(step)} {step.Title}";

    internal static string Sign(Step step) => step switch
    {
        { Kind: not StepKind.Call } => $"? {step.Kind.ToString().ToLowerInvariant()}",
        { Effect: StepEffect.Create } => "+ create",
        { Effect: StepEffect.Delete } => "- delete",
        _ => "~ change",
    };

    private static string Resource(Step step) => StepResource.Shown(step.Resource, step.Call);

    private static IEnumerable<string> NotChecked(IReadOnlyList<Step> steps, IReadOnlyList<BeforeResult> reads, string? whyNoCost) =>
        steps.Zip(reads)
            .Where(item => !item.Second.Planned)
            .Select(item => $"what is there before {item.First.Id}: {item.Second.Why}")
            .Concat(whyNoCost is null ? [] : [$"cost: not known for {whyNoCost}"]);
}
