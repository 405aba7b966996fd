using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>The verbs <c>act</c> and <c>poll</c>: one step, one direction.</summary>
/// <remarks>
/// <code>
/// forward    execution not running, or cancelled: TURN; else as <see cref="StepRunner"/> says
/// backward   execution not rolling back: TURN; else as <see cref="StepRunner"/> says
/// </code>
/// </remarks>
internal sealed class StepVerb(WorkerPorts ports, WorkerTiming timing, Journal journal)
{
    private readonly StepRunner _runner = new(ports, timing);

    public async Task<Answer> RunAsync(Snapshot snapshot, WorkerRequest request, CancellationToken cancellationToken)
    {
        var stepId = request.StepId ?? throw new ArgumentException($"The verb {request.Verb} needs a stepId.", nameof(request));
        var index = snapshot.IndexOf(stepId);
        var wanted = request.Direction == Direction.Forward ? ExecutionStatus.Running : ExecutionStatus.RollingBack;
        if (snapshot.Execution.Status != wanted
            || (request.Direction == Direction.Forward && await IsCancelledAsync(snapshot.Execution.ExecutionId, cancellationToken)))
        {
            return new(Next.Turn, stepId);
        }

        var visit = new StepVisit(journal, snapshot, snapshot.Plan.Steps[index], request.Direction, timing);
        return await _runner.RunAsync(visit, cancellationToken);
    }

    private async Task<bool> IsCancelledAsync(string executionId, CancellationToken cancellationToken) =>
        await ports.Table.GetAsync(Keys.Cancel(executionId), strong: true, cancellationToken) is not null;
}
