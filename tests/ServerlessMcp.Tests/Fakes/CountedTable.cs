using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Tests.Fakes;

/// <summary>Counts what is asked of a table.</summary>
internal sealed class CountedTable(ITable table) : ITable
{
    private int _reads;
    private int _writes;

    /// <summary>Gets and queries.</summary>
    public int Reads => _reads;

    public int Writes => _writes;

    public Task<TableItem?> GetAsync(TableKey key, bool strong, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return table.GetAsync(key, strong, cancellationToken);
    }

    public Task<TablePage> QueryAsync(string partition, string sortPrefix, string? cursor, int limit, bool backward, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return table.QueryAsync(partition, sortPrefix, cursor, limit, backward, cancellationToken);
    }

    public Task<TablePage> QueryIndexAsync(string indexPartition, string? cursor, int limit, bool backward, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return table.QueryIndexAsync(indexPartition, cursor, limit, backward, cancellationToken);
    }

    public Task WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return table.WriteAsync(writes, cancellationToken);
    }
}
