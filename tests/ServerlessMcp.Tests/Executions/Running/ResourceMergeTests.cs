using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>Made or changed, undone, done again: whose a resource is, and who took it back.</summary>
public sealed class ResourceMergeTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_made_and_undone_is_gone_by_the_undo_and_a_redo_makes_it_its_own()
    {
        var made = Apply(null, "ex_make", null, ResourceHow.Made);
        var undone = Apply(made, "ex_undo", "ex_make", ResourceHow.Deleted);
        var redone = Apply(undone, "ex_redo", "ex_undo", ResourceHow.Made);

        Assert.Equal(("ex_make", ResourceState.Present, null), (made.ExecutionId, made.State, made.UndoneBy));
        Assert.Equal(("ex_make", ResourceState.Gone, "ex_undo"), (undone.ExecutionId, undone.State, undone.UndoneBy));
        Assert.Equal(("ex_redo", ResourceState.Present, null), (redone.ExecutionId, redone.State, redone.UndoneBy));
    }

    [Fact]
    public void What_was_changed_and_undone_is_there_and_a_redo_owns_the_change()
    {
        var changed = Apply(null, "ex_change", null, ResourceHow.Changed);
        var undone = Apply(changed, "ex_undo", "ex_change", ResourceHow.Changed);
        var redone = Apply(undone, "ex_redo", "ex_undo", ResourceHow.Changed);

        Assert.Equal(("ex_change", ResourceState.Present, "ex_undo"), (undone.ExecutionId, undone.State, undone.UndoneBy));
        Assert.Equal(("ex_redo", ResourceState.Present, null), (redone.ExecutionId, redone.State, redone.UndoneBy));
    }

    [Fact]
    public void The_undo_of_another_executions_change_does_not_take_the_making_back()
    {
        var made = Apply(null, "ex_make", null, ResourceHow.Made);
        var changed = Apply(made, "ex_change", null, ResourceHow.Changed);
        var undone = Apply(changed, "ex_undo", "ex_change", ResourceHow.Changed);

        Assert.Equal(("ex_make", ResourceHow.Made, null), (undone.ExecutionId, undone.How, undone.UndoneBy));
        Assert.Equal("ex_undo", undone.Last.ExecutionId);
    }

    [Fact]
    public void An_undo_that_is_rolled_back_itself_has_undone_nothing()
    {
        var changed = Apply(null, "ex_change", null, ResourceHow.Changed);
        var undone = Apply(changed, "ex_undo", "ex_change", ResourceHow.Changed);
        var back = Apply(undone, "ex_undo", "ex_change", ResourceHow.Changed, ResourceMark.Undone);

        Assert.Equal(("ex_change", ResourceState.Present, null), (back.ExecutionId, back.State, back.UndoneBy));
    }

    [Fact]
    public void Applied_twice_it_is_the_same()
    {
        var once = Apply(null, "ex_make", null, ResourceHow.Made);

        Assert.Equal(once, Apply(once, "ex_make", null, ResourceHow.Made));
    }

    private static ResourceRecord Apply(ResourceRecord? old, string executionId, string? undoOf, ResourceHow how, ResourceMark mark = ResourceMark.Done)
    {
        var execution = new Execution
        {
            ExecutionId = executionId,
            PlanId = "pl",
            Hash = "",
            Title = "",
            Owner = "key",
            Status = ExecutionStatus.Running,
            Run = 1,
            CreatedAt = Begin,
            UpdatedAt = Begin,
            StepCount = 1,
            UndoOf = undoOf,
        };
        var fresh = new ResourceRecord
        {
            Key = "arn",
            Service = "s",
            Type = "t",
            Identifier = "i",
            Account = "a",
            Region = "r",
            How = how,
            ExecutionId = executionId,
            PlanId = "pl",
            StepId = "a",
            Owner = "key",
            CreatedAt = Begin,
            UpdatedAt = Begin,
            State = ResourceState.Unknown,
            Last = new(executionId, "a", 0),
        };
        var facts = new StepFacts { StepId = "a", Index = 0, Status = StepStatus.Done, AfterRead = true };
        return ResourceMerge.Apply(old, new(executionId, "pl", "a", "key", "s:O", how, mark, Begin, Begin), fresh, execution, facts);
    }
}
