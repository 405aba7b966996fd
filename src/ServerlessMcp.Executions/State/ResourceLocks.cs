using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>One execution at a time on a resource: <c>LOCK#arn / META</c> <c>{executionId, at}</c>, taken in the write that starts the execution.</summary>
/// <remarks>
/// <code>
/// no lock, or our own                        take it
/// its execution has ended                    take it over: nobody needs to free a lock
/// its execution was never written, 2 min     take it over: a crash came between the first locks of a long plan and its start
/// else                                       refused
/// </code>
/// Only resources whose ARN is known while planning are locked; what a plan makes anew belongs to nobody else.
/// </remarks>
internal sealed class ResourceLocks(ITable table, TimeProvider time)
{
    public const string Locked = "resource_locked";

    private static readonly TimeSpan Unwritten = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(60);

    /// <summary>Takes the locks in the write that starts the execution. What does not fit are the first of a long plan; they are written before it.</summary>
    /// <param name="start">At most nine.</param>
    /// <exception cref="CallerException"><c>resource_locked</c>: another execution is at work on one of the resources.</exception>
    /// <exception cref="TableConflictException">Another was faster.</exception>
    public async Task TakeAsync(Plan plan, string executionId, IReadOnlyList<TableWrite> start, CancellationToken cancellationToken)
    {
        var locks = await WritesAsync(plan, executionId, cancellationToken);
        var room = TableLimits.Writes - start.Count;
        foreach (var first in locks.SkipLast(room).Chunk(TableLimits.Writes))
        {
            await table.WriteAsync(first, cancellationToken);
        }

        await table.WriteAsync([.. start, .. locks.TakeLast(room)], cancellationToken);
    }

    /// <summary>In sorted order.</summary>
    private async Task<IReadOnlyList<TableWrite>> WritesAsync(Plan plan, string executionId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var writes = new List<TableWrite>();
        foreach (var resource in Resources(plan))
        {
            var held = await table.GetAsync(Keys.Lock(resource), strong: true, cancellationToken);
            if (held is not null && await IsHeldAsync(held, executionId, now, cancellationToken))
            {
                throw new CallerException(
                    Locked,
                    $"Execution {(string)held.Body["executionId"]!} is at work on {resource}; wait for its end (get_execution), or cancel it (cancel_execution), then start this plan again.",
                    retryable: true);
            }

            var body = new JsonObject { ["executionId"] = executionId, ["at"] = now.ToUnixTimeSeconds() };
            writes.Add(new TableWrite.Put(Keys.Lock(resource), held?.Version ?? 0, body, Ttl: now + Kept));
        }

        return writes;
    }

    /// <summary>Gives back what was taken for an execution that is not written after all.</summary>
    public async Task FreeAsync(Plan plan, string executionId, CancellationToken cancellationToken)
    {
        foreach (var resource in Resources(plan))
        {
            if (await table.GetAsync(Keys.Lock(resource), strong: true, cancellationToken) is { } held && (string)held.Body["executionId"]! == executionId)
            {
                await table.WriteAsync([new TableWrite.Delete(held.Key, held.Version)], cancellationToken);
            }
        }
    }

    private static IEnumerable<string> Resources(Plan plan) => plan.Steps.Select(step => step.Resource).OfType<string>()
        .Where(resource => !resource.Contains("${", StringComparison.Ordinal))
        .Distinct()
        .Order(StringComparer.Ordinal);

    private async Task<bool> IsHeldAsync(TableItem held, string executionId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var owner = (string)held.Body["executionId"]!;
        if (owner == executionId)
        {
            return false;
        }

        return await table.GetAsync(Keys.Meta(owner), strong: true, cancellationToken) is { } meta
            ? !JsonNodes.To(meta.Body, ExecutionsJson.Default.Execution).IsTerminal
            : now.ToUnixTimeSeconds() - (long)held.Body["at"]! < Unwritten.TotalSeconds;
    }
}
