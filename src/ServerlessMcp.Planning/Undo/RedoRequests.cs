using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Requests;

namespace ServerlessMcp.Planning.Undo;

/// <summary>The steps of a plan that its undo took back, as a caller would ask for them again: references between them stay references, and of
/// alternatives the one is asked for that AWS took.</summary>
internal static class RedoRequests
{
    public static IReadOnlyList<StepRequest> Of(Plan plan, Plan undo, RecordedValues values)
    {
        var undone = undo.Steps.Select(step => step.Id).ToHashSet();
        var again = plan.Steps
            .Where(step => undone.Contains(step.Id) || undone.Any(id => id.StartsWith($"{step.Id}_u", StringComparison.Ordinal)))
            .ToList();
        var kept = again.Select(step => step.Id).ToHashSet();
        return [.. again.Select(step => Request(step, kept, values))];
    }

    private static StepRequest Request(Step step, HashSet<string> kept, RecordedValues values)
    {
        var parameters = values.FillOthers(step.ParametersOf(values.AlternativeOf(step.Id)), kept);
        StepMarker.Remove(parameters);
        return new(
            step.Id, step.Title, step.Call.Service, step.Call.Operation, parameters,
            step is { Catalogue: null, Wait: { } wait } ? Wait(wait) : null,
            step.Reversibility.Class == UndoClass.Declared && step.Undo is [var undo]
                ? new(undo.Call.Service, undo.Call.Operation, undo.Call.Parameters)
                : null);
    }

    private static WaitRequest Wait(StepWait wait) => new(
        wait.Waiter, wait.Call?.Operation, wait.Parameters ?? wait.Call?.Parameters, wait.Until, wait.FailWhen, wait.TimeoutSeconds);
}
