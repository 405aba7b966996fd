using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>What a step's facts mean for the way of an execution.</summary>
/// <remarks>
/// <code>
/// facts                            forward   backward
/// none                             begin     nothing to undo
/// Intended, not sent               begin     nothing to undo
/// Intended, sent                   go on     find out, then undo
/// Waiting, Settling                go on     finish, then undo
/// Done                             over      undo
/// Looking                          go on     nothing to undo
/// Passed                           over      nothing to undo
/// NotPassed                        turn      nothing to undo
/// NoEffect                         over      nothing to undo
/// NoEffect with an error           turn      nothing to undo
/// Intended with an error           turn      as above
/// Refused                          turn      nothing to undo
/// Failed                           turn      undo
/// UndoIntended, UndoWaiting        turn      go on
/// Undone                           turn      over
/// UndoSkipped, UndoFailed          turn      over, left
/// </code>
/// </remarks>
internal static class StepTurns
{
    public static bool IsOverForward(StepFacts? facts) =>
        facts is { Status: StepStatus.Done or StepStatus.NoEffect or StepStatus.Passed, Error: null };

    /// <summary>The step cannot go forward any more.</summary>
    public static bool HasFailed(StepFacts? facts) => facts switch
    {
        null => false,
        { Status: StepStatus.Waiting or StepStatus.Settling } => false,
        { Error: not null } => true,
        _ => facts.Status is StepStatus.Refused or StepStatus.Failed or StepStatus.NotPassed or >= StepStatus.UndoIntended,
    };

    public static bool NeedsUndo(StepFacts? facts) => facts switch
    {
        null => false,
        { Status: StepStatus.Intended } => facts.Sent,
        _ => facts.Status is StepStatus.Waiting or StepStatus.Settling or StepStatus.Done or StepStatus.Failed
            or StepStatus.UndoIntended or StepStatus.UndoWaiting,
    };

    public static bool IsLeft(StepFacts? facts) => facts is { Status: StepStatus.UndoSkipped or StepStatus.UndoFailed };
}
