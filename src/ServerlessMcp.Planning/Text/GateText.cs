using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Text;

/// <summary>
/// The question of a gate, made from the stored plan: who decides must not have to believe who asked. No title, reason or other sentence of a caller or of AWS stands in it,
/// so that none can speak to who decides: see <see cref="SeenName"/>.
/// </summary>
public static class GateText
{
    private const int MaxSteps = 20;

    /// <returns>Lines; each is to be shown as one.</returns>
    public static IReadOnlyList<string> Lines(Plan plan, GateOpen gate)
    {
        var at = gate.StepId is { } id ? plan.Steps.Select(step => step.Id).ToList().IndexOf(id) : -1;
        var where = $"a plan in account {plan.Target.Account}, {plan.Target.Region}?";
        List<string> lines = at < 0 ? [$"Start {where}"] : [$"Go on with {where}", $"Its step {plan.Steps[at].Id} asks."];
        var steps = plan.Steps;
        if (at >= 0)
        {
            lines.Add(Count(steps.Take(at), "Nothing was changed so far.", "Done so far, and taken back if you say no:"));
            lines.AddRange(Cut(steps.Take(at).Where(IsChange).Select(step => $"    {Change(step)}")));
            lines.Add(Count(steps.Skip(at + 1), "Nothing is changed after it.", "To come if you say yes:"));
        }

        var ahead = steps.Skip(at + 1).ToList();
        lines.AddRange(ahead.Take(MaxSteps).SelectMany(Step));
        if (ahead.Count > MaxSteps)
        {
            lines.Add($"... and {ahead.Count - MaxSteps} more");
        }

        lines.Add(at < 0 ? $"Asked because: {gate.Rule}. Plan {plan.PlanId}, {plan.Hash}." : $"Plan {plan.PlanId}, {plan.Hash}.");
        return lines;
    }

    /// <summary>The call itself too: the resource of an operation without an undo is not known.</summary>
    private static List<string> Step(Step step)
    {
        if (step.Kind == StepKind.Call)
        {
            return [Change(step), $"    call: {SeenName.Call(step.Call.Service, step.Call.Operation, step.Call.Parameters)}", $"    undo: {PlanText.Class(step.Reversibility)}"];
        }

        List<string> lines = [Change(step)];
        if (step.Bake is { } bake)
        {
            lines.Add($"    watch: {string.Join(", ", bake.Alarms.Select(SeenName.Resource))}, for {bake.Seconds} s");
        }

        foreach (var read in step.Collect?.Select(read => read.Call) ?? (step.Check is null ? [] : [step.Call]))
        {
            lines.Add($"    read: {SeenName.Call(read.Service, read.Operation, read.Parameters)}");
        }

        return lines;
    }

    private static string Change(Step step) => step.Kind == StepKind.Call
        ? $"{PreviewWriter.Sign(step)} {SeenName.Resource(StepResource.Shown(step.Resource, step.Call))} ({step.Call.Service}:{step.Call.Operation})"
        : $"{PreviewWriter.Sign(step)} {step.Id}";

    private static bool IsChange(Step step) => step.Kind == StepKind.Call;

    private static string Count(IEnumerable<Step> steps, string none, string some) => steps.Any(IsChange) ? some : none;

    private static List<string> Cut(IEnumerable<string> lines)
    {
        var all = lines.ToList();
        return all.Count <= MaxSteps ? all : [.. all.Take(MaxSteps), $"    ... and {all.Count - MaxSteps} more"];
    }
}
