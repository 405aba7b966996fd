using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>A gate in the middle of a plan: every row of <see cref="ServerlessMcp.Executions.Running.ApprovalGates"/>.</summary>
public sealed class ApprovalStepTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_yes_in_the_middle_lets_the_plan_go_on_and_is_recorded()
    {
        var stage = await StartedAsync();
        stage.Engine.AtGate = async () =>
        {
            var open = await stage.ReadAsync();
            Assert.Equal((ExecutionStatus.AwaitingApproval, "ask", 3), (open.Status, open.Gate!.StepId, open.Gate.Number));
            Assert.Equal(["=v1"], stage.Aws.Inventory());
            await stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, null, Token);
        };

        await stage.Engine.RunAllAsync();

        var execution = await stage.ReadAsync();
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Null(execution.Gate);
        Assert.Equal(["=v1", "=v2"], stage.Aws.Inventory());
        Assert.Equal(Stage.Owner.Id, (string?)(await stage.StepAsync("ask")).Output!["by"]);
    }

    [Fact]
    public async Task A_no_in_the_middle_takes_back_what_was_done()
    {
        var stage = await StartedAsync();
        stage.Engine.AtGate = () => stage.Gates.DecideAsync(stage.Id, GateDecision.Deny, Stage.Owner, null, Token);

        await stage.Engine.RunAllAsync();

        await EndedAsync(stage, ExecutionStatus.RolledBack, "denied", "ask");
        Assert.Equal(StepStatus.NotPassed, (await stage.StepAsync("ask")).Status);
    }

    [Fact]
    public async Task Nobodys_answer_takes_back_what_was_done()
    {
        var stage = await StartedAsync();
        var began = stage.Time.GetUtcNow();

        await stage.Engine.RunAllAsync();

        await EndedAsync(stage, ExecutionStatus.RolledBack, "expired", "ask");
        Assert.InRange((stage.Time.GetUtcNow() - began).TotalSeconds, 3600, 3620);
    }

    [Fact]
    public async Task A_cancel_at_the_question_takes_back_what_was_done()
    {
        var stage = await StartedAsync();
        stage.Engine.AtGate = stage.CancelAsync;

        await stage.Engine.RunAllAsync();

        await EndedAsync(stage, ExecutionStatus.Cancelled, "cancelled", null);
    }

    [Fact]
    public async Task A_yes_and_then_a_cancel_ends_cancelled()
    {
        var stage = await StartedAsync();
        stage.Engine.AtGate = async () =>
        {
            await stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, null, Token);
            await stage.CancelAsync();
        };

        await stage.Engine.RunAllAsync();

        await EndedAsync(stage, ExecutionStatus.Cancelled, "cancelled", null);
    }

    [Fact]
    public async Task The_plans_own_gate_and_two_in_the_middle_are_three_questions()
    {
        var stage = new Stage();
        await stage.StartAsync(
            [LookSteps.Approval("first"), Steps.CreateByToken("a", "v1"), LookSteps.Approval("second")], VerdictKind.Confirm);
        var asked = new List<int>();
        stage.Engine.AtGate = async () =>
        {
            asked.Add((await stage.ReadAsync()).Gate!.Number);
            await stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, null, Token);
        };

        await stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Succeeded, (await stage.ReadAsync()).Status);
        Assert.Equal([1, 2, 4], asked);
    }

    [Fact]
    public async Task A_yes_to_a_question_that_was_shown_is_none_to_the_next()
    {
        var stage = new Stage();
        await stage.StartAsync([LookSteps.Approval("first"), Steps.CreateByToken("a", "v1"), LookSteps.Approval("second")]);
        GateSeen? first = null;
        stage.Engine.AtGate = async () =>
        {
            var open = await stage.ReadAsync();
            if (first is null)
            {
                first = new(open.Hash, open.Gate!.Number);
                await stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, first, Token);
                return;
            }

            var refused = await Assert.ThrowsAsync<CallerException>(() => stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, first, Token));
            Assert.Equal("another_question", refused.Code);
        };

        await stage.Engine.RunAllAsync();

        await EndedAsync(stage, ExecutionStatus.RolledBack, "expired", "second");
    }

    [Fact]
    public async Task An_approval_is_for_another_person_with_the_scope()
    {
        var stage = await StartedAsync("approve");
        stage.Engine.AtGate = async () =>
        {
            var refused = await Assert.ThrowsAsync<CallerException>(() => stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, null, Token));
            Assert.Equal("may_not_decide", refused.Code);
            await stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Approver, null, Token);
        };

        await stage.Engine.RunAllAsync();

        Assert.Equal(Stage.Approver.Id, (string?)(await stage.StepAsync("ask")).Output!["by"]);
    }

    [Fact]
    public async Task A_decision_whose_waking_was_lost_is_seen_when_the_question_ends_and_by_the_sweep()
    {
        var stage = await StartedAsync();
        await stage.WordAsync("start");
        await stage.WordAsync("act", "a");
        Assert.Equal("GATE", await stage.WordAsync("next"));
        await stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, null, Token);

        Assert.Equal("STEP", await stage.WordAsync("next"));
        Assert.Equal(StepStatus.Passed, (await stage.StepAsync("ask")).Status);
    }

    [Fact]
    public async Task Asked_again_the_question_is_the_same_and_a_decision_is_carried_out_once()
    {
        var stage = await StartedAsync();
        await stage.WordAsync("start");
        await stage.WordAsync("act", "a");
        await stage.WordAsync("next");
        var ends = (await stage.ReadAsync()).Gate!.ExpiresAt;
        stage.Time.Advance(TimeSpan.FromMinutes(5));

        var again = await stage.AskAsync("next");

        Assert.Equal("GATE", (string?)again["next"]);
        Assert.Equal(3302, (int)again["delaySeconds"]!);
        Assert.Equal(ends, (await stage.ReadAsync()).Gate!.ExpiresAt);
        await stage.Gates.DecideAsync(stage.Id, GateDecision.Deny, Stage.Owner, null, Token);
        Assert.Equal(["TURN", "TURN"], [await stage.WordAsync("next"), await stage.WordAsync("next")]);
    }

    private static async Task EndedAsync(Stage stage, ExecutionStatus status, string code, string? stepId)
    {
        var execution = await stage.ReadAsync();
        Assert.Equal((status, code, stepId), (execution.Status, execution.Failure?.Code, execution.Failure?.StepId));
        Assert.Null(execution.Gate);
        Assert.Empty(stage.Aws.Inventory());
        Assert.False(await stage.IsOpenAsync());
    }

    private static async Task<Stage> StartedAsync(string decision = "confirm")
    {
        var stage = new Stage();
        await stage.StartAsync([Steps.CreateByToken("a", "v1"), LookSteps.Approval("ask", decision), Steps.CreateByToken("b", "v2")]);
        return stage;
    }
}
