using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Local.Access;

/// <summary>Puts together what the table holds of one execution. Reads only; AWS is not asked.</summary>
internal sealed class TraceReader(ITable table)
{
    private readonly ExecutionStore _executions = new(table);
    private readonly PlanStore _plans = new(table);
    private readonly ResourceStore _resources = new(table);
    private readonly KeyRecords _keys = new(table);

    /// <exception cref="CallerException"><c>execution_not_found</c>, <c>plan_not_found</c>.</exception>
    public async Task<string> ReadAsync(string executionId, Principal caller, CancellationToken cancellationToken)
    {
        var execution = await _executions.GetAsync(executionId, caller, cancellationToken);
        var stored = await _plans.FindAsync(execution.PlanId, caller, cancellationToken)
            ?? throw new CallerException("plan_not_found", $"The plan of execution {execution.ExecutionId} is no longer kept.");
        var facts = await _executions.StepsAsync(executionId, cancellationToken);
        var keys = await _keys.ListAsync(cancellationToken);
        return TraceText.Render(new(
            execution,
            stored.Plan,
            stored.Preview,
            keys.FirstOrDefault(key => key.PrincipalId == execution.Owner)?.Name,
            await GatesAsync(execution, cancellationToken),
            facts,
            await _executions.EventsAsync(executionId, cancellationToken),
            await ResourcesAsync(facts, caller, cancellationToken),
            await _executions.UndoneByAsync(executionId, cancellationToken),
            (await _executions.RetryAsync(executionId, cancellationToken)).Retry));
    }

    /// <summary>0 and 1 are the plan's own gate; a step's is its place in the plan + 2.</summary>
    private async Task<IReadOnlyList<(int Number, GateRecord Decision)>> GatesAsync(Execution execution, CancellationToken cancellationToken)
    {
        var decided = new List<(int, GateRecord)>();
        for (var number = 0; number <= execution.StepCount + 1; number++)
        {
            if (await _executions.DecisionAsync(execution.ExecutionId, number, cancellationToken) is { } decision)
            {
                decided.Add((number, decision));
            }
        }

        return decided;
    }

    private async Task<IReadOnlyList<TrackedResource>> ResourcesAsync(
        IReadOnlyList<StepFacts> facts, Principal caller, CancellationToken cancellationToken)
    {
        var found = new List<TrackedResource>();
        foreach (var key in facts.Select(one => one.Resource).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (await _resources.FindAsync(key, caller, cancellationToken) is { } tracked)
            {
                found.Add(tracked);
            }
        }

        return found;
    }
}
