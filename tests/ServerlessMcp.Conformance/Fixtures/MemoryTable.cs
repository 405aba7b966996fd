using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Conformance.Fixtures;

/// <summary>The table in memory, under the same contract as the real ones: for the public suite's host and for tests of what stands above the port.</summary>
public sealed class MemoryTable(TimeProvider time) : ITable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TableKey, TableItem> _items = [];

    /// <summary>Called before each write with its ordinal from 1; may throw.</summary>
    public Action<int>? BeforeWrite { get; set; }

    /// <summary>Called after each write that was made; may throw, as when the answer is lost.</summary>
    public Action<int>? AfterWrite { get; set; }

    public int Writes { get; private set; }

    public bool IsAway { get; set; }

    public Task<TableItem?> GetAsync(TableKey key, bool strong, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowIfAway();
            return Task.FromResult(Find(key) is { } item ? Copy(item) : null);
        }
    }

    public Task<TablePage> QueryAsync(
        string partition, string sortPrefix, string? cursor, int limit, bool backward, CancellationToken cancellationToken)
    {
        var after = cursor is null ? null : TableCursor.Read(cursor, 1);
        bool Matches(TableItem item) => item.Key.Partition == partition && item.Key.Sort.StartsWith(sortPrefix, StringComparison.Ordinal);
        return Task.FromResult(Page(Matches, item => [item.Key.Sort], after, limit, backward));
    }

    public Task<TablePage> QueryIndexAsync(string indexPartition, string? cursor, int limit, bool backward, CancellationToken cancellationToken)
    {
        var after = cursor is null ? null : TableCursor.Read(cursor, 3);
        bool Matches(TableItem item) => item.Index?.Partition == indexPartition;
        return Task.FromResult(Page(Matches, item => [item.Index!.Value.Sort, item.Key.Partition, item.Key.Sort], after, limit, backward));
    }

    public Task WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken)
    {
        TableLimits.Check(writes);
        lock (_gate)
        {
            ThrowIfAway();
            Writes++;
            BeforeWrite?.Invoke(Writes);
            foreach (var write in writes)
            {
                if (write.ExpectedVersion is { } expected && expected != (Find(write.Key)?.Version ?? 0))
                {
                    throw new TableConflictException(write.Key);
                }
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
                var body = put.Body.DeepClone().AsObject();
                _items[put.Key] = new(put.Key, (Find(put.Key)?.Version ?? 0) + 1, body, put.Index, put.Ttl);
                break;
            case TableWrite.Delete:
                _items.Remove(write.Key);
                break;
        }
    }

    private TableItem? Find(TableKey key) => _items.TryGetValue(key, out var item) && IsLive(item) ? item : null;

    private bool IsLive(TableItem item) => item.Ttl is not { } until || until > time.GetUtcNow();

    private void ThrowIfAway()
    {
        if (IsAway)
        {
            throw new TableUnavailableException("The table is away.");
        }
    }

    private TablePage Page(Func<TableItem, bool> matches, Func<TableItem, string[]> order, string[]? after, int limit, bool backward)
    {
        lock (_gate)
        {
            ThrowIfAway();
            var sign = backward ? -1 : 1;
            var all = _items.Values.Where(item => IsLive(item) && matches(item))
                .Where(item => after is null || sign * KeyOrder.Bytes.Compare(order(item), after) > 0)
                .OrderBy(order, Comparer<string[]>.Create((left, right) => sign * KeyOrder.Bytes.Compare(left, right)))
                .Take(limit + 1)
                .Select(Copy)
                .ToList();
            return all.Count > limit ? new(all[..limit], TableCursor.Write(order(all[limit - 1]))) : new(all, null);
        }
    }

    private static TableItem Copy(TableItem item) => item with { Body = item.Body.DeepClone().AsObject() };

    /// <summary>Key parts by their UTF-8 bytes.</summary>
    private sealed class KeyOrder : IComparer<string[]>
    {
        public static KeyOrder Bytes { get; } = new();

        public int Compare(string[]? left, string[]? right) =>
            left!.Zip(right!).Select(pair => Compare(pair.First, pair.Second)).FirstOrDefault(order => order != 0);

        private static int Compare(string left, string right) =>
            System.Text.Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(right));
    }
}
