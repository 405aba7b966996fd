using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>The question of an approval step: the plan's own gate in the middle. META and the step's facts change in one write.</summary>
/// <remarks>
/// <code>
/// decision          the step     the execution
/// none yet          Looking      awaiting approval; GATE until it expires
/// approve           Passed       running
/// deny, expire      NotPassed    running, then TURN: what was done is taken back, and it ends rolled back (denied, expired)
/// cancel            Looking      TURN, which ends cancelled
/// </code>
/// Rejected is kept for what never ran: here something may have.
/// </remarks>
internal sealed class ApprovalGates(Journal journal, IPolicySource policies)
{
    /// <summary>The plan's own gate is number 1.</summary>
    private const int FirstNumber = 2;

    public async Task<Answer> OpenAsync(Snapshot snapshot, int index, CancellationToken cancellationToken)
    {
        var step = snapshot.Plan.Steps[index];
        var approval = step.Approval ?? throw new InvalidOperationException($"The approval {step.Id} has no question.");
        var gate = new GateOpen(
            FirstNumber + index, approval.Decision, $"step '{step.Id}' asks: {step.Title}", journal.Now.AddSeconds(approval.TimeoutSeconds), step.Id)
        {
            AllowSelf = policies.Read().Policy is { AllowSelf: true },
        };
        var facts = Facts(snapshot, step.Id) with { Status = StepStatus.Looking, WaitingSince = journal.Now };
        var asked = snapshot.Execution with { Status = ExecutionStatus.AwaitingApproval, Gate = gate };
        await journal.SaveMetaAsync(
            snapshot, asked, facts, journal.Event("gate_opened", step.Id, $"Waits for a person ({gate.Kind}): {gate.Rule}."), cancellationToken);
        return GateVerb.Ask(gate, journal.Now);
    }

    public async Task<Answer> PassAsync(Snapshot snapshot, string stepId, GateRecord yes, CancellationToken cancellationToken)
    {
        var facts = Facts(snapshot, stepId) with
        {
            Status = StepStatus.Passed,
            Output = new JsonObject { ["by"] = yes.By, ["at"] = yes.At.ToString("O", System.Globalization.CultureInfo.InvariantCulture) },
            EndedAt = journal.Now,
        };
        await GoOnAsync(snapshot, facts, journal.Event("approved", stepId, $"{stepId}: {yes.By} said yes."), cancellationToken);
        return new(Next.Run);
    }

    /// <param name="trouble"><c>denied</c> or <c>expired</c>.</param>
    public async Task<Answer> StopAsync(Snapshot snapshot, string stepId, StepTrouble trouble, CancellationToken cancellationToken)
    {
        var facts = Facts(snapshot, stepId) with { Status = StepStatus.NotPassed, Error = trouble, EndedAt = journal.Now };
        await GoOnAsync(snapshot, facts, journal.Event("step_not_passed", stepId, $"{stepId}: {trouble.Code}: {trouble.Message}"), cancellationToken);
        return new(Next.Turn, stepId);
    }

    private Task GoOnAsync(Snapshot snapshot, StepFacts facts, ExecutionEvent line, CancellationToken cancellationToken) => journal.SaveMetaAsync(
        snapshot, snapshot.Execution with { Status = ExecutionStatus.Running, Gate = null }, facts, line, cancellationToken);

    private StepFacts Facts(Snapshot snapshot, string stepId) => snapshot.FactsOf(stepId) ?? new()
    {
        StepId = stepId,
        Index = snapshot.IndexOf(stepId),
        Status = StepStatus.Looking,
        StartedAt = journal.Now,
        UpdatedAt = journal.Now,
    };
}
