namespace ServerlessMcp.Executions.Plans;

/// <summary>The one rule until there are policies, over the steps that change something: confirm if a step is class none or declared, deletes, or there are over 20 targets; else allow.</summary>
public static class BuiltInRule
{
    public const int MaxTargets = 20;

    public static Verdict Judge(IReadOnlyList<Step> steps)
    {
        var reasons = new List<string>();
        Add(reasons, steps, "has no undo", step => step.Reversibility.Class == UndoClass.None);
        Add(reasons, steps, "has an undo that the caller declared", step => step.Reversibility.Class == UndoClass.Declared);
        Add(reasons, steps, "deletes", step => step.Effect == StepEffect.Delete);
        var targets = steps.Count(step => step.Kind == StepKind.Call);
        if (targets == 0)
        {
            return new(VerdictKind.Allow, "built-in: nothing is changed");
        }

        if (targets > MaxTargets)
        {
            reasons.Add($"{targets} targets are more than {MaxTargets}");
        }

        return reasons.Count == 0
            ? new(VerdictKind.Allow, "built-in: every step has an undo, nothing is deleted")
            : new(VerdictKind.Confirm, $"built-in: {string.Join("; ", reasons)}");
    }

    private static void Add(List<string> reasons, IReadOnlyList<Step> steps, string what, Func<Step, bool> applies)
    {
        var ids = steps.Where(applies).Select(step => step.Id).ToList();
        if (ids.Count > 0)
        {
            var shown = string.Join(", ", ids.Take(3)) + (ids.Count > 3 ? $" and {ids.Count - 3} more" : "");
            reasons.Add($"{shown} {what}");
        }
    }
}
