using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning;

/// <summary>Says what a plan will do, how it was judged, and what was not checked.</summary>
internal static class PreviewWriter
{
    public static PlanPreview Write(IReadOnlyList<Step> steps, IReadOnlyList<BeforeResult> reads)
    {
        var managed = steps.Zip(reads, (step, read) => (step, owner: ManagedBy.Find(read.Raw))).Where(item => item.owner is not null).ToList();
        return new()
        {
            Changes = [.. steps.Select(Change)],
            Verdict = BuiltInRule.Judge(steps),
            Reversibility = steps.Max(step => step.Reversibility.Class),
            ManagedBy = [.. managed.Where(item => item.owner!.Stack is not null)
                .Select(item => new ManagedResource(item.owner!.Stack!, Resource(item.step))).Distinct()],
            NotChecked = [.. NotChecked(steps, reads)],
            Warnings = [.. managed
                .Select(item => $"{Resource(item.step)} belongs to {item.owner!.Tool}: this will drift from what is declared there").Distinct()],
        };
    }

    private static string Change(Step step) => $"{Sign(step.Effect)} {Resource(step)} ({step.Call.Service}:{step.Call.Operation})";

    internal static string Sign(StepEffect effect) => effect switch
    {
        StepEffect.Create => "+ create",
        StepEffect.Delete => "- delete",
        _ => "~ change",
    };

    private static string Resource(Step step) => StepResource.Shown(step.Resource, step.Call);

    private static IEnumerable<string> NotChecked(IReadOnlyList<Step> steps, IReadOnlyList<BeforeResult> reads) =>
        steps.Zip(reads)
            .Where(item => !item.Second.Planned)
            .Select(item => $"what is there before {item.First.Id}: {item.Second.Why}")
            .Append("cost: there is no price list yet")
            .Append("permissions: simulation is not available yet");
}
