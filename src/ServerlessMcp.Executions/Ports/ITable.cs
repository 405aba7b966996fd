using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Ports;

/// <summary>The one table. Two adapters (SQLite, DynamoDB) pass one set of contract tests.</summary>
/// <remarks>An item whose <see cref="TableItem.Ttl"/> is past counts as absent in every read and write. No item is over 400 KB.</remarks>
public interface ITable
{
    Task<TableItem?> GetAsync(TableKey key, bool strong, CancellationToken cancellationToken);

    /// <summary>Items of one partition whose sort key starts with <paramref name="sortPrefix"/>, in sort key order (UTF-8 bytes).</summary>
    /// <param name="cursor">From the page before, for the same query; null for the first page.</param>
    /// <exception cref="CallerException"><c>invalid_cursor</c>: the cursor is not one of this table's.</exception>
    Task<TablePage> QueryAsync(
        string partition, string sortPrefix, string? cursor, int limit, bool backward, CancellationToken cancellationToken);

    /// <summary>Eventually consistent: nothing is decided on it.</summary>
    Task<TablePage> QueryIndexAsync(string indexPartition, string? cursor, int limit, bool backward, CancellationToken cancellationToken);

    /// <summary>1 to 10 writes, all or none.</summary>
    /// <exception cref="TableItemTooLargeException">An item is over 400 KB; nothing was written.</exception>
    /// <exception cref="TableConflictException">An expected version did not hold; nothing was written.</exception>
    /// <exception cref="TableUnavailableException">No answer; for a write, it may or may not have been made.</exception>
    Task WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken);
}

public readonly record struct TableKey(string Partition, string Sort);

/// <param name="Version">1 after the first put, then one more with each; the adapter counts.</param>
/// <param name="Body">The item's own members.</param>
/// <param name="Index">Partition and sort key in the index; null keeps the item out of it.</param>
/// <param name="Ttl">When the item stops to exist.</param>
public sealed record TableItem(TableKey Key, long Version, JsonObject Body, TableKey? Index = null, DateTimeOffset? Ttl = null);

public sealed record TablePage(IReadOnlyList<TableItem> Items, string? Cursor);

/// <summary>One write; <see cref="ExpectedVersion"/> 0 means "absent", null means "whatever is there".</summary>
public abstract record TableWrite(TableKey Key, long? ExpectedVersion)
{
    public sealed record Put(TableKey Key, long? ExpectedVersion, JsonObject Body, TableKey? Index = null, DateTimeOffset? Ttl = null)
        : TableWrite(Key, ExpectedVersion);

    public sealed record Delete(TableKey Key, long? ExpectedVersion) : TableWrite(Key, ExpectedVersion);

    public sealed record Check(TableKey Key, long? ExpectedVersion) : TableWrite(Key, ExpectedVersion);
}

/// <summary>Another writer was first; reload and decide again.</summary>
public sealed class TableConflictException(TableKey key) : Exception($"Version conflict at {key.Partition} / {key.Sort}.")
{
    public TableKey Key { get; } = key;
}

/// <summary>An item over <see cref="TableLimits.ItemBytes"/>: no table takes it, today or later.</summary>
public sealed class TableItemTooLargeException(TableKey key, int bytes)
    : Exception($"The item {key.Partition} / {key.Sort} has {bytes} bytes; {TableLimits.ItemBytes} are the most. Store large parts as blobs.")
{
    public TableKey Key { get; } = key;
}

/// <summary>The table does not answer now.</summary>
public sealed class TableUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
