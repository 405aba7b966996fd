using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>The wait after a call, and the read after the wait.</summary>
public sealed class WaitTests
{
    [Fact]
    public async Task A_failed_wait_fails_the_step_which_is_then_undone()
    {
        var stage = new Stage();
        stage.Aws.Broken.Add("x");

        var execution = await stage.RunAsync(Steps.CreateByToken("a", "x") with { Wait = Steps.Ready() });

        Assert.Equal((ExecutionStatus.RolledBack, "Broken"), (execution.Status, execution.Failure!.Code));
        Assert.Equal(["Create t-1", "Delete t-1"], stage.Aws.Effects);
    }

    [Fact]
    public async Task A_wait_that_takes_too_long_fails_the_step_which_is_then_undone()
    {
        var stage = new Stage();
        stage.Aws.ReadyAfter = 1_000;

        var execution = await stage.RunAsync(Steps.CreateByToken("a") with { Wait = Steps.Ready() });

        Assert.Equal((ExecutionStatus.RolledBack, "wait_timeout"), (execution.Status, execution.Failure!.Code));
        Assert.InRange((execution.EndedAt - execution.CreatedAt)!.Value.TotalSeconds, 600, 630);
        Assert.Empty(stage.Aws.Inventory());
    }

    [Fact]
    public async Task A_cancel_during_a_wait_first_waits_to_the_end_and_then_undoes()
    {
        var stage = new Stage();
        stage.Aws.ReadyAfter = 60;
        stage.Engine.BeforeTask = _ =>
        {
            if (stage.Engine.Visited[^1] == "PollStep")
            {
                stage.CancelAsync().GetAwaiter().GetResult();
            }
        };

        var execution = await stage.RunAsync(Steps.CreateByToken("a") with { Wait = Steps.Ready() });

        Assert.Equal(ExecutionStatus.Cancelled, execution.Status);
        Assert.True((execution.EndedAt - execution.CreatedAt)!.Value.TotalSeconds >= 60);
        Assert.Contains("PollUndo", stage.Engine.Visited);
    }

    [Fact]
    public async Task A_change_that_changes_nothing_has_no_effect_and_no_undo()
    {
        var stage = new Stage();
        stage.Aws.Add("kept", "old");
        stage.Aws.FaultOf = (call, _) => call.Parameters["value"]?.GetValue<string>() == "x" ? Fault.Refuse : Fault.None;

        var execution = await stage.RunAsync(Steps.Change("a", "kept", "old", "old"), Steps.CreateByToken("b", "x"));

        Assert.Equal(ExecutionStatus.RolledBack, execution.Status);
        Assert.Equal(StepStatus.NoEffect, (await stage.StepAsync("a")).Status);
        Assert.Single(stage.Aws.Sent, call => call.Operation == "Change");
    }

    [Fact]
    public async Task A_create_that_stays_invisible_is_a_failure_and_is_undone()
    {
        var stage = new Stage();
        stage.Aws.Lag = TimeSpan.FromHours(1);

        var execution = await stage.RunAsync(Steps.CreateByToken("a"));

        Assert.Equal((ExecutionStatus.RolledBack, "not_visible"), (execution.Status, execution.Failure!.Code));
        Assert.Equal(["Create t-1", "Delete t-1"], stage.Aws.Effects);
    }

    [Fact]
    public async Task The_undo_waits_too()
    {
        var stage = new Stage();
        stage.Aws.Add("kept", "old");
        stage.Aws.FaultOf = (call, _) => call.Parameters["value"]?.GetValue<string>() == "x" ? Fault.Refuse : Fault.None;
        var wait = new StepWait { Waiter = "Ready", Parameters = new() { ["id"] = "t-1" } };
        var step = Steps.Change("a", "kept", "old", "new");

        var execution = await stage.RunAsync(
            step with { Undo = [step.Undo[0] with { Wait = wait }] }, Steps.CreateByToken("b", "x"));

        Assert.Equal(ExecutionStatus.RolledBack, execution.Status);

        stage = new Stage();
        stage.Aws.Add("kept", "old");
        stage.Aws.Broken.Add("old");
        stage.Aws.FaultOf = (call, _) => call.Parameters["value"]?.GetValue<string>() == "x" ? Fault.Refuse : Fault.None;

        execution = await stage.RunAsync(
            step with { Undo = [step.Undo[0] with { Wait = wait }] }, Steps.CreateByToken("b", "x"));

        Assert.Equal(ExecutionStatus.RollbackFailed, execution.Status);
        Assert.Contains("Broken", Assert.Single(execution.Left).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Facts_hold_before_output_after_requests_and_attempts()
    {
        var stage = new Stage();
        stage.Aws.Add("kept", "old");

        await stage.RunAsync(Steps.CreateByToken("a"), Steps.Change("b", "kept", "old", "new"));

        var made = await stage.StepAsync("a");
        Assert.Equal(("arn:thing/t-2", 1), (made.Resource, made.Attempts));
        Assert.StartsWith("r-", Assert.Single(made.RequestIds), StringComparison.Ordinal);
        Assert.Equal("t-2", made.Output!["id"]!.GetValue<string>());
        var changed = await stage.StepAsync("b");
        Assert.Equal(("old", "new"), (changed.Before!.GetValue<string>(), changed.After!.GetValue<string>()));
        Assert.Null(changed.LeaseUntil);
    }

    [Fact]
    public async Task A_reference_that_leads_to_nothing_refuses_the_step()
    {
        var stage = new Stage();

        var execution = await stage.RunAsync(Steps.CreateByToken("a"), Steps.CreateByToken("b", "${steps.a.output.nothing}"));

        Assert.Equal((ExecutionStatus.RolledBack, "reference", "b"), (execution.Status, execution.Failure!.Code, execution.Failure.StepId));
        Assert.Empty(stage.Aws.Inventory());
    }
}
