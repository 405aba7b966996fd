using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Audit;

/// <summary>Reads the audit chains from their ends, and finds whatever was changed, taken out, put in or moved.</summary>
/// <remarks>
/// Who can write the whole table can cut the end off a chain and put the head back to match: that only a copy kept elsewhere shows (<c>smcp audit export</c>
/// prints one; its last hashes are what to compare).
/// </remarks>
public sealed class AuditTrail(ITable table, TimeProvider time)
{
    private const int PageSize = 200;

    /// <returns>How many records hold, and every fault.</returns>
    public async Task<AuditReport> VerifyAsync(CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        var (records, heads) = (0L, new List<string>());
        for (var shard = 0; shard < AuditKeys.Shards; shard++)
        {
            var head = await HeadAsync(shard, cancellationToken);
            if (head is not null)
            {
                heads.Add(string.Create(CultureInfo.InvariantCulture, $"{shard}:{head.Sequence}:{head.Hash}"));
            }

            records += await VerifyAsync(shard, head, faults, cancellationToken);
        }

        return new(records, faults, heads);
    }

    /// <summary>Newest first within each day; days backwards; all chains of a day together.</summary>
    public async IAsyncEnumerable<AuditRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var days = new Dictionary<int, string>();
        for (var shard = 0; shard < AuditKeys.Shards; shard++)
        {
            if (await HeadAsync(shard, cancellationToken) is { } head)
            {
                days[shard] = head.Day;
            }
        }

        while (days.Count > 0)
        {
            var day = days.Values.Max(StringComparer.Ordinal)!;
            var found = new List<AuditRecord>();
            foreach (var shard in days.Where(pair => pair.Value == day).Select(pair => pair.Key).ToList())
            {
                var records = (await ItemsAsync(day, shard, cancellationToken)).Select(item => Record(item.Body)).OfType<AuditRecord>().ToList();
                found.AddRange(records);
                if (records.FirstOrDefault()?.PreviousDay is { } before && string.CompareOrdinal(before, day) < 0)
                {
                    days[shard] = before;
                }
                else
                {
                    days.Remove(shard);
                }
            }

            foreach (var record in found.OrderByDescending(record => record.At).ThenByDescending(record => record.Sequence))
            {
                yield return record;
            }
        }
    }

    private async Task<long> VerifyAsync(int shard, AuditHead? head, List<string> faults, CancellationToken cancellationToken)
    {
        if (head is null)
        {
            var today = await ItemsAsync(AuditKeys.Day(time.GetUtcNow()), shard, cancellationToken);
            if (today.Count > 0)
            {
                faults.Add($"chain {shard}: there are records and no head");
            }

            return 0;
        }

        var (expected, sequence, records) = (head.Hash, head.Sequence, 0L);
        var day = head.Day;
        while (day is not null && sequence > 0)
        {
            var items = await ItemsAsync(day, shard, cancellationToken);
            if (items.Count == 0)
            {
                CheckEnd(shard, day, sequence, faults);
                return records;
            }

            var before = day;
            foreach (var item in items.AsEnumerable().Reverse())
            {
                var where = $"chain {shard}, {day}, record {item.Key.Sort}";
                if (Record(item.Body) is not { } record)
                {
                    faults.Add($"{where}: is no record");
                    return records;
                }

                if (item.Version != 1 || record.Sequence != sequence || item.Key.Sort != AuditKeys.Sort(sequence)
                    || (string?)item.Body[AuditRecord.HashMember] != expected || AuditRecord.HashOf(item.Body) != expected)
                {
                    faults.Add($"{where}: is not what the chain says stands at {sequence}: changed, moved, put in, or one after it taken out");
                    return records;
                }

                (expected, before) = (record.Previous, record.PreviousDay);
                sequence--;
                records++;
            }

            if (before is not null && string.CompareOrdinal(before, day) >= 0 && sequence > 0)
            {
                faults.Add($"chain {shard}, {day}: record {AuditKeys.Sort(sequence)} is taken out");
                return records;
            }

            day = before;
        }

        if (sequence != 0 || expected != AuditRecord.NoHash)
        {
            faults.Add($"chain {shard}: does not begin where it should");
        }

        return records;
    }

    /// <summary>What is older than the table keeps is gone rightly.</summary>
    private void CheckEnd(int shard, string day, long sequence, List<string> faults)
    {
        if (string.CompareOrdinal(day, AuditKeys.Day(time.GetUtcNow() - LargeValues.Kept)) > 0)
        {
            faults.Add($"chain {shard}, {day}: record {AuditKeys.Sort(sequence)} and all before it are taken out");
        }
    }

    private async Task<AuditHead?> HeadAsync(int shard, CancellationToken cancellationToken) =>
        await table.GetAsync(AuditHead.KeyOf(shard), strong: true, cancellationToken) is { } item
            ? JsonNodes.To(item.Body, ExecutionsJson.Default.AuditHead)
            : null;

    private async Task<List<TableItem>> ItemsAsync(string day, int shard, CancellationToken cancellationToken)
    {
        var items = new List<TableItem>();
        string? cursor = null;
        do
        {
            var page = await table.QueryAsync(AuditKeys.Partition(day, shard), "", cursor, PageSize, backward: false, cancellationToken);
            items.AddRange(page.Items);
            cursor = page.Cursor;
        }
        while (cursor is not null);

        return items;
    }

    private static AuditRecord? Record(JsonObject body)
    {
        try
        {
            return body.Deserialize(ExecutionsJson.Default.AuditRecord);
        }
        catch (JsonException)
        {
            return null; // Told as a fault by whoever verifies.
        }
    }
}

/// <param name="Records">That hold.</param>
/// <param name="Faults">In words, each with chain, day and place.</param>
/// <param name="Heads"><c>chain:sequence:hash</c>: to be kept elsewhere and compared.</param>
public sealed record AuditReport(long Records, IReadOnlyList<string> Faults, IReadOnlyList<string> Heads);
