using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Server.Pages;

/// <summary>All that the page of an execution shows, at one moment.</summary>
/// <param name="Stored">Null: the plan is no longer kept.</param>
internal sealed record ExecutionLook(Execution Execution, StoredPlan? Stored, IReadOnlyList<StepFacts> Facts, IReadOnlyList<ExecutionEvent> Events)
{
    /// <summary>At the open gate, which the worker has yet to see.</summary>
    public GateRecord? Decision { get; init; }

    public bool IsCancelAsked { get; init; }

    public StepFacts? Current { get; init; }

    public string? UndoneBy { get; init; }

    public IReadOnlyList<ProblemRecord> Problems { get; init; } = [];

    public required DateTimeOffset Now { get; init; }

    /// <summary>Waits for somebody who has not decided yet, and still may.</summary>
    public GateOpen? Question => Execution is { Status: ExecutionStatus.AwaitingApproval, Gate: { } gate } && Decision is null && !IsCancelAsked ? gate : null;
}

/// <summary>Reads what <see cref="ExecutionLook"/> holds.</summary>
internal sealed class ExecutionLooks(ExecutionStore executions, PlanStore plans, ProblemStore problems, TimeProvider time)
{
    /// <returns>Null if it is not there or not the caller's: the same answer.</returns>
    public async Task<ExecutionLook?> FindAsync(string id, Principal caller, CancellationToken cancellationToken)
    {
        if (await executions.FindAsync(id, caller, cancellationToken) is not { } execution)
        {
            return null;
        }

        var gate = execution is { Status: ExecutionStatus.AwaitingApproval, Gate: { } open } ? open : null;
        return new(
            execution,
            await plans.FindAsync(execution.PlanId, caller, cancellationToken),
            await executions.StepsAsync(id, cancellationToken),
            await executions.EventsAsync(id, cancellationToken))
        {
            Decision = gate is null ? null : await executions.DecisionAsync(id, gate.Number, cancellationToken),
            IsCancelAsked = !execution.IsTerminal && await executions.IsCancelRequestedAsync(id, cancellationToken),
            Current = execution.IsTerminal ? null : await executions.CurrentStepAsync(execution, cancellationToken),
            UndoneBy = execution.IsTerminal ? await executions.UndoneByAsync(id, cancellationToken) : null,
            Problems = execution.LateLookAt is null ? [] : await problems.OfExecutionAsync(id, cancellationToken),
            Now = time.GetUtcNow(),
        };
    }

    /// <summary>What was decided at a gate, in a sentence.</summary>
    public static string Says(GateRecord decision) => $"{Word(decision.Decision)} by {decision.By} at {PlanText.Time(decision.At)}";

    private static string Word(GateDecision decision) => decision switch
    {
        GateDecision.Approve => "Approved",
        GateDecision.Deny => "Denied",
        GateDecision.Cancel => "Cancelled",
        _ => "Expired; ended",
    };
}
