using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>An execution as a verb finds it, read strongly.</summary>
/// <param name="MetaVersion">A write that expects it is fenced: it fails if the run or the status has changed.</param>
/// <param name="Steps">By the step's place in the plan; none for a step that has not begun.</param>
internal sealed record Snapshot(Execution Execution, long MetaVersion, Plan Plan, IReadOnlyDictionary<int, StoredFacts> Steps)
{
    public StepFacts? FactsOf(int index) => Steps.GetValueOrDefault(index)?.Facts;

    public StepFacts? FactsOf(string stepId) => Steps.Values.FirstOrDefault(stored => stored.Facts.StepId == stepId)?.Facts;

    public int IndexOf(string stepId)
    {
        var index = Plan.Steps.Select((step, n) => (step.Id, n)).Where(pair => pair.Id == stepId).Select(pair => (int?)pair.n).SingleOrDefault();
        return index ?? throw new ArgumentException($"The plan has no step '{stepId}'.", nameof(stepId));
    }
}

internal sealed record StoredFacts(StepFacts Facts, long Version);
