using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>A question to a person. The decision is the item <c>GATE#n</c>, put if absent; the task token only wakes the machine.</summary>
/// <remarks>
/// <code>
/// decision   seen by next
/// none       cancelled: puts Cancel; expired: puts Expire; else GATE again
/// approve    as <see cref="StartVerb.ApprovedAsync"/> says
/// deny       rejected (denied)
/// expire     rejected (expired)
/// cancel     TURN, which ends cancelled: nothing ran
/// </code>
/// In the middle of a plan (<see cref="GateOpen.StepId"/>) as <see cref="ApprovalGates"/> says.
/// A decision of another hash is none of this execution's: it counts as a denial.
/// </remarks>
internal sealed class GateVerb(WorkerPorts ports, Journal journal)
{
    /// <summary>Beyond the question's end, so that the machine's own time-out never comes first.</summary>
    private const int Grace = 2;

    public static Answer Ask(GateOpen gate, DateTimeOffset now) =>
        new(Next.Gate, null, Math.Max(1, (int)Math.Ceiling((gate.ExpiresAt - now).TotalSeconds) + Grace));

    /// <summary>Keeps the task token, newest only, and wakes at once if a decision is there already.</summary>
    /// <remarks>The order matters: who decides after the token was kept wakes it; who decided before is seen here.</remarks>
    public async Task<Answer> RunAsync(Snapshot snapshot, string? taskToken, CancellationToken cancellationToken)
    {
        var execution = snapshot.Execution;
        if (taskToken is null)
        {
            throw new ArgumentException("The gate verb needs a taskToken.", nameof(taskToken));
        }

        if (execution is not { Status: ExecutionStatus.AwaitingApproval, Gate: { } gate })
        {
            await ports.Engine.SendTaskSuccessAsync(taskToken, new JsonObject(), cancellationToken);
            return new(Next.Gate);
        }

        var body = JsonNodes.ToObject(new GateWait(taskToken), ExecutionsJson.Default.GateWait);
        await ports.Table.WriteAsync(
            [new TableWrite.Put(Keys.GateWait(execution.ExecutionId, gate.Number), null, body, Ttl: execution.CreatedAt + LargeValues.Kept)], cancellationToken);
        if (await IsDecidedAsync(execution, gate, cancellationToken))
        {
            await ports.Engine.SendTaskSuccessAsync(taskToken, new JsonObject(), cancellationToken);
        }

        return Ask(gate, journal.Now);
    }

    /// <param name="approved">What follows a yes.</param>
    /// <returns>Null: there is no gate.</returns>
    public async Task<Answer?> PassAsync(Snapshot snapshot, Func<GateRecord, Task<Answer>> approved, CancellationToken cancellationToken)
    {
        var execution = snapshot.Execution;
        if (execution is not { Status: ExecutionStatus.AwaitingApproval, Gate: { } gate })
        {
            return null;
        }

        var decided = await DecisionAsync(execution, gate, cancellationToken);
        return decided is not null && gate.StepId is { } stepId
            ? await PassStepAsync(snapshot, stepId, decided, cancellationToken)
            : await PassPlanAsync(snapshot, gate, decided, approved, cancellationToken);
    }

    private async Task<Answer> PassPlanAsync(
        Snapshot snapshot, GateOpen gate, GateRecord? decided, Func<GateRecord, Task<Answer>> approved, CancellationToken cancellationToken) =>
        decided switch
        {
            null => Ask(gate, journal.Now),
            { Decision: GateDecision.Approve } yes when yes.Hash == snapshot.Execution.Hash => await approved(yes),
            { Decision: GateDecision.Cancel } => new(Next.Turn),
            { Decision: GateDecision.Expire } => await RejectAsync(snapshot, new(null, "expired", Expired(gate)), cancellationToken),
            { } denied => await RejectAsync(snapshot, new(null, "denied", $"{denied.By} said no."), cancellationToken),
        };

    private async Task<Answer> PassStepAsync(Snapshot snapshot, string stepId, GateRecord decided, CancellationToken cancellationToken)
    {
        var step = new ApprovalGates(journal, ports.Policies);
        return decided.Decision switch
        {
            GateDecision.Approve when decided.Hash == snapshot.Execution.Hash => await step.PassAsync(snapshot, stepId, decided, cancellationToken),
            GateDecision.Cancel => new(Next.Turn),
            GateDecision.Expire => await step.StopAsync(
                snapshot, stepId, new("expired", Expired(snapshot.Execution.Gate!)), cancellationToken),
            _ => await step.StopAsync(snapshot, stepId, new("denied", $"{decided.By} said no."), cancellationToken),
        };
    }

    private static string Expired(GateOpen gate) => $"Nobody decided until {gate.ExpiresAt:u}.";

    public async Task<bool> IsDecidedAsync(Execution execution, GateOpen gate, CancellationToken cancellationToken) =>
        await FindAsync(execution, gate, cancellationToken) is not null
        || await ports.Table.GetAsync(Keys.Cancel(execution.ExecutionId), strong: true, cancellationToken) is not null
        || gate.ExpiresAt <= journal.Now;

    private async Task<GateRecord?> DecisionAsync(Execution execution, GateOpen gate, CancellationToken cancellationToken)
    {
        if (await FindAsync(execution, gate, cancellationToken) is { } decided)
        {
            return decided;
        }

        if (await ports.Table.GetAsync(Keys.Cancel(execution.ExecutionId), strong: true, cancellationToken) is { } cancel)
        {
            var by = JsonNodes.To(cancel.Body, ExecutionsJson.Default.CancelRecord).By;
            return await DecideAsync(execution, gate, GateDecision.Cancel, by, cancellationToken);
        }

        return gate.ExpiresAt <= journal.Now ? await DecideAsync(execution, gate, GateDecision.Expire, "clock", cancellationToken) : null;
    }

    /// <summary>If somebody was faster, the write fails and the verb is run again, which reads their decision.</summary>
    private async Task<GateRecord> DecideAsync(
        Execution execution, GateOpen gate, GateDecision decision, string by, CancellationToken cancellationToken)
    {
        var record = new GateRecord(decision, by, execution.Hash, journal.Now);
        var body = JsonNodes.ToObject(record, ExecutionsJson.Default.GateRecord);
        await ports.Table.WriteAsync(
            [new TableWrite.Put(Keys.Gate(execution.ExecutionId, gate.Number), 0, body, Ttl: execution.CreatedAt + LargeValues.Kept)], cancellationToken);
        return record;
    }

    private async Task<GateRecord?> FindAsync(Execution execution, GateOpen gate, CancellationToken cancellationToken) =>
        await ports.Table.GetAsync(Keys.Gate(execution.ExecutionId, gate.Number), strong: true, cancellationToken) is { } item
            ? JsonNodes.To(item.Body, ExecutionsJson.Default.GateRecord)
            : null;

    private async Task<Answer> RejectAsync(Snapshot snapshot, ExecutionFailure failure, CancellationToken cancellationToken)
    {
        var rejected = snapshot.Execution with { Status = ExecutionStatus.Rejected, Failure = failure };
        await journal.EndAsync(snapshot, rejected, journal.Event("rejected", null, $"Rejected, nothing ran: {failure.Message}"), cancellationToken);
        return new(Next.Rejected);
    }
}
