using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>Tries again what ended without its purpose: goes on with a rollback that left something, or plans the same steps anew.</summary>
internal sealed class RetryExecutionTool(
    RetryPlanner planner, PlanStore plans, ExecutionStore executions, RollbackResumer resumer, PlanStart start, TimeProvider time) : ServerTool
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "retry_execution",
        Title = "Try an execution again",
        Description = "After rollback_failed it goes on taking back what is left, with every conflict check made again (dry_run only shows it). "
            + "After rolled_back, cancelled or rejected it plans the same steps anew, and execute_plan starts that plan. Asked again, the same is the answer.",
        Scope = Scope.Operate,
        ReadOnly = false,
        Destructive = true,
        Idempotent = true,
        OpenWorld = true,
        InputSchema = """
            {"type":"object","required":["execution_id"],"additionalProperties":false,"properties":{
            "execution_id":{"type":"string","pattern":"^ex_[a-z2-7]{26}$"},
            "dry_run":{"type":"boolean","description":"Start nothing."}}}
            """,
        OutputSchema = Views.OutputSchema(ExecutionViews.Schema, "plan_id", "plan_hash"),
    };

    public override async Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken)
    {
        if (await start.ResumeAsync(call, cancellationToken) is { } resumed)
        {
            return resumed;
        }

        var execution = await executions.GetAsync(call.Arguments.Text("execution_id"), call.Caller, cancellationToken);
        return execution.Status switch
        {
            ExecutionStatus.RollbackFailed => await ResumeAsync(execution, call, cancellationToken),
            ExecutionStatus.RolledBack or ExecutionStatus.Cancelled or ExecutionStatus.Rejected =>
                await PlanAsync(execution, call, cancellationToken),
            _ => throw Nothing(execution),
        };
    }

    private static CallerException Nothing(Execution execution) => execution.IsTerminal
        ? new("nothing_to_retry", $"Execution {execution.ExecutionId} succeeded: there is nothing to try again. rollback_execution takes it back.")
        : new(
            "not_ended",
            $"Execution {execution.ExecutionId} is {ExecutionViews.Word(execution.Status)}: wait for its end (get_execution with wait_seconds); cancel_execution stops it.",
            retryable: true);

    private async Task<ToolAnswer> ResumeAsync(Execution failed, ToolCall call, CancellationToken cancellationToken)
    {
        if (call.Arguments.Flag("dry_run") && (await executions.RetryAsync(failed.ExecutionId, cancellationToken)).Retry is null)
        {
            return ToolAnswer.Of(
                $"The rollback of {failed.ExecutionId} would go on with what is left, newest step first; nothing was started.",
                ExecutionViews.Json(failed),
                new(null, ExecutionNext.Of(failed).Option("retry_execution")!),
                ExecutionViews.Source(failed),
                string.Join('\n', failed.Left.Select(item => PlainText.OneLine($"- {item.StepId} {item.Resource}: left because: {item.Why}"))));
        }

        start.CheckChanges($"execution {failed.ExecutionId} stays as it is;");
        return start.Started(await resumer.ResumeAsync(failed, cancellationToken));
    }

    /// <summary>The plan that was made already, while it can still be started; its execution, once it was; else a new plan.</summary>
    private async Task<ToolAnswer> PlanAsync(Execution ended, ToolCall call, CancellationToken cancellationToken)
    {
        var (earlier, version) = await executions.RetryAsync(ended.ExecutionId, cancellationToken);
        if (await StandingAsync(earlier, call.Caller, cancellationToken) is { } standing)
        {
            return await ShowAsync(standing, call, cancellationToken);
        }

        var planned = await planner.PlanRetryAsync(ended, call.Caller, cancellationToken);
        await plans.SaveAsync(planned.Plan, planned.Preview, cancellationToken);
        if (!await plans.ClaimRetryAsync(ended.ExecutionId, planned.Plan.PlanId, version, time.GetUtcNow(), cancellationToken)
            && await StandingAsync((await executions.RetryAsync(ended.ExecutionId, cancellationToken)).Retry, call.Caller, cancellationToken) is { } faster)
        {
            return await ShowAsync(faster, call, cancellationToken);
        }

        return PlanViews.Answer(planned.Plan, planned.Preview);
    }

    private async Task<ToolAnswer> ShowAsync(StoredPlan plan, ToolCall call, CancellationToken cancellationToken) =>
        plan.ExecutionId is null || call.Arguments.Flag("dry_run")
            ? PlanViews.Answer(plan.Plan, plan.Preview, plan.ExecutionId)
            : await start.StartAsync(call, plan, idempotencyKey: null, cancellationToken);

    private async Task<StoredPlan?> StandingAsync(RetryRecord? earlier, Principal caller, CancellationToken cancellationToken) =>
        earlier?.PlanId is { } planId
        && await start.TryFindPlanAsync(planId, caller, cancellationToken) is { } plan
        && (plan.ExecutionId is not null || plan.Plan.ExpiresAt > time.GetUtcNow())
            ? plan
            : null;
}
