using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>The item <c>CONFIG / FREEZE</c>: while it is there nothing goes forward. What has begun waits; taking back goes on.</summary>
/// <param name="By">The principal's name, for people.</param>
public sealed record Freeze(string By, DateTimeOffset Since, string? Reason)
{
    /// <summary>Who and since when, for whoever is held up.</summary>
    public string Text => $"Changes are frozen by {By} since {Since:u}{(Reason is null ? "" : $" ({Reason})")}";

    internal CallerException Refusal => new(RefusalCodes.Frozen, $"{Text}: nothing is started. The operator ends it with 'smcp unfreeze'.", retryable: true);
}

/// <summary>The kill switch of all changes.</summary>
public sealed class Freezes(ITable table, TimeProvider time)
{
    public const int MaxReason = 200;

    private static readonly TableKey Key = new("CONFIG", "FREEZE");

    private readonly AuditLog _audit = new(table, time);

    /// <returns>Null: not frozen.</returns>
    /// <exception cref="TableUnavailableException">Nothing can be said, so nothing may begin.</exception>
    public async Task<Freeze?> FindAsync(CancellationToken cancellationToken) =>
        await table.GetAsync(Key, strong: true, cancellationToken) is { } item ? JsonNodes.To(item.Body, ExecutionsJson.Default.Freeze) : null;

    /// <returns>The freeze that stands: an earlier one stays as it is.</returns>
    /// <exception cref="CallerException"><c>may_not_freeze</c>, <c>invalid_reason</c>.</exception>
    public async Task<Freeze> PutAsync(Principal by, string? reason, CancellationToken cancellationToken)
    {
        Demand(by);
        if (reason is not null && (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason || reason.Any(char.IsControl)))
        {
            throw new CallerException("invalid_reason", $"A reason is one line of at most {MaxReason} characters.");
        }

        await _audit.AppendAsync(new(AuditKind.Frozen, by.Id) { Message = reason }, cancellationToken);
        try
        {
            await table.WriteAsync(
                [new TableWrite.Put(Key, 0, JsonNodes.ToObject(new(by.Name, time.GetUtcNow(), reason), ExecutionsJson.Default.Freeze))], cancellationToken);
        }
        catch (TableConflictException)
        {
            // It is frozen already: that is what was asked.
        }

        return await FindAsync(cancellationToken) ?? throw new CallerException("conflict", "Somebody unfroze at the same time; try again.", retryable: true);
    }

    /// <returns>What ended; null: it was not frozen.</returns>
    /// <exception cref="CallerException"><c>may_not_freeze</c>.</exception>
    public async Task<Freeze?> EndAsync(Principal by, CancellationToken cancellationToken)
    {
        Demand(by);
        var freeze = await FindAsync(cancellationToken);
        await _audit.AppendAsync(new(AuditKind.Unfrozen, by.Id), cancellationToken);
        await table.WriteAsync([new TableWrite.Delete(Key, null)], cancellationToken);
        return freeze;
    }

    private static void Demand(Principal by)
    {
        if (!by.May(Scope.Admin))
        {
            throw new CallerException("may_not_freeze", "Freezing takes the scope 'admin'.");
        }
    }
}
