using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Server.Access;

/// <summary>Writes what makes, replaces or ends keys: who meant to is in the audit before, what came of it after.</summary>
internal sealed class KeyAudit(ITable table, TimeProvider time)
{
    private readonly AuditLog _log = new(table, time);

    /// <param name="action">As <see cref="AuditEntry.Action"/>.</param>
    /// <param name="by">A principal's id, or <c>first_start</c>.</param>
    /// <param name="records">The keys as they will be.</param>
    /// <exception cref="TableConflictException">Nothing was written, and the audit says so.</exception>
    /// <exception cref="TableUnavailableException">Nothing can be said; without the intent nothing was done.</exception>
    public async Task WriteAsync(
        string action, string by, IReadOnlyList<KeyRecord> records, IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken)
    {
        var entries = records.Select(record => new AuditEntry(AuditKind.KeyIntent, by) { Action = action, KeyId = record.Id }).ToList();
        foreach (var (entry, record) in entries.Zip(records))
        {
            await _log.AppendAsync(entry with { Arguments = Shown(record) }, cancellationToken);
        }

        try
        {
            await table.WriteAsync(writes, cancellationToken);
        }
        catch (TableConflictException)
        {
            await EndAsync(entries, "not_done", cancellationToken);
            throw;
        }

        await EndAsync(entries, "succeeded", cancellationToken);
    }

    private async Task EndAsync(IReadOnlyList<AuditEntry> entries, string outcome, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            await _log.AppendAsync(entry with { Kind = AuditKind.KeyOutcome, Outcome = outcome }, cancellationToken);
        }
    }

    /// <summary>All but the hash.</summary>
    private static JsonObject Shown(KeyRecord record)
    {
        var shown = new JsonObject
        {
            ["name"] = record.Name,
            ["principal"] = record.PrincipalId,
            ["owner"] = record.Owner,
            ["scopes"] = Texts(record.Scopes),
            ["expiresAt"] = record.ExpiresAt?.ToString("u"),
            ["networks"] = record.Networks is { } networks ? Texts(networks) : null,
            ["successorOf"] = record.SuccessorOf,
        };
        foreach (var (name, _) in shown.Where(member => member.Value is null).ToList())
        {
            shown.Remove(name);
        }

        return shown;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
