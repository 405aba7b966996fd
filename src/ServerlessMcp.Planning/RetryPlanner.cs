using System.Text.Json;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Planning;

/// <summary>Plans the steps of an execution again that has ended without them: new reads, new preview, new hash. Its owner looks at it before it runs.</summary>
public sealed class RetryPlanner(Planner planner, UndoPlanner undos, PlanStore plans)
{
    /// <param name="ended">Rolled back, cancelled or rejected. An undo that ended so is planned anew as an undo.</param>
    /// <exception cref="CallerException">
    /// <c>nothing_to_retry</c>: its plan is no longer kept; and what <see cref="Planner"/> or <see cref="UndoPlanner"/> throw.
    /// </exception>
    public async Task<PlannedPlan> PlanRetryAsync(Execution ended, Principal caller, CancellationToken cancellationToken)
    {
        var planned = ended.UndoOf is { } undone
            ? await undos.PlanUndoAsync(undone, caller, cancellationToken)
            : await planner.PlanAsync(await RequestAsync(ended, caller, cancellationToken), caller, cancellationToken);
        return planned with { Plan = planned.Plan with { RetryOf = ended.ExecutionId } };
    }

    private async Task<PlanRequest> RequestAsync(Execution ended, Principal caller, CancellationToken cancellationToken)
    {
        var stored = await plans.FindAsync(ended.PlanId, caller, cancellationToken);
        var request = stored?.Preview.Request?.Deserialize(RequestJson.Default.PlanRequest) ?? throw new CallerException(
            "nothing_to_retry", $"The plan of execution {ended.ExecutionId} is no longer kept; make it again with create_plan.");
        return request with { Tool = "retry_execution" };
    }
}
