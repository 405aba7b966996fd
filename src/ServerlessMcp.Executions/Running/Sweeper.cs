using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Every five minutes over all open executions: does what an event would have done that never came.</summary>
/// <remarks>
/// <code>
/// no META, or ended              the OPEN item is deleted
/// the engine knows no such run   start it, as META says: a crash came between the write and the start
/// the run has ended              as <see cref="Reaper"/>
/// waits, decided or expired      wake the gate
/// else                           nothing
/// </code>
/// Then the looks for late effects that are due: <see cref="LateSweep"/>.
/// </remarks>
public sealed class Sweeper(WorkerPorts ports, WorkerTiming? timing = null)
{
    private const int PageSize = 100;

    private readonly Reaper _reaper = new(ports, timing);
    private readonly LateSweep _late = new(ports, timing ?? new());

    /// <returns>How many executions are open.</returns>
    /// <exception cref="AggregateException">Some could not be visited, such as one that this version cannot read; all others were.</exception>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var open = 0;
        var failed = new List<Exception>();
        string? cursor = null;
        do
        {
            var page = await ports.Table.QueryAsync(Keys.OpenPartition, "", cursor, PageSize, backward: false, cancellationToken);
            foreach (var item in page.Items)
            {
                try
                {
                    open += await VisitAsync(item, cancellationToken) ? 1 : 0;
                }
                catch (Exception failure) when (failure is not (TableUnavailableException or OperationCanceledException))
                {
                    failed.Add(new InvalidOperationException($"Execution {item.Key.Sort} could not be swept.", failure));
                }
            }

            cursor = page.Cursor;
        }
        while (cursor is not null);

        await _late.RunAsync(failed, cancellationToken);
        return failed.Count == 0 ? open : throw new AggregateException(failed);
    }

    /// <returns>True if the execution is open.</returns>
    private async Task<bool> VisitAsync(TableItem open, CancellationToken cancellationToken)
    {
        var executionId = open.Key.Sort;
        var execution = await ports.Table.GetAsync(Keys.Meta(executionId), strong: true, cancellationToken) is { } meta
            ? JsonNodes.To(meta.Body, ExecutionsJson.Default.Execution)
            : null;
        if (execution is null or { IsTerminal: true })
        {
            await ports.Table.WriteAsync([new TableWrite.Delete(open.Key, null)], cancellationToken);
            return false;
        }

        switch (await ports.Engine.DescribeAsync(Runs.Name(execution), cancellationToken))
        {
            case null:
                await ports.Engine.StartAsync(Runs.Name(execution), Runs.Input(execution), cancellationToken);
                break;
            case RunStatus.Running:
                await WakeAsync(execution, cancellationToken);
                break;
            case { } ended:
                await _reaper.RunEndedAsync(Runs.Name(execution), ended, cancellationToken);
                break;
        }

        return true;
    }

    private async Task WakeAsync(Execution execution, CancellationToken cancellationToken)
    {
        var journal = new Journal(ports, Ids.New("in"));
        if (execution is { Status: ExecutionStatus.AwaitingApproval, Gate: { } gate }
            && await new GateVerb(ports, journal).IsDecidedAsync(execution, gate, cancellationToken))
        {
            var gates = new ExecutionGates(ports.Table, new(ports.Table), ports.Engine, ports.Time);
            await gates.WakeAsync(execution.ExecutionId, gate.Number, cancellationToken);
        }
    }
}
