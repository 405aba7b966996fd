using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Local.Access;

/// <summary>What the operator's commands see of the audit, with and without a running server.</summary>
internal static class AuditReader
{
    public const int MostRecords = 100_000;

    public static async Task<AuditAnswer> VerifyAsync(ITable table, TimeProvider time, CancellationToken cancellationToken)
    {
        var report = await new AuditTrail(table, time).VerifyAsync(cancellationToken);
        return new(report.Records, report.Faults, report.Heads);
    }

    public static async Task<IReadOnlyList<string>> ReadAsync(
        ITable table, TimeProvider time, string? executionId, int limit, CancellationToken cancellationToken) =>
        await new AuditTrail(table, time).ReadAsync(cancellationToken)
            .Where(record => executionId is null || record.Entry.ExecutionId == executionId)
            .Take(Math.Min(limit, MostRecords))
            .Select(record => record.ToJson())
            .ToListAsync(cancellationToken);
}
