using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

public sealed class StartTests
{
    [Fact]
    public async Task A_value_that_differs_from_the_planned_one_rejects()
    {
        var stage = new Stage();
        stage.Aws.Add("kept", "other");

        var execution = await stage.RunAsync(Steps.CreateByToken("a"), Steps.Change("b", "kept", "old", "new"));

        Assert.Equal((ExecutionStatus.Rejected, "drifted", "b"), (execution.Status, execution.Failure!.Code, execution.Failure.StepId));
        Assert.Empty(stage.Aws.Effects);
        Assert.False(await stage.IsOpenAsync());
    }

    [Fact]
    public async Task A_thing_that_is_there_already_is_never_adopted()
    {
        var stage = new Stage();
        stage.Aws.Add("named", "theirs");

        var execution = await stage.RunAsync(Steps.CreateByName("a", "named"));

        Assert.Equal((ExecutionStatus.Rejected, "exists"), (execution.Status, execution.Failure!.Code));
        Assert.Equal(["named=theirs"], stage.Aws.Inventory());
    }

    [Fact]
    public async Task A_thing_that_appears_after_the_start_refuses_the_step_and_stays()
    {
        var stage = new Stage();
        stage.Engine.BeforeTask = _ =>
        {
            if (stage.Engine.Visited[^1] == "RunStep")
            {
                stage.Engine.BeforeTask = null;
                stage.Aws.Add("named", "theirs");
            }
        };

        var execution = await stage.RunAsync(Steps.CreateByName("a", "named"));

        Assert.Equal((ExecutionStatus.RolledBack, "exists"), (execution.Status, execution.Failure!.Code));
        Assert.Equal(["named=theirs"], stage.Aws.Inventory());
    }

    [Fact]
    public async Task A_requirement_that_does_not_hold_rejects()
    {
        var stage = new Stage();
        stage.Aws.Add("kept", "full");
        var requires = new StepCondition("it is idle", Steps.Call("Describe", ("name", "kept")), "thing.value == 'idle'");

        var execution = await stage.RunAsync(Steps.CreateByToken("a") with { Requires = [requires] });

        Assert.Equal((ExecutionStatus.Rejected, "requires"), (execution.Status, execution.Failure!.Code));
        Assert.Contains("it is idle", execution.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_is_not_the_one_agreed_to_rejects()
    {
        var stage = new Stage();
        await stage.StartAsync([Steps.CreateByToken("a")]);
        await ForgeAsync(stage);

        await stage.Engine.RunAllAsync();

        var execution = await stage.ReadAsync();
        Assert.Equal((ExecutionStatus.Rejected, "drifted"), (execution.Status, execution.Failure!.Code));
        Assert.Empty(stage.Aws.Effects);
    }

    [Fact]
    public async Task A_refused_read_rejects_with_the_code_of_AWS()
    {
        var stage = new Stage();
        stage.Aws.FaultOf = (_, _) => Fault.Refuse;

        var execution = await stage.RunAsync(Steps.Change("a", "kept", "old", "new"));

        Assert.Equal((ExecutionStatus.Rejected, "Denied"), (execution.Status, execution.Failure!.Code));
    }

    [Fact]
    public async Task While_AWS_is_away_the_start_waits_says_so_and_a_cancel_is_seen()
    {
        var stage = new Stage();
        stage.Aws.FaultOf = (_, _) => Fault.LostBefore;
        await stage.StartAsync([Steps.Change("a", "kept", "old", "new")]);

        Assert.Equal("WAIT", await stage.WordAsync("start"));
        Assert.Equal("ConnectionLost", (await stage.ReadAsync()).Busy!.Code);

        await stage.CancelAsync();
        Assert.Equal("TURN", await stage.WordAsync("start"));
        Assert.Equal("CANCELLED", await stage.WordAsync("turn"));
    }

    [Fact]
    public async Task A_day_without_AWS_rejects()
    {
        var stage = new Stage();
        stage.Aws.FaultOf = (_, _) => Fault.Busy;

        var execution = await stage.RunAsync(Steps.Change("a", "kept", "old", "new"));

        Assert.Equal((ExecutionStatus.Rejected, "deadline"), (execution.Status, execution.Failure!.Code));
    }

    /// <summary>What the verdict asks at the start counts, even if the preview did not ask.</summary>
    [Fact]
    public async Task A_step_without_undo_opens_a_gate()
    {
        var stage = new Stage();
        await stage.StartAsync([Steps.CreateByToken("a") with { Undo = [], Reversibility = new(UndoClass.None, []) }]);

        Assert.Equal("GATE", await stage.WordAsync("start"));
        Assert.Equal(ExecutionStatus.AwaitingApproval, (await stage.ReadAsync()).Status);
    }

    private static async Task ForgeAsync(Stage stage)
    {
        var planId = (await stage.ReadAsync()).PlanId;
        var item = await stage.Table.GetAsync(Keys.Plan(planId), true, TestContext.Current.CancellationToken);
        item!.Body["plan"]!["steps"]![0]!["call"]!["parameters"] = new JsonObject { ["value"] = "forged" };
        await stage.Table.WriteAsync([new TableWrite.Put(Keys.Plan(planId), null, item.Body)], TestContext.Current.CancellationToken);
    }
}
