using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>A rollback that left something is gone on with by a new execution; the old one stays as it ended.</summary>
public sealed class ResumeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_undo_left_is_taken_back_once_AWS_allows_it_and_the_old_end_stays()
    {
        var (stage, failed) = await FailedAsync("Delete", "a");
        stage.Aws.FaultOf = (_, _) => Fault.None;

        var resumed = await ResumeAsync(stage, failed);

        Assert.Equal(ExecutionStatus.RolledBack, resumed.Status);
        Assert.Equal(failed.ExecutionId, resumed.RetryOf);
        Assert.Equal(failed.Failure, resumed.Failure);
        Assert.Empty(stage.Aws.Inventory());
        var old = await stage.ReadAsync();
        Assert.Equal((ExecutionStatus.RollbackFailed, failed.UpdatedAt), (old.Status, old.UpdatedAt));
        Assert.True(await stage.Executions.HasChangedNothingAsync(old, Token));
    }

    [Fact]
    public async Task What_is_still_refused_is_left_again_and_can_be_resumed_again_with_the_first_marker()
    {
        var (stage, failed) = await FailedAsync("Delete", "m", Steps.CreateByMarker("m", "vm"));

        var second = await ResumeAsync(stage, failed);
        stage.Aws.FaultOf = (_, _) => Fault.None;
        var third = await ResumeAsync(stage, second);

        Assert.Equal(ExecutionStatus.RollbackFailed, second.Status);
        Assert.Equal("m", Assert.Single(second.Left).StepId);
        Assert.Equal((ExecutionStatus.RolledBack, failed.ExecutionId), (third.Status, third.MarkedAs));
        Assert.Empty(stage.Aws.Inventory());
        Assert.True(await stage.Executions.HasChangedNothingAsync(failed, Token));
    }

    [Fact]
    public async Task Asked_twice_it_is_one_execution_also_when_both_ask_at_once()
    {
        var (stage, failed) = await FailedAsync("Delete", "a");
        var resumer = Resumer(stage);

        var both = await Task.WhenAll(resumer.ResumeAsync(failed, Token), resumer.ResumeAsync(failed, Token));
        var later = await resumer.ResumeAsync(failed, Token);

        Assert.Single(both.Append(later).Select(one => one.ExecutionId).Distinct());
    }

    [Fact]
    public async Task A_foreign_change_is_left_again_until_it_is_gone()
    {
        var stage = new Stage();
        stage.Aws.FaultOf = (call, _) => Last(call) && Alien(stage, "theirs") ? Fault.Refuse : Fault.None;
        var failed = await stage.RunAsync(Steps.CreateByToken("a", "va"), Steps.CreateByToken("z", "last"));

        var second = await ResumeAsync(stage, failed);
        Alien(stage, "va");
        var third = await ResumeAsync(stage, second);

        Assert.Contains("theirs", Assert.Single(second.Left).Why, StringComparison.Ordinal);
        Assert.Equal(ExecutionStatus.RolledBack, third.Status);
        Assert.Equal(["Create t-1", "Delete t-1"], stage.Aws.Effects);
    }

    [Fact]
    public async Task An_undo_of_two_calls_goes_on_at_the_second()
    {
        var two = Steps.CreateByToken("a", "va") with
        {
            Undo =
            [
                new(null, Steps.Call("Change", ("id", "${output.id}"), ("value", "empty")), null, []),
                new(null, Steps.Call("Delete", ("id", "${output.id}")), null, ["NotFound"]),
            ],
        };
        var (stage, failed) = await FailedAsync("Delete", "a", two);
        stage.Aws.FaultOf = (_, _) => Fault.None;

        var resumed = await ResumeAsync(stage, failed);

        Assert.Equal(ExecutionStatus.RolledBack, resumed.Status);
        Assert.Equal(["Create t-1", "Change t-1 empty", "Delete t-1"], stage.Aws.Effects);
    }

    [Fact]
    public async Task A_call_whose_effect_was_unknown_is_looked_for_again()
    {
        var stage = new Stage();
        var hidden = true;
        stage.Aws.FaultOf = (call, _) => call.Operation switch
        {
            "Create" => Fault.LostAfter,
            "Find" when hidden => Fault.Refuse,
            _ => Fault.None,
        };
        var failed = await stage.RunAsync(Steps.CreateByMarker("m"));
        hidden = false;

        var resumed = await ResumeAsync(stage, failed);

        Assert.Equal(ExecutionStatus.RollbackFailed, failed.Status);
        Assert.Equal(ExecutionStatus.RolledBack, resumed.Status);
        Assert.Equal(["Create t-1", "Delete t-1"], stage.Aws.Effects);
    }

    [Fact]
    public async Task A_cancelled_one_that_left_something_ends_rolled_back()
    {
        var stage = new Stage();
        stage.Aws.FaultOf = (call, _) => call.Operation == "Delete" ? Fault.Refuse : Fault.None;
        stage.Aws.ReadyAfter = 60;
        await stage.StartAsync([Steps.CreateByToken("a") with { Wait = Steps.Ready() }]);
        stage.Engine.BeforeTask = _ =>
        {
            if (stage.Aws.Effects.Count == 1)
            {
                stage.Engine.BeforeTask = null;
                stage.CancelAsync().GetAwaiter().GetResult();
            }
        };
        await stage.Engine.RunAllAsync();
        var failed = await stage.ReadAsync();
        stage.Aws.FaultOf = (_, _) => Fault.None;

        var resumed = await ResumeAsync(stage, failed);

        Assert.Equal((ExecutionStatus.RollbackFailed, "cancelled"), (failed.Status, failed.Failure?.Code));
        Assert.Equal(ExecutionStatus.RolledBack, resumed.Status);
        Assert.Empty(stage.Aws.Inventory());
    }

    [Fact]
    public async Task A_start_that_the_engine_lost_is_swept_up()
    {
        var (stage, failed) = await FailedAsync("Delete", "a");
        stage.Aws.FaultOf = (_, _) => Fault.None;
        stage.Engine.LosesStarts = true;
        var resumed = await Resumer(stage).ResumeAsync(failed, Token);
        stage.Engine.LosesStarts = false;

        await new ServerlessMcp.Executions.Running.Sweeper(stage.Ports).SweepAsync(Token);
        await stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.RolledBack, (await stage.Executions.GetAsync(resumed.ExecutionId, Stage.Owner, Token)).Status);
    }

    [Fact]
    public async Task Another_execution_on_the_resource_is_in_the_way()
    {
        var named = Steps.Change("c", "kept", "old", "new") with { Resource = "arn:thing/kept" };
        var stage = new Stage();
        stage.Aws.Add("kept", "old");
        stage.Aws.FaultOf = (call, _) => Last(call) || call.Parameters["value"]?.GetValue<string>() == "old" ? Fault.Refuse : Fault.None;
        var failed = await stage.RunAsync(named, Steps.CreateByToken("z", "last"));
        await stage.StartAsync([named]);

        var refused = await Assert.ThrowsAsync<CallerException>(() => Resumer(stage).ResumeAsync(failed, Token));

        Assert.Equal("resource_locked", refused.Code);
    }

    [Theory]
    [InlineData(ExecutionStatus.Running)]
    [InlineData(ExecutionStatus.Succeeded)]
    [InlineData(ExecutionStatus.RolledBack)]
    public async Task Only_a_rollback_that_left_something_is_gone_on_with(ExecutionStatus status)
    {
        var (stage, failed) = await FailedAsync("Delete", "a");

        var refused = await Assert.ThrowsAsync<CallerException>(() => Resumer(stage).ResumeAsync(failed with { Status = status }, Token));

        Assert.Equal("nothing_to_retry", refused.Code);
    }

    private static RollbackResumer Resumer(Stage stage) => new(stage.Table, stage.Plans, stage.Executions, stage.Engine, stage.Time);

    private static async Task<Execution> ResumeAsync(Stage stage, Execution failed)
    {
        var resumed = await Resumer(stage).ResumeAsync(failed, Token);
        await stage.Engine.RunAllAsync();
        return await stage.Executions.GetAsync(resumed.ExecutionId, Stage.Owner, Token);
    }

    /// <summary>The last step is refused, and then the undo of the first.</summary>
    private static async Task<(Stage Stage, Execution Failed)> FailedAsync(string operation, string left, Step? first = null)
    {
        var stage = new Stage();
        stage.Aws.FaultOf = (call, _) => Last(call) || call.Operation == operation ? Fault.Refuse : Fault.None;
        var failed = await stage.RunAsync(first ?? Steps.CreateByToken("a", "va"), Steps.CreateByToken("z", "last"));
        Assert.Equal(ExecutionStatus.RollbackFailed, failed.Status);
        Assert.Equal(left, Assert.Single(failed.Left).StepId);
        return (stage, failed);
    }

    private static bool Last(ApiCall call) => call is { Operation: "Create" } && call.Parameters["value"]?.GetValue<string>() == "last";

    private static bool Alien(Stage stage, string value)
    {
        stage.Aws.Alien("t-1", value);
        return true;
    }
}
