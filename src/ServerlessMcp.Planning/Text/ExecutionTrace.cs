using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Text;

/// <summary>All that is recorded of one execution, for <see cref="TraceText"/>.</summary>
/// <param name="Asker">Name of the execution's owner; null when the key is no longer known.</param>
/// <param name="Gates">Decisions that were made, by gate number.</param>
/// <param name="Facts">Of the steps that have begun.</param>
/// <param name="Events">Oldest first.</param>
/// <param name="Resources">What is tracked of the steps' resources, by resource.</param>
/// <param name="UndoneBy">The execution that takes this one back.</param>
public sealed record ExecutionTrace(
    Execution Execution,
    Plan Plan,
    PlanPreview Preview,
    string? Asker,
    IReadOnlyList<(int Number, GateRecord Decision)> Gates,
    IReadOnlyList<StepFacts> Facts,
    IReadOnlyList<ExecutionEvent> Events,
    IReadOnlyList<TrackedResource> Resources,
    string? UndoneBy,
    RetryRecord? Retry);
