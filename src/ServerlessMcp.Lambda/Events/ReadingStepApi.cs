using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Lambda.Events;

/// <summary>For the sweep, which looks for late effects and makes none: what is no harmless read is refused, and nothing is sent.</summary>
internal sealed class ReadingStepApi(IStepApi api) : IStepApi
{
    public Task<CallOutcome> CallAsync(PlanTarget target, ApiCall call, StepSession? session, TimeSpan timeout, CancellationToken cancellationToken) =>
        api.ReadAsync(target, call, timeout, cancellationToken);

    public Task<CallOutcome> ReadAsync(PlanTarget target, ApiCall call, TimeSpan timeout, CancellationToken cancellationToken) =>
        api.ReadAsync(target, call, timeout, cancellationToken);

    public Task<WaitOutcome> LookAsync(PlanTarget target, StepWait wait, StepSession session, TimeSpan timeout, CancellationToken cancellationToken) =>
        api.LookAsync(target, wait, session, timeout, cancellationToken);

    public string? SessionName(PlanTarget target, StepSession session) => api.SessionName(target, session);
}
