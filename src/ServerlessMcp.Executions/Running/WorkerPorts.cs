using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>All that the worker needs from outside.</summary>
/// <param name="Apis">By <see cref="Plans.ApiCall.Api"/>, such as <c>aws</c>.</param>
/// <param name="Random">From 0 to 1: the jitter of delays.</param>
public sealed record WorkerPorts(
    ITable Table,
    IBlobs Blobs,
    IReadOnlyDictionary<string, IStepApi> Apis,
    IQueryLanguage Language,
    IExecutionEngine Engine,
    TimeProvider Time,
    Func<double> Random)
{
    public AuditLog Audit { get; } = new(Table, Time);

    /// <summary>The built-in policy, where nothing else is said.</summary>
    public IPolicySource Policies { get; init; } = BuiltInPolicy.Source;

    /// <summary>Judges by <see cref="Policies"/>.</summary>
    public PlanJudge Judge => field ??= new(Policies, Table, Time);
}
