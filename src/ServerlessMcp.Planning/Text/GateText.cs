using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Text;

/// <summary>The question of a gate, made from the stored plan: who decides must not have to believe who asked.</summary>
public static class GateText
{
    private const int MaxSteps = 20;

    /// <returns>Lines; each is to be shown as one.</returns>
    public static IReadOnlyList<string> Lines(Plan plan, PlanPreview preview, GateOpen gate)
    {
        var at = gate.StepId is { } id ? plan.Steps.Select(step => step.Id).ToList().IndexOf(id) : -1;
        var where = $"\"{plan.Title}\" in account {plan.Target.Account}, {plan.Target.Region}?";
        List<string> lines = at < 0 ? [$"Start {where}"] : [$"Go on with {where}", $"Step {plan.Steps[at].Id} asks: \"{plan.Steps[at].Title}\""];
        var steps = preview.Changes.Zip(plan.Steps).ToList();
        if (at >= 0)
        {
            lines.Add(Count(steps[..at], "Nothing was changed so far.", "Done so far, and taken back if you say no:"));
            lines.AddRange(Cut(steps[..at].Where(IsChange).Select(one => $"    {one.First}")));
            lines.Add(Count(steps[(at + 1)..], "Nothing is changed after it.", "To come if you say yes:"));
        }

        var ahead = steps[(at + 1)..];
        lines.AddRange(ahead.Take(MaxSteps).SelectMany(one => Step(one.First, one.Second)));
        if (ahead.Count > MaxSteps)
        {
            lines.Add($"... and {ahead.Count - MaxSteps} more");
        }

        lines.Add(at < 0 ? $"Asked because: {gate.Rule}. Plan {plan.Hash}." : $"Plan {plan.Hash}.");
        return lines;
    }

    /// <summary>The call itself too: titles are the caller's words, and the resource of an operation without an undo is not known.</summary>
    private static List<string> Step(string change, Step step)
    {
        if (step.Kind == StepKind.Call)
        {
            return [change, $"    call: {PlanText.Call(step.Call)}", $"    undo: {PlanText.Class(step.Reversibility)}"];
        }

        List<string> lines = [change];
        LookText.Facts(step, (label, text) => lines.Add($"    {label}: {text}"));
        return lines;
    }

    private static bool IsChange((string Change, Step Step) one) => one.Step.Kind == StepKind.Call;

    private static string Count(IEnumerable<(string Change, Step Step)> steps, string none, string some) => steps.Any(IsChange) ? some : none;

    private static List<string> Cut(IEnumerable<string> lines)
    {
        var all = lines.ToList();
        return all.Count <= MaxSteps ? all : [.. all.Take(MaxSteps), $"    ... and {all.Count - MaxSteps} more"];
    }
}
