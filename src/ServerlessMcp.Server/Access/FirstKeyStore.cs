using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Server.Access;

/// <summary>
/// Lets in the keys of <c>agent</c> (read, operate) and <c>operator</c> (all scopes), once. They belong to one person, the owner
/// <c>local</c>, and do not expire: they stand in a file beside the database, for whom that file is as open as the key.
/// </summary>
public sealed class FirstKeyStore(ITable table, KeyStore keys, TimeProvider time)
{
    /// <summary>The owner of what one person at one machine has.</summary>
    public const string LocalOwner = "local";

    private static readonly TableKey Marker = new("CONFIG", "FIRST_KEYS");

    private readonly KeyRecords _records = new(table);
    private readonly KeyAudit _audit = new(table, time);

    public async Task<bool> HasAsync(CancellationToken cancellationToken) => await MarkerAsync(cancellationToken) is not null;

    /// <summary>True when these are the first keys of a version whose keys had another form, and still wait for others in their place.</summary>
    public async Task<bool> AreOfOldFormAsync(FirstKeys old, CancellationToken cancellationToken) =>
        await MarkerAsync(cancellationToken) is { } marker
        && old.Agent.StartsWith($"{ApiKey.Prefix}{marker.Agent}_", StringComparison.Ordinal)
        && old.Operator.StartsWith($"{ApiKey.Prefix}{marker.Operator}_", StringComparison.Ordinal)
        && await _records.FindAsync(marker.Agent, cancellationToken) is { Record.Pepper: null }
        && await _records.FindAsync(marker.Operator, cancellationToken) is { Record.Pepper: null };

    /// <summary>
    /// The caller has stored them safely before: after a crash in between, the same call with the stored keys mends it. Keys of the old form
    /// are replaced: these become the same callers, and those are revoked.
    /// </summary>
    /// <exception cref="CallerException"><c>wrong_keys</c>: other first keys were let in, or these are no keys.</exception>
    public async Task PutAsync(FirstKeys first, CancellationToken cancellationToken)
    {
        if (!ApiKey.TryParse(first.Agent, out var agent) || !ApiKey.TryParse(first.Operator, out var person) || agent.Id == person.Id)
        {
            throw new CallerException("wrong_keys", "These are not the two keys that a first start makes.");
        }

        var (forAgent, forPerson) = (keys.RecordOf(agent, "agent", [Scope.Read, Scope.Operate], LocalOwner), keys.RecordOf(person, "operator", Scope.All, LocalOwner));
        if (await MarkerAsync(cancellationToken) is null)
        {
            var body = new JsonObject { ["agent"] = agent.Id, ["operator"] = person.Id };
            await WriteAsync("create", [forAgent, forPerson], [new TableWrite.Put(Marker, 0, body), KeyRecords.Put(forAgent, 0), KeyRecords.Put(forPerson, 0)], cancellationToken);
        }

        var marker = await MarkerAsync(cancellationToken) ?? throw new InvalidOperationException("The mark of the first keys is gone.");
        await DemandAsync(agent, marker.Agent, forAgent, cancellationToken);
        await DemandAsync(person, marker.Operator, forPerson, cancellationToken);
    }

    /// <param name="first">The id that the mark names.</param>
    private async Task DemandAsync(ApiKey key, string first, KeyRecord record, CancellationToken cancellationToken)
    {
        if (await _records.FindAsync(first, cancellationToken) is ({ Pepper: null, Successor: null } old, var version))
        {
            var ended = old with { RevokedAt = old.RevokedAt ?? time.GetUtcNow(), Successor = key.Id };
            var successor = record with { Principal = old.PrincipalId, SuccessorOf = old.Id, RevokedAt = old.RevokedAt };
            await WriteAsync("rotate", [successor], [KeyRecords.Put(successor, 0), KeyRecords.Put(ended, version)], cancellationToken);
        }

        var stored = (await _records.FindAsync(key.Id, cancellationToken))?.Record;
        if (!keys.IsOf(stored, key) || stored?.PrincipalId != $"key_{first}")
        {
            throw new CallerException("wrong_keys", "The first start made other keys than these.");
        }
    }

    private async Task WriteAsync(
        string action, IReadOnlyList<KeyRecord> records, IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken)
    {
        try
        {
            await _audit.WriteAsync(action, "first_start", records, writes, cancellationToken);
        }
        catch (TableConflictException)
        {
            // Another process was first: the caller looks whose stand.
        }
    }

    private async Task<(string Agent, string Operator)?> MarkerAsync(CancellationToken cancellationToken) =>
        await table.GetAsync(Marker, strong: true, cancellationToken) is { Body: var body }
            ? ((string)body["agent"]!, (string)body["operator"]!)
            : null;
}
