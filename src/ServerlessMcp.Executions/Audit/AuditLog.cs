using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Secrecy;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Audit;

/// <summary>Appends to the audit chains. A record and the new end of its chain are one write. Thread safe.</summary>
public sealed class AuditLog(ITable table, TimeProvider time)
{
    private const int Tries = 20;
    private const int MostOfArguments = 8 * 1024;
    private const int MostOfMessage = 1_000;

    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, AuditKeys.Shards).Select(_ => new SemaphoreSlim(1))];

    /// <exception cref="TableUnavailableException">It is not known whether the record was written; what it announces must not happen.</exception>
    public async Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var (shown, shard, id) = (Shown(entry), AuditKeys.ShardOf(entry), Ids.New("au"));
        await _turns[shard].WaitAsync(cancellationToken);
        try
        {
            await AppendAsync(shown, shard, id, cancellationToken);
        }
        finally
        {
            _turns[shard].Release();
        }
    }

    public static string HashOf(JsonObject arguments) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Write(arguments))));

    private async Task AppendAsync(AuditEntry entry, int shard, string id, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var item = await table.GetAsync(AuditHead.KeyOf(shard), strong: true, cancellationToken);
            var head = item is null ? null : JsonNodes.To(item.Body, ExecutionsJson.Default.AuditHead);
            if (head?.Id == id)
            {
                return; // Written by an attempt whose answer was lost.
            }

            try
            {
                await table.WriteAsync(Writes(entry, shard, id, head, item?.Version ?? 0), cancellationToken);
                return;
            }
            catch (TableConflictException) when (attempt < Tries)
            {
                // Another process was first.
            }
            catch (TableConflictException crowd)
            {
                throw new TableUnavailableException($"The audit chain {shard} was taken by others {Tries} times.", crowd);
            }
            catch (TableUnavailableException) when (attempt < 2)
            {
                // Perhaps written: the head tells.
            }
        }
    }

    private List<TableWrite> Writes(AuditEntry entry, int shard, string id, AuditHead? head, long version)
    {
        var now = time.GetUtcNow();
        var today = AuditKeys.Day(now);
        var day = string.CompareOrdinal(head?.Day, today) > 0 ? head!.Day : today; // A clock that went back does not reorder the chain.
        var body = new AuditRecord((head?.Sequence ?? 0) + 1, id, now, entry, head?.Day, head?.Hash ?? AuditRecord.NoHash).ToBody();
        var end = new AuditHead((head?.Sequence ?? 0) + 1, id, day, (string)body[AuditRecord.HashMember]!);
        return
        [
            new TableWrite.Put(new(AuditKeys.Partition(day, shard), AuditKeys.Sort(end.Sequence)), 0, body, Ttl: now + LargeValues.Kept),
            new TableWrite.Put(AuditHead.KeyOf(shard), version, JsonNodes.ToObject(end, ExecutionsJson.Default.AuditHead)),
        ];
    }

    private static AuditEntry Shown(AuditEntry entry)
    {
        var arguments = (JsonObject?)Redaction.Json(entry.Arguments);
        return entry with
        {
            Arguments = arguments?.ToJsonString() is { Length: > MostOfArguments } ? null : arguments,
            Message = entry.Message is { } message ? Redaction.Text(message.Length > MostOfMessage ? message[..MostOfMessage] : message) : null,
        };
    }
}
