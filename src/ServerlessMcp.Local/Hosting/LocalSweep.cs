using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Local.Storage;

namespace ServerlessMcp.Local.Hosting;

/// <summary>Sweeps at the start and then every five minutes, and frees the room of what has expired.</summary>
internal sealed partial class LocalSweep(Sweeper sweeper, SqliteTable table, TimeProvider time, ILogger<LocalSweep> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            await SweepAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Once.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            // First, for an execution that cannot be swept stays in every sweep.
            await table.DropExpiredAsync(cancellationToken);
            await sweeper.SweepAsync(cancellationToken);
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The table does not answer; the next sweep tries again.")]
    private partial void TableAway(Exception away);

    [LoggerMessage(Level = LogLevel.Error, Message = "The sweep failed, or left out some executions; the next one tries again.")]
    private partial void NotSwept(Exception failed);
}
