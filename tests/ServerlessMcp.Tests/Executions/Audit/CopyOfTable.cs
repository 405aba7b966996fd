using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Tests.Executions.Audit;

/// <summary>The audit items of a table, which somebody with a hand in the database changes past all versions.</summary>
internal sealed class CopyOfTable : ITable
{
    private SortedDictionary<string, TableItem> _items = new(StringComparer.Ordinal);

    public static async Task<CopyOfTable> OfAsync(ITable table, TimeProvider time)
    {
        var copy = new CopyOfTable();
        for (var shard = 0; shard < AuditKeys.Shards; shard++)
        {
            if (await table.GetAsync(AuditHead.KeyOf(shard), strong: true, default) is { } head)
            {
                copy.Put(head);
            }

            for (var day = time.GetUtcNow().AddDays(-5); day <= time.GetUtcNow(); day = day.AddDays(1))
            {
                foreach (var item in (await table.QueryAsync(AuditKeys.Partition(AuditKeys.Day(day), shard), "", null, 1000, backward: false, default)).Items)
                {
                    copy.Put(item);
                }
            }
        }

        return copy;
    }

    public CopyOfTable Clone() => new() { _items = new(_items, StringComparer.Ordinal) };

    /// <returns>What was done, for the message of a test that fails.</returns>
    public string Tamper(Random random)
    {
        var records = _items.Values.Where(item => item.Key.Partition.StartsWith("AUDIT#", StringComparison.Ordinal)).ToList();
        var (one, other) = (records[random.Next(records.Count)], records[random.Next(records.Count)]);
        var body = one.Body.DeepClone().AsObject();
        switch (random.Next(8))
        {
            case 0:
                _items.Remove(Name(one.Key));
                return $"took out {one.Key}";
            case 1 when one.Key != other.Key:
                Put(one with { Body = other.Body });
                Put(other with { Body = one.Body });
                return $"exchanged {one.Key} and {other.Key}";
            case 2:
                body["entry"]!["by"] = "key_b";
                Put(one with { Body = body });
                return $"another principal at {one.Key}";
            case 3:
                body["at"] = DateTimeOffset.Parse((string)body["at"]!, CultureInfo.InvariantCulture).AddSeconds(random.Next(1, 1000)).ToString("O", CultureInfo.InvariantCulture);
                Put(one with { Body = body });
                return $"another time at {one.Key}";
            case 4:
                body["entry"]!["note"] = "added";
                body["hash"] = AuditRecord.HashOf(body);
                Put(one with { Body = body });
                return $"added a member and hashed anew at {one.Key}";
            case 5:
                Put(one with { Key = new(one.Key.Partition, AuditKeys.Sort(999_999)) });
                return $"put in a copy of {one.Key}";
            case 6:
                var text = one.Body.ToJsonString();
                var at = text.IndexOf("\"i-", StringComparison.Ordinal) + 3;
                Put(one with { Body = JsonNode.Parse(text[..at] + (text[at] == '9' ? '8' : '9') + text[(at + 1)..])!.AsObject() });
                return $"a digit at {one.Key}";
            default:
                var heads = _items.Values.Where(item => item.Key.Partition.StartsWith("HEAD#", StringComparison.Ordinal)).ToList();
                var head = heads[random.Next(heads.Count)];
                var changed = head.Body.DeepClone().AsObject();
                changed["sequence"] = (long)changed["sequence"]! + (random.Next(2) == 0 ? 1 : -1);
                Put(head with { Body = changed });
                return $"another length at {head.Key}";
        }
    }

    public Task<TableItem?> GetAsync(TableKey key, bool strong, CancellationToken cancellationToken) => Task.FromResult(_items.GetValueOrDefault(Name(key)));

    public Task<TablePage> QueryAsync(
        string partition, string sortPrefix, string? cursor, int limit, bool backward, CancellationToken cancellationToken) =>
        Task.FromResult(new TablePage([.. _items.Values.Where(item => item.Key.Partition == partition)], null));

    public Task<TablePage> QueryIndexAsync(string indexPartition, string? cursor, int limit, bool backward, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken) => throw new NotSupportedException();

    private void Put(TableItem item) => _items[Name(item.Key)] = item;

    private static string Name(TableKey key) => $"{key.Partition}/{key.Sort}";
}
