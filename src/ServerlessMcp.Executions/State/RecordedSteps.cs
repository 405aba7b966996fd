using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>Reads what an execution recorded, for who may see the resource that it worked on: no caller is asked for here.</summary>
public sealed class RecordedSteps(ITable table, IBlobs blobs)
{
    /// <returns>Null if the execution or its plan is no longer kept.</returns>
    /// <exception cref="TableUnavailableException">The table or the blobs do not answer.</exception>
    public async Task<RecordedExecution?> FindAsync(string executionId, CancellationToken cancellationToken)
    {
        if (await table.GetAsync(Keys.Meta(executionId), strong: true, cancellationToken) is not { } meta)
        {
            return null;
        }

        var execution = JsonNodes.To(meta.Body, ExecutionsJson.Default.Execution);
        if (await table.GetAsync(Keys.Plan(execution.PlanId), strong: true, cancellationToken) is not { } plan)
        {
            return null;
        }

        var large = new LargeValues(blobs);
        var facts = new List<StepFacts>();
        foreach (var stored in await new ExecutionStore(table).StepsAsync(executionId, cancellationToken))
        {
            facts.Add(await large.TakeInAsync(stored, cancellationToken));
        }

        return new(execution, JsonNodes.To(plan.Body, ExecutionsJson.Default.PlanRecord).Plan, facts);
    }
}

/// <param name="Facts">Of the steps that have begun, with their values; <see cref="StepFacts.Blobs"/> names what is gone.</param>
public sealed record RecordedExecution(Execution Execution, Plan Plan, IReadOnlyList<StepFacts> Facts);
