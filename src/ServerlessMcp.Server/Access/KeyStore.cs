using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Server.Access;

/// <summary>API keys: made, listed, revoked, checked. Only their hashes are stored. Thread safe.</summary>
public sealed class KeyStore(ITable table, TimeProvider time)
{
    private const string IndexPartition = "KEYS";
    private const int MaxCached = 1000;

    private static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(10);
    private static readonly TableKey FirstKeysMarker = new("CONFIG", "FIRST_KEYS");
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    // A revoked key is refused at once by the process that revoked it, and by every other within CacheTime.
    private readonly ConcurrentDictionary<string, (KeyRecord? Record, DateTimeOffset Until)> _cache = new(StringComparer.Ordinal);

    public async Task<bool> HasFirstKeysAsync(CancellationToken cancellationToken) =>
        await table.GetAsync(FirstKeysMarker, strong: true, cancellationToken) is not null;

    /// <summary>
    /// Lets in the keys of <c>agent</c> (read, operate) and <c>operator</c> (all scopes), unless first keys were let in earlier. The caller
    /// has stored them safely before: after a crash in between, the same call with the stored keys mends it.
    /// </summary>
    /// <exception cref="CallerException"><c>wrong_keys</c>: other first keys were let in, or these are no keys.</exception>
    public async Task PutFirstKeysAsync(FirstKeys keys, CancellationToken cancellationToken)
    {
        if (!ApiKey.TryParse(keys.Agent, out var agent) || !ApiKey.TryParse(keys.Operator, out var person) || agent.Id == person.Id)
        {
            throw new CallerException("wrong_keys", "These are not the two keys that a first start makes.");
        }

        var body = new JsonObject { ["agent"] = agent.Id, ["operator"] = person.Id };
        if (await table.GetAsync(FirstKeysMarker, strong: true, cancellationToken) is null)
        {
            var marker = new TableWrite.Put(FirstKeysMarker, 0, body);
            await WriteIfAbsentAsync(
                [marker, PutOf(agent, "agent", [Scope.Read, Scope.Operate]), PutOf(person, "operator", Scope.All)], cancellationToken);
        }

        var made = await table.GetAsync(FirstKeysMarker, strong: true, cancellationToken);
        if (!JsonNode.DeepEquals(made?.Body, body))
        {
            throw new CallerException("wrong_keys", "The first start made other keys than these.");
        }
    }

    /// <returns>The key in plain, this once.</returns>
    /// <exception cref="CallerException"><c>invalid_key</c>: no name, or an unknown scope.</exception>
    public async Task<string> CreateAsync(string name, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 100 || PlainText.OneLine(name) != name || scopes.Count == 0 || scopes.Except(Scope.All).Any())
        {
            throw new CallerException(
                "invalid_key", $"A key needs a name of 1 to 100 visible characters and scopes out of {string.Join(", ", Scope.All)}.");
        }

        var key = ApiKey.New();
        await table.WriteAsync([PutOf(key, name, scopes)], cancellationToken);
        return key.Reveal();
    }

    /// <summary>All keys, oldest first; never their secrets.</summary>
    public async Task<IReadOnlyList<KeyRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new List<KeyRecord>();
        string? cursor = null;
        do
        {
            var page = await table.QueryIndexAsync(IndexPartition, cursor, 100, backward: false, cancellationToken);
            found.AddRange(page.Items.Select(item => Record(item.Body)));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        return found;
    }

    /// <param name="id">The middle part of the key, or the principal id <c>key_...</c>.</param>
    /// <exception cref="CallerException"><c>key_not_found</c>.</exception>
    public async Task RevokeAsync(string id, CancellationToken cancellationToken)
    {
        var bare = id.StartsWith("key_", StringComparison.Ordinal) ? id[4..] : id;
        var item = await table.GetAsync(KeyOf(bare), strong: true, cancellationToken)
            ?? throw new CallerException("key_not_found", $"There is no key '{bare}'.");
        var revoked = Record(item.Body) with { RevokedAt = time.GetUtcNow() };
        await table.WriteAsync([new TableWrite.Put(item.Key, item.Version, Body(revoked), item.Index)], cancellationToken);
        _cache.TryRemove(bare, out _);
    }

    /// <returns>Null for whatever is not a key that opens: malformed, unknown, wrong secret, revoked; they all look alike.</returns>
    /// <exception cref="TableUnavailableException">Nothing can be said about the key now.</exception>
    public async Task<Principal?> VerifyAsync(string text, CancellationToken cancellationToken)
    {
        if (!ApiKey.TryParse(text, out var key))
        {
            return null;
        }

        var record = await FindAsync(key.Id, cancellationToken);
        var expected = record is null ? NoHash : Convert.FromHexString(record.Hash);
        var same = CryptographicOperations.FixedTimeEquals(key.Hash(), expected);
        return same && record is { RevokedAt: null }
            ? new(record.PrincipalId, record.Name, record.Scopes.ToHashSet(StringComparer.Ordinal))
            : null;
    }

    private async Task<KeyRecord?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_cache.TryGetValue(id, out var cached) && cached.Until > now)
        {
            return cached.Record;
        }

        var item = await table.GetAsync(KeyOf(id), strong: true, cancellationToken);
        var record = item is null ? null : Record(item.Body);
        if (_cache.Count >= MaxCached)
        {
            _cache.Clear();
        }

        _cache[id] = (record, now + CacheTime);
        return record;
    }

    private async Task WriteIfAbsentAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken)
    {
        try
        {
            await table.WriteAsync(writes, cancellationToken);
        }
        catch (TableConflictException)
        {
            // Another process was first: the caller looks whose stand.
        }
    }

    private TableWrite.Put PutOf(ApiKey key, string name, IReadOnlyList<string> scopes)
    {
        var now = time.GetUtcNow();
        var record = new KeyRecord(key.Id, name, Convert.ToHexStringLower(key.Hash()), scopes, now);
        var order = string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeMilliseconds():0000000000000}#{key.Id}");
        return new(KeyOf(key.Id), 0, Body(record), new(IndexPartition, order));
    }

    private static TableKey KeyOf(string id) => new($"KEY#{id}", "META");

    private static KeyRecord Record(JsonObject body) =>
        body.Deserialize(AccessJson.Default.KeyRecord) ?? throw new InvalidOperationException("A stored key is null.");

    private static JsonObject Body(KeyRecord record) => JsonSerializer.SerializeToNode(record, AccessJson.Default.KeyRecord)!.AsObject();
}
