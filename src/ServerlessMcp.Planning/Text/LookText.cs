using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Text;

/// <summary>What a plan says of a step that changes nothing.</summary>
public static class LookText
{
    /// <summary>What it is there to do: <c>check</c>, <c>watch</c>, <c>ask</c>, <c>read</c>.</summary>
    internal static string Word(StepKind kind) => kind switch
    {
        StepKind.Check => "check",
        StepKind.Bake => "watch",
        StepKind.Approval => "ask",
        StepKind.Collect => "read",
        _ => "call",
    };

    /// <param name="planned">The same step in the plan, if that was read.</param>
    internal static string Doing(StepFacts facts, Step? planned) => planned switch
    {
        { Bake: { } bake } when facts.WaitingSince is { } since =>
            $"watches {Many(bake.Alarms.Count, "alarm")} until {PlanText.Time(since.AddSeconds(bake.Seconds))}",
        { Check: { } check } => $"looks whether {check.Until}{(facts.WaitingSince is { } since ? $", at most until {PlanText.Time(since.AddSeconds(check.TimeoutSeconds))}" : "")}",
        { Collect: { } reads } => $"makes {Many(reads.Count, "read")}",
        _ => "looks, and changes nothing",
    };

    private static string Many(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    /// <summary>Its lines, each a label of at most seven letters and a text.</summary>
    public static void Facts(Step step, Action<string, string> line)
    {
        if (step.Check is { } check)
        {
            line("read", PlanText.Call(step.Call));
            line("holds", check.Until + (check.TimeoutSeconds == 0 ? "" : $", within {check.TimeoutSeconds} s"));
        }

        if (step.Bake is { } bake)
        {
            line("watch", $"{string.Join(", ", bake.Alarms)}, for {bake.Seconds} s");
        }

        if (step.Approval is { } approval)
        {
            line("asks", $"{(approval.Decision == "approve" ? "another person" : "the requester")}, for up to {approval.TimeoutSeconds} s");
        }

        foreach (var read in step.Collect ?? [])
        {
            line("read", $"{read.Name}: {PlanText.Call(read.Call)}{(read.Select is null ? "" : $", of it {read.Select}")}");
        }

        if (step.Kind != StepKind.Collect)
        {
            line("else", "what was done before is taken back");
        }
    }
}
