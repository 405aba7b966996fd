using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>What a step's work makes of a resource's record. Pure, and the same when applied twice.</summary>
/// <remarks>
/// <code>
/// owner      a making takes over, and so does a change where nobody here made the resource; an undo does not; a redo does
/// state      made, changed: present; deleted: gone; undone: gone if made, else present; left: present, unknown where the effect is not known
/// undoneBy   the rollback of the owner's own step: the owner; an undo of the owner's execution: that execution; a redo of that undo: none
/// </code>
/// </remarks>
internal static class ResourceMerge
{
    public static ResourceRecord Apply(ResourceRecord? old, ResourceTouch touch, ResourceRecord fresh, Execution execution, StepFacts facts)
    {
        var undoneBy = UndoneBy(old, touch, execution);
        var (state, why) = StateOf(touch, facts);
        var seen = facts.AfterRead && touch.Mark == ResourceMark.Done && state == ResourceState.Present ? touch.UpdatedAt : old?.LastSeenAt;
        var owned = old is null || TakesOver(old, touch, execution)
            ? fresh with { CreatedAt = IsSame(old, touch, execution) ? old!.CreatedAt : touch.UpdatedAt, Tags = fresh.Tags ?? old?.Tags }
            : old;
        return owned with { State = state, Why = why, UpdatedAt = touch.UpdatedAt, LastSeenAt = seen, UndoneBy = undoneBy, Last = fresh.Last };
    }

    /// <summary>An execution that goes on with another's rollback works on that one's steps.</summary>
    private static bool IsSame(ResourceRecord? old, ResourceTouch touch, Execution execution) =>
        old?.ExecutionId == execution.MarkedAs && old.StepId == touch.StepId;

    private static bool TakesOver(ResourceRecord old, ResourceTouch touch, Execution execution)
    {
        if (touch.Mark is ResourceMark.Undone or ResourceMark.Left || touch.How == ResourceHow.Deleted || execution.Origin is not null)
        {
            return false;
        }

        var isUndo = execution.UndoOf is { } undone && old.UndoneBy != undone;
        return touch.How == ResourceHow.Made || (old.How != ResourceHow.Made && !isUndo);
    }

    private static string? UndoneBy(ResourceRecord? old, ResourceTouch touch, Execution execution)
    {
        if (touch.Mark == ResourceMark.Undone)
        {
            // An undo that was rolled back has undone nothing.
            return execution.UndoOf is null && (old is null || IsSame(old, touch, execution)) ? execution.ExecutionId
                : old?.UndoneBy == execution.ExecutionId ? null
                : old?.UndoneBy;
        }

        if (old is null || TakesOver(old, touch, execution))
        {
            return null;
        }

        var takesBack = execution.UndoOf is not null && old.ExecutionId == execution.UndoOf && touch.Mark == ResourceMark.Done
            && (old.How != ResourceHow.Made || touch.How == ResourceHow.Deleted);
        return takesBack ? execution.ExecutionId : old.UndoneBy;
    }

    private static (ResourceState State, string? Why) StateOf(ResourceTouch touch, StepFacts facts) => touch switch
    {
        { Mark: ResourceMark.Accepted } => (ResourceState.Present, "The call was accepted; the step has not finished."),
        { Mark: ResourceMark.Done, How: ResourceHow.Deleted } => (ResourceState.Gone, null),
        { Mark: ResourceMark.Undone, How: ResourceHow.Made } => (ResourceState.Gone, null),
        { Mark: ResourceMark.Failed } when facts is { Output: null } or { Error.Code: "not_visible" } => (ResourceState.Unknown, Cut(facts.Error?.Message)),
        { Mark: ResourceMark.Failed } => (ResourceState.Present, Cut(facts.Error?.Message)),
        { Mark: ResourceMark.Left } when facts is { Output: null, AfterRead: false } => (ResourceState.Unknown, Cut(facts.LeftWhy)),
        { Mark: ResourceMark.Left } => (ResourceState.Present, Cut(facts.LeftWhy)),
        _ => (ResourceState.Present, null),
    };

    private static string? Cut(string? text) => text is { Length: > 500 } ? $"{text[..500]}..." : text;
}
