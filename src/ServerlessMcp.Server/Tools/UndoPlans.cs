using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Server.Tools;

/// <summary>The plan that takes back an execution: the one that stands already, else a new one.</summary>
internal sealed class UndoPlans(UndoPlanner undos, PlanStore plans, ExecutionStore executions)
{
    /// <exception cref="CallerException"><c>execution_not_found</c>, and what <see cref="UndoPlanner.PlanUndoAsync"/> throws.</exception>
    public async Task<StoredPlan> FindOrPlanAsync(string executionId, Principal caller, CancellationToken cancellationToken)
    {
        if (await StandingAsync(executionId, caller, cancellationToken) is { } standing)
        {
            return standing;
        }

        try
        {
            var planned = await undos.PlanUndoAsync(executionId, caller, cancellationToken);
            await plans.SaveAsync(planned.Plan, planned.Preview, cancellationToken);
            return new(planned.Plan, planned.Preview, ExecutionId: null, Version: 1);
        }
        catch (CallerException)
        {
            // The same request may have been faster: what the planner then finds changed is that undo's own work.
            if (await StandingAsync(executionId, caller, cancellationToken) is { } faster)
            {
                return faster;
            }

            throw;
        }
    }

    private async Task<StoredPlan?> StandingAsync(string executionId, Principal caller, CancellationToken cancellationToken)
    {
        var execution = await executions.GetAsync(executionId, caller, cancellationToken);
        return await executions.UndoneByAsync(execution.ExecutionId, cancellationToken) is { } by
            && await executions.FindAsync(by, caller, cancellationToken) is { } undo
            && !await executions.HasChangedNothingAsync(undo, cancellationToken)
            ? await plans.FindAsync(undo.PlanId, caller, cancellationToken)
                ?? throw new CallerException("plan_not_found", $"There is no plan '{undo.PlanId}' for you. create_plan makes one.")
            : null;
    }
}
