using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Local.Hosting;

/// <summary>Stands where <c>IAwsChanges</c> would with <c>--aws</c> alone: every call of an execution is refused, nothing is sent.</summary>
internal sealed class RefusingStepApi : IStepApi
{
    private const string Code = "ChangesOff";
    private const string Message = "Changes are off: the server was started with --aws and without --allow-changes, so it plans and previews only. Nothing was sent.";

    public Task<CallOutcome> CallAsync(PlanTarget target, ApiCall call, StepSession? session, TimeSpan timeout, CancellationToken cancellationToken) =>
        Task.FromResult<CallOutcome>(new CallOutcome.Refused(Code, Message, null));

    public Task<CallOutcome> ReadAsync(PlanTarget target, ApiCall call, TimeSpan timeout, CancellationToken cancellationToken) =>
        CallAsync(target, call, session: null, timeout, cancellationToken);

    public Task<WaitOutcome> LookAsync(PlanTarget target, StepWait wait, StepSession session, TimeSpan timeout, CancellationToken cancellationToken) =>
        Task.FromResult<WaitOutcome>(new WaitOutcome.Failed(Code, Message));

    public string? SessionName(PlanTarget target, StepSession session) => null;
}
