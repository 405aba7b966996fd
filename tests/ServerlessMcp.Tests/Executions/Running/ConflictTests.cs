using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>Nobody's later change is ever overwritten, and what is left is named.</summary>
public sealed class ConflictTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    public async Task A_foreign_change_leaves_exactly_that_step_and_undoes_the_others(string foreign)
    {
        var stage = Prepared();
        stage.Aws.FaultOf = (call, _) =>
        {
            if (call.Parameters["value"]?.GetValue<string>() != "last")
            {
                return Fault.None;
            }

            stage.Aws.Alien(IdOf(stage, foreign), "theirs");
            return Fault.Refuse;
        };

        var execution = await stage.RunAsync(
            Steps.CreateByToken("a", "va"), Steps.CreateByName("b", "named", "vb"), Steps.Change("c", "kept", "old", "vc"), Steps.CreateByToken("z", "last"));

        Assert.Equal(ExecutionStatus.RollbackFailed, execution.Status);
        var left = Assert.Single(execution.Left);
        Assert.Equal(foreign, left.StepId);
        Assert.Contains("theirs", left.Why, StringComparison.Ordinal);
        Assert.StartsWith("things:Describe", left.LookWith, StringComparison.Ordinal);
        var kept = foreign == "c" ? "kept=theirs" : "kept=old";
        var others = foreign switch { "a" => ["=theirs"], "b" => ["named=theirs"], _ => Array.Empty<string>() };
        Assert.Equal([.. others.Append(kept).Order(StringComparer.Ordinal)], stage.Aws.Inventory());
    }

    [Fact]
    public async Task What_another_hand_has_put_back_already_is_undone()
    {
        var stage = Prepared();
        stage.Aws.FaultOf = (call, _) => PutBackAndRefuse(stage, call);

        var execution = await stage.RunAsync(Steps.Change("c", "kept", "old", "vc"), Steps.CreateByToken("z", "last"));

        Assert.Equal(ExecutionStatus.RolledBack, execution.Status);
        Assert.Equal(["Change t-1 vc"], stage.Aws.Effects);
        Assert.Equal(StepStatus.Undone, (await stage.StepAsync("c")).Status);
    }

    [Fact]
    public async Task A_thing_that_is_no_longer_empty_is_left()
    {
        var stage = Prepared();
        var empty = new StepCondition("nothing bears the mark", Steps.Call("Find", ("marker", "m")), "length(things) == `0`");
        stage.Aws.FaultOf = (call, _) => call.Parameters["value"]?.GetValue<string>() == "last" ? Fault.Refuse : Fault.None;

        var execution = await stage.RunAsync(
            Steps.CreateByToken("a", "va") with { Empty = [empty] },
            Steps.CreateByToken("b", "vb") with { Call = Steps.Call("Create", ("value", "vb"), ("marker", "m")), Undo = [], Reversibility = new(UndoClass.Full, []) },
            Steps.CreateByToken("z", "last"));

        Assert.Equal(ExecutionStatus.RollbackFailed, execution.Status);
        Assert.Equal(["a", "b"], execution.Left.Select(left => left.StepId));
        Assert.Contains("nothing bears the mark", execution.Left[0].Why, StringComparison.Ordinal);
        Assert.Contains("no undo", execution.Left[1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_undo_is_tried_through_the_settle_time_and_then_left()
    {
        var stage = Prepared();
        stage.Aws.FaultOf = (call, _) =>
            call.Operation == "Delete" || call.Parameters["value"]?.GetValue<string>() == "last" ? Fault.Refuse : Fault.None;

        var execution = await stage.RunAsync(
            Steps.Change("k", "kept", "old", "vk"), Steps.CreateByToken("a", "va"), Steps.CreateByToken("z", "last"));

        Assert.Equal(ExecutionStatus.RollbackFailed, execution.Status);
        Assert.Contains("Denied", Assert.Single(execution.Left).Why, StringComparison.Ordinal);
        Assert.Equal(StepStatus.UndoFailed, (await stage.StepAsync("a")).Status);
        Assert.True(stage.Aws.Sent.Count(call => call.Operation == "Delete") > 2);
        Assert.Equal(["=va", "kept=old"], stage.Aws.Inventory());
    }

    [Fact]
    public async Task Of_several_undos_only_those_whose_condition_holds_are_run_in_order()
    {
        var stage = Prepared();
        stage.Aws.FaultOf = (call, _) => call.Parameters["value"]?.GetValue<string>() == "last" ? Fault.Refuse : Fault.None;
        var step = Steps.Change("c", "kept", "old", "vc") with
        {
            Undo =
            [
                new("before == 'other'", Steps.Call("Change", ("name", "kept"), ("value", "wrong")), null, []),
                new("after == 'vc'", Steps.Call("Change", ("name", "kept"), ("value", "half")), null, []),
                new("before == 'old'", Steps.Call("Change", ("name", "kept"), ("value", "${before}")), null, []),
            ],
        };

        var execution = await stage.RunAsync(step, Steps.CreateByToken("z", "last"));

        Assert.Equal(ExecutionStatus.RolledBack, execution.Status);
        Assert.Equal(["Change t-1 vc", "Change t-1 half", "Change t-1 old"], stage.Aws.Effects);
    }

    [Fact]
    public async Task A_condition_that_is_wrong_leaves_its_step_and_no_other()
    {
        var stage = Prepared();
        stage.Aws.FaultOf = (call, _) => call.Parameters["value"]?.GetValue<string>() == "last" ? Fault.Refuse : Fault.None;
        var step = Steps.Change("c", "kept", "old", "vc");

        var execution = await stage.RunAsync(
            Steps.CreateByToken("a"), step with { Undo = [step.Undo[0] with { When = "length(before, after)" }] }, Steps.CreateByToken("z", "last"));

        Assert.Equal(ExecutionStatus.RollbackFailed, execution.Status);
        Assert.Equal("c", Assert.Single(execution.Left).StepId);
        Assert.Equal(["kept=vc"], stage.Aws.Inventory());
    }

    private static Fault PutBackAndRefuse(Stage stage, ApiCall call)
    {
        if (call.Parameters["value"]?.GetValue<string>() != "last")
        {
            return Fault.None;
        }

        stage.Aws.Alien(stage.Aws.IdOf("kept"), "old");
        return Fault.Refuse;
    }

    private static string IdOf(Stage stage, string step) => step switch { "a" => "t-2", "b" => stage.Aws.IdOf("named"), _ => stage.Aws.IdOf("kept") };

    private static Stage Prepared()
    {
        var stage = new Stage();
        stage.Aws.Add("kept", "old");
        return stage;
    }
}
