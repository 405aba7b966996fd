using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>Decisions and cancels: items put if absent, so that the first stands. The task token only wakes.</summary>
public sealed class ExecutionGates(ITable table, ExecutionStore executions, IExecutionEngine engine, TimeProvider time)
{
    private readonly AuditLog _audit = new(table, time);

    /// <summary>Says yes or no at the open gate.</summary>
    /// <param name="seen">The question that the decider saw; null when none was shown.</param>
    /// <returns>The decision that stands, which may be an earlier one.</returns>
    /// <exception cref="CallerException">
    /// <c>execution_not_found</c>, <c>no_gate</c>, <c>hash_mismatch</c>, <c>another_question</c>, <c>may_not_decide</c>.
    /// </exception>
    public async Task<GateRecord> DecideAsync(
        string executionId, GateDecision decision, Principal by, GateSeen? seen, CancellationToken cancellationToken)
    {
        var execution = await executions.GetAsync(executionId, by, cancellationToken);
        if (execution is not { Status: ExecutionStatus.AwaitingApproval, Gate: { } gate })
        {
            throw new CallerException("no_gate", $"Execution {executionId} waits for no decision; it is {StatusWord(execution.Status)}.");
        }

        if (seen is not null && seen.Hash != execution.Hash)
        {
            throw new CallerException("hash_mismatch", $"The execution runs plan {execution.Hash}, not {seen.Hash}; look at it again.");
        }

        if (seen is not null && seen.Number != gate.Number)
        {
            throw new CallerException("another_question", $"Execution {executionId} asks another question by now ({gate.Rule}); look at it again.");
        }

        if (WhyNot(execution, gate, by) is { } why)
        {
            throw new CallerException("may_not_decide", why);
        }

        await _audit.AppendAsync(
            Entry(AuditKind.GateDecided, by, execution) with { StepId = gate.StepId, Rule = gate.Rule, Outcome = StatusWord(decision) }, cancellationToken);
        var record = await PutDecisionAsync(execution, gate, new(decision, by.Id, execution.Hash, time.GetUtcNow()) { IsOwn = execution.IsAskedBy(by) }, cancellationToken);
        await WakeAsync(executionId, gate.Number, cancellationToken);
        return record;
    }

    /// <returns>Why this caller may not say yes or no here; null: they may.</returns>
    public static string? WhyNot(Execution execution, GateOpen gate, Principal by) =>
        gate.Kind != "approve" ? (execution.IsAskedBy(by) || by.May(Scope.Admin) ? null : "Who asked, or the operator, says yes or no here.")
        : !by.May(Scope.Approve) ? "Who decides here needs the scope 'approve'."
        : gate.AllowSelf || !execution.IsAskedBy(by) ? null
        : $"Another person with the scope 'approve' decides here, not the one who planned or started it. Two keys of one owner are one person; yours is '{by.Owner}'. (allow_self in the policy lets one person do both.)";

    /// <summary>Asks for a cancel: cooperative, seen by the next verb, then everything is taken back. At a gate it races with the other decisions.</summary>
    /// <returns>The execution as it was then; asked again, as it is now, its end too.</returns>
    /// <exception cref="CallerException"><c>execution_not_found</c>; <c>already_ended</c>: without a cancel.</exception>
    public async Task<Execution> CancelAsync(string executionId, Principal by, string? reason, CancellationToken cancellationToken)
    {
        var execution = await executions.GetAsync(executionId, by, cancellationToken);
        if (execution.IsTerminal)
        {
            return await executions.IsCancelRequestedAsync(executionId, cancellationToken)
                ? execution
                : throw new CallerException(
                    "already_ended",
                    $"Execution {executionId} has ended: {StatusWord(execution.Status)}. rollback_execution takes back what succeeded.");
        }

        await _audit.AppendAsync(Entry(AuditKind.CancelRequested, by, execution) with { Message = reason }, cancellationToken);

        // First the cancel, then the decision: a gate that was decided by a cancel must find who asked for it and why.
        var body = JsonNodes.ToObject(new CancelRecord(by.Id, reason, time.GetUtcNow()), ExecutionsJson.Default.CancelRecord);
        await PutIfAbsentAsync(execution, Keys.Cancel(executionId), body, cancellationToken);
        if (execution.Gate is { } gate)
        {
            await PutDecisionAsync(execution, gate, new(GateDecision.Cancel, by.Id, execution.Hash, time.GetUtcNow()), cancellationToken);
            await WakeAsync(executionId, gate.Number, cancellationToken);
        }

        return execution;
    }

    /// <summary>Wakes a gate that waits; harmless when it does not.</summary>
    internal async Task WakeAsync(string executionId, int gate, CancellationToken cancellationToken)
    {
        if (await table.GetAsync(Keys.GateWait(executionId, gate), strong: true, cancellationToken) is { } item)
        {
            var token = JsonNodes.To(item.Body, ExecutionsJson.Default.GateWait).TaskToken;
            await engine.SendTaskSuccessAsync(token, new JsonObject(), cancellationToken);
        }
    }

    private async Task<GateRecord> PutDecisionAsync(
        Execution execution, GateOpen gate, GateRecord record, CancellationToken cancellationToken)
    {
        var body = JsonNodes.ToObject(record, ExecutionsJson.Default.GateRecord);
        await PutIfAbsentAsync(execution, Keys.Gate(execution.ExecutionId, gate.Number), body, cancellationToken);
        return await executions.DecisionAsync(execution.ExecutionId, gate.Number, cancellationToken)
            ?? throw new InvalidOperationException("A decision that was put is gone.");
    }

    private async Task PutIfAbsentAsync(Execution execution, TableKey key, JsonObject body, CancellationToken cancellationToken)
    {
        try
        {
            await table.WriteAsync([new TableWrite.Put(key, 0, body, Ttl: execution.CreatedAt + LargeValues.Kept)], cancellationToken);
        }
        catch (TableConflictException)
        {
            // An earlier one stands: that is the rule, not a failure.
        }
    }

    private static AuditEntry Entry(string kind, Principal by, Execution execution) =>
        new(kind, by.Id) { ExecutionId = execution.ExecutionId, PlanHash = execution.Hash };

    private static string StatusWord<T>(T status)
        where T : struct, Enum =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}
