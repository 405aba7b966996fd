using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.Planning.Resources;

namespace ServerlessMcp.Local.Hosting;

/// <summary>
/// Sweeps at the start and then every five minutes, puts an edited policy on record, and frees the room of what has expired. From the second time on it also looks at a few of the
/// tracked resources: at the start nothing waits for AWS.
/// </summary>
internal sealed partial class LocalSweep(
    Sweeper sweeper, PlanJudge judge, ResourceSweep resources, SqliteTable table, FileBlobs blobs, TimeProvider time, ILogger<LocalSweep> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        await SweepAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await SweepAsync(stoppingToken);
            await TryAsync(() => resources.SweepAsync(stoppingToken), stoppingToken);
        }
    }

    /// <summary>Once. No part keeps another from being done.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        await TryAsync(() => table.DropExpiredAsync(cancellationToken), cancellationToken);
        await TryAsync(() => Task.Run(() => blobs.DropUntouchedSince(time.GetUtcNow() - LargeValues.Kept), cancellationToken), cancellationToken);
        await TryAsync(() => judge.ReadAsync(cancellationToken), cancellationToken);
        await TryAsync(() => sweeper.SweepAsync(cancellationToken), cancellationToken);
    }

    private async Task TryAsync(Func<Task> part, CancellationToken cancellationToken)
    {
        try
        {
            await part();
        }
        catch (TableUnavailableException away)
        {
            TableAway(away);
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            // The host's edge: what escapes from here would stop the server, and with exit code 0.
            NotSwept(failed);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The table or the blobs do not answer; the next sweep tries again.")]
    private partial void TableAway(Exception away);

    [LoggerMessage(Level = LogLevel.Error, Message = "The sweep failed, or left out some executions; the next one tries again.")]
    private partial void NotSwept(Exception failed);
}
