using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Tests.Fakes;

/// <summary>The table in memory, with the port's rules: versions, all or none, an expired item is absent.</summary>
internal sealed class MemoryTable(TimeProvider time) : ITable
{
    private const int MaxBytes = 400 * 1024;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Partition, string Sort), TableItem> _items = new(Comparer<(string Partition, string Sort)>.Create(
        (a, b) => string.CompareOrdinal(a.Partition, b.Partition) is var order && order != 0 ? order : string.CompareOrdinal(a.Sort, b.Sort)));

    /// <summary>Called before each write with its ordinal from 1; may throw.</summary>
    public Action<int>? BeforeWrite { get; set; }

    /// <summary>Called after each write that was made; may throw, as when the answer is lost.</summary>
    public Action<int>? AfterWrite { get; set; }

    public int Writes { get; private set; }

    public bool IsAway { get; set; }

    public Task<TableItem?> GetAsync(TableKey key, bool strong, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfAway();
            return Task.FromResult(Find(key) is { } item ? Copy(item) : null);
        }
    }

    public Task<TablePage> QueryAsync(
        string partition, string sortPrefix, string? cursor, int limit, bool backward, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfAway();
            var items = Present().Where(item => item.Key.Partition == partition && item.Key.Sort.StartsWith(sortPrefix, StringComparison.Ordinal));
            return Task.FromResult(Page(items, item => item.Key.Sort, cursor, limit, backward));
        }
    }

    public Task<TablePage> QueryIndexAsync(string indexPartition, string? cursor, int limit, bool backward, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfAway();
            var items = Present().Where(item => item.Index?.Partition == indexPartition);
            return Task.FromResult(Page(items, item => item.Index!.Value.Sort, cursor, limit, backward));
        }
    }

    public Task WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfAway();
            Writes++;
            BeforeWrite?.Invoke(Writes);
            Assert.InRange(writes.Count, 1, 10);
            if (writes.FirstOrDefault(write => write.ExpectedVersion is { } expected && (Find(write.Key)?.Version ?? 0) != expected) is { } stale)
            {
                throw new TableConflictException(stale.Key);
            }

            foreach (var write in writes)
            {
                Apply(write);
            }

            AfterWrite?.Invoke(Writes);
        }

        return Task.CompletedTask;
    }

    private void Apply(TableWrite write)
    {
        switch (write)
        {
            case TableWrite.Put put:
                Assert.True(put.Body.ToJsonString().Length <= MaxBytes);
                var version = (Find(put.Key)?.Version ?? 0) + 1;
                _items[(put.Key.Partition, put.Key.Sort)] = new(put.Key, version, put.Body.DeepClone().AsObject(), put.Index, put.Ttl);
                break;
            case TableWrite.Delete delete:
                _items.Remove((delete.Key.Partition, delete.Key.Sort));
                break;
        }
    }

    private IEnumerable<TableItem> Present() => _items.Values.Where(IsPresent).Select(Copy);

    private TableItem? Find(TableKey key) => _items.TryGetValue((key.Partition, key.Sort), out var item) && IsPresent(item) ? item : null;

    private bool IsPresent(TableItem item) => item.Ttl is null || item.Ttl > time.GetUtcNow();

    private void ThrowIfAway()
    {
        if (IsAway)
        {
            throw new TableUnavailableException("The table is away.");
        }
    }

    private static TablePage Page(IEnumerable<TableItem> items, Func<TableItem, string> sort, string? cursor, int limit, bool backward)
    {
        var ordered = backward ? items.OrderByDescending(sort, StringComparer.Ordinal) : items.OrderBy(sort, StringComparer.Ordinal);
        var rest = ordered.Where(item => cursor is null || (string.CompareOrdinal(sort(item), cursor) is var order && (backward ? order < 0 : order > 0)));
        var page = rest.Take(limit + 1).ToList();
        return page.Count > limit ? new(page[..limit], sort(page[limit - 1])) : new(page, null);
    }

    private static TableItem Copy(TableItem item) => item with { Body = (JsonObject)item.Body.DeepClone() };
}
