using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>What a step's facts say of its resource. Pure: asked again, the same answer.</summary>
/// <remarks>
/// <code>
/// facts                              mark
/// none, Intended, Refused, NoEffect  none: nothing is known to have happened
/// Waiting, Settling                  of a create: Accepted, for the thing is there already; else none
/// Done, Failed, Undone               the same word
/// UndoSkipped, UndoFailed            Left
/// UndoIntended, UndoWaiting          as before
/// </code>
/// A step that makes or deletes a part of its resource (a route of a table) changes the resource.
/// </remarks>
internal static class ResourceMarks
{
    /// <returns>Null: nothing to track, or nothing new.</returns>
    public static ResourceMark? New(Step step, StepFacts facts) => Of(step, facts) is { } mark && mark != facts.Tracked ? mark : null;

    public static ResourceHow How(Step step) => step switch
    {
        { Part: not null } => ResourceHow.Changed,
        { Effect: StepEffect.Create } => ResourceHow.Made,
        { Effect: StepEffect.Delete } => ResourceHow.Deleted,
        _ => ResourceHow.Changed,
    };

    private static ResourceMark? Of(Step step, StepFacts facts) => facts.Status switch
    {
        _ when step.Kind != StepKind.Call => null,
        StepStatus.Waiting or StepStatus.Settling => How(step) == ResourceHow.Made ? ResourceMark.Accepted : null,
        StepStatus.Done => ResourceMark.Done,
        StepStatus.Failed => ResourceMark.Failed,
        StepStatus.Undone => ResourceMark.Undone,
        StepStatus.UndoSkipped or StepStatus.UndoFailed => ResourceMark.Left,
        _ => null,
    };
}
