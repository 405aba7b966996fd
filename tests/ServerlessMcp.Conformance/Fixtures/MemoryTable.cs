using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Conformance.Fixtures;

/// <summary>The table port in memory, for hosts and tests that need no durability. Thread safe.</summary>
public sealed class MemoryTable(TimeProvider time) : ITable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TableKey, TableItem> _items = [];

    public Task<TableItem?> GetAsync(TableKey key, bool strong, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(Find(key));
        }
    }

    public Task<TablePage> QueryAsync(
        string partition, string sortPrefix, string? cursor, int limit, bool backward, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var found = Alive()
                .Where(item => item.Key.Partition == partition && item.Key.Sort.StartsWith(sortPrefix, StringComparison.Ordinal));
            return Task.FromResult(Page(found, item => item.Key.Sort, cursor, limit, backward));
        }
    }

    public Task<TablePage> QueryIndexAsync(
        string indexPartition, string? cursor, int limit, bool backward, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var found = Alive().Where(item => item.Index?.Partition == indexPartition);
            return Task.FromResult(Page(found, item => item.Index!.Value.Sort, cursor, limit, backward));
        }
    }

    public Task WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (var write in writes)
            {
                if (write.ExpectedVersion is { } expected && (Find(write.Key)?.Version ?? 0) != expected)
                {
                    throw new TableConflictException(write.Key);
                }
            }

            foreach (var write in writes)
            {
                Apply(write);
            }
        }

        return Task.CompletedTask;
    }

    private void Apply(TableWrite write)
    {
        switch (write)
        {
            case TableWrite.Put put:
                var body = put.Body.DeepClone().AsObject();
                _items[put.Key] = new(put.Key, (Find(put.Key)?.Version ?? 0) + 1, body, put.Index, put.Ttl);
                break;
            case TableWrite.Delete:
                _items.Remove(write.Key);
                break;
            default:
                break;
        }
    }

    private TableItem? Find(TableKey key) => _items.TryGetValue(key, out var item) && IsAlive(item) ? Copy(item) : null;

    private IEnumerable<TableItem> Alive() => _items.Values.Where(IsAlive).Select(Copy);

    private bool IsAlive(TableItem item) => item.Ttl is null || item.Ttl > time.GetUtcNow();

    private static TableItem Copy(TableItem item) => item with { Body = item.Body.DeepClone().AsObject() };

    private static TablePage Page(
        IEnumerable<TableItem> items, Func<TableItem, string> sort, string? cursor, int limit, bool backward)
    {
        var sorted = (backward
            ? items.OrderByDescending(sort, StringComparer.Ordinal)
            : items.OrderBy(sort, StringComparer.Ordinal))
            .SkipWhile(item => cursor is not null
                && (backward ? string.CompareOrdinal(sort(item), cursor) >= 0 : string.CompareOrdinal(sort(item), cursor) <= 0))
            .Take(limit + 1)
            .ToList();
        return sorted.Count > limit ? new(sorted[..limit], sort(sorted[limit - 1])) : new(sorted, null);
    }
}
