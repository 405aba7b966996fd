using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.Running;

/// <summary>Sends a step's changing call, forward or back: its intent is in the audit before it goes, what came of it after.</summary>
/// <remarks>A worker that dies in between leaves an intent without an outcome; the execution's own record then says what was found out.</remarks>
internal static class AuditedCall
{
    /// <exception cref="TableUnavailableException">The intent cannot be written: the call must not be sent.</exception>
    public static Task IntendAsync(WorkerPorts ports, StepVisit visit, ApiCall call, CancellationToken cancellationToken) =>
        ports.Audit.AppendAsync(
            Entry(AuditKind.CallIntent, ports, visit, call) with
            {
                Arguments = call.Parameters.DeepClone().AsObject(),
                ArgumentsHash = AuditLog.HashOf(call.Parameters),
                PlanHash = visit.Snapshot.Execution.Hash,
                PolicyHash = visit.Snapshot.Execution.PolicyHash,
            },
            cancellationToken);

    public static async Task<CallOutcome> SendAsync(WorkerPorts ports, StepVisit visit, ApiCall call, CancellationToken cancellationToken)
    {
        var outcome = await ports.Apis[call.Api].CallAsync(visit.Snapshot.Plan.Target, call, visit.Session, visit.Timing.Call, cancellationToken);
        var entry = Entry(AuditKind.CallOutcome, ports, visit, call);
        await ports.Audit.AppendAsync(
            outcome switch
            {
                CallOutcome.Succeeded answer => entry with { Outcome = "succeeded", RequestId = answer.RequestId },
                CallOutcome.Refused no => entry with { Outcome = "refused", Code = no.Code, Message = no.Message, RequestId = no.RequestId },
                CallOutcome.Busy { MayHaveTakenEffect: false } busy => entry with { Outcome = "not_done", Code = busy.Code, Message = busy.Message, RequestId = busy.RequestId },
                CallOutcome.Busy busy => entry with { Outcome = "unknown", Code = busy.Code, Message = busy.Message, RequestId = busy.RequestId },
                _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
            },
            cancellationToken);
        return outcome;
    }

    public static string? SessionOf(WorkerPorts ports, StepVisit visit, ApiCall call) =>
        ports.Apis[call.Api].SessionName(visit.Snapshot.Plan.Target, visit.Session);

    private static AuditEntry Entry(string kind, WorkerPorts ports, StepVisit visit, ApiCall call) => new(kind, visit.Snapshot.Execution.Owner)
    {
        ExecutionId = visit.Snapshot.Execution.ExecutionId,
        StepId = visit.Step.Id,
        Direction = visit.IsBackward ? "backward" : "forward",
        Call = $"{call.Service}:{call.Operation}",
        Account = visit.Snapshot.Plan.Target.Account,
        Region = visit.Snapshot.Plan.Target.Region,
        Resource = StepCalls.Resource(visit),
        Session = SessionOf(ports, visit, call),
    };
}
