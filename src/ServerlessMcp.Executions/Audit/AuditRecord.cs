using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.Audit;

/// <summary>An entry in its chain: item <c>AUDIT#day#shard / sequence</c>.</summary>
/// <param name="Sequence">1, 2, 3, ... within the shard, without a gap.</param>
/// <param name="Id">Random: tells a writer whose answer was lost that its record is there.</param>
/// <param name="PreviousDay">The day of the record before; null for the first.</param>
/// <param name="Previous">Hash of the record before; 64 zeros for the first.</param>
public sealed record AuditRecord(long Sequence, string Id, DateTimeOffset At, AuditEntry Entry, string? PreviousDay, string Previous)
{
    public static string NoHash { get; } = new('0', 64);

    /// <summary>SHA-256 over <c>smcp-audit-1</c>, a line feed, and the canonical JSON (RFC 8785) of the record without its hash; in hexadecimal.</summary>
    public static string HashOf(JsonObject body)
    {
        var plain = body.DeepClone().AsObject();
        plain.Remove(HashMember);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"smcp-audit-1\n{CanonicalJson.Write(plain)}")));
    }

    /// <summary>One line of JSON with the hash.</summary>
    public string ToJson() => ToBody().ToJsonString();

    internal const string HashMember = "hash";

    internal JsonObject ToBody()
    {
        var body = JsonNodes.ToObject(this, ExecutionsJson.Default.AuditRecord);
        body[HashMember] = HashOf(body);
        return body;
    }
}

/// <summary>Where a shard's chain ends: item <c>HEAD#shard / META</c>.</summary>
public sealed record AuditHead(long Sequence, string Id, string Day, string Hash)
{
    internal static TableKey KeyOf(int shard) => new(string.Create(CultureInfo.InvariantCulture, $"HEAD#{shard}"), "META");
}

internal static class AuditKeys
{
    public const int Shards = 8;

    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public static string Partition(string day, int shard) => string.Create(CultureInfo.InvariantCulture, $"AUDIT#{day}#{shard}");

    public static string Sort(long sequence) => sequence.ToString("000000000000", CultureInfo.InvariantCulture);

    /// <summary>All that is said of one execution, or else done by one principal, is in one chain, in order.</summary>
    public static int ShardOf(AuditEntry entry) => SHA256.HashData(Encoding.UTF8.GetBytes(entry.ExecutionId ?? entry.By))[0] % Shards;
}
