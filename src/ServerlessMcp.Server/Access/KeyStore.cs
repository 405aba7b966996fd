using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Server.Access;

/// <summary>API keys: made, replaced, ended, checked. Only their hashes are stored. Thread safe.</summary>
/// <remarks>
/// Whatever does not open looks alike from outside: same answer, and one read of the table whether the id is unknown or the key is wrong,
/// expired, disabled, revoked or used from elsewhere. A text whose check fails, and a key of another environment, is refused without a read.
/// </remarks>
public sealed class KeyStore(ITable table, KeySettings settings, TimeProvider time)
{
    private const int MaxCached = 1000;

    private static readonly TimeSpan Overlap = TimeSpan.FromDays(7);
    private static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(15);
    private static readonly byte[] NoHash = new byte[HMACSHA256.HashSizeInBytes];

    private readonly KeyRecords _records = new(table);
    private readonly KeyAudit _audit = new(table, time);

    // Keys that may only read: a revoked one is refused at once by the process that revoked it, and by every other within CacheTime.
    private readonly ConcurrentDictionary<string, (KeyRecord Record, DateTimeOffset Until)> _readers = new(StringComparer.Ordinal);

    public Task<IReadOnlyList<KeyRecord>> ListAsync(CancellationToken cancellationToken) => _records.ListAsync(cancellationToken);

    /// <returns>The key in plain, this once.</returns>
    /// <exception cref="CallerException"><c>invalid_key</c>, <c>scope_exceeds_own</c>.</exception>
    public async Task<string> CreateAsync(KeyRequest request, Principal creator, CancellationToken cancellationToken)
    {
        request.Check(creator);
        var key = ApiKey.New(settings.Environment);
        var record = RecordOf(key, request.Name, request.Scopes, request.Owner ?? creator.Owner) with
        {
            CreatedBy = creator.Id,
            ExpiresAt = time.GetUtcNow().AddDays(request.Days),
            Networks = request.Networks is { Count: > 0 } networks ? networks : null,
        };
        await _audit.WriteAsync("create", creator.Id, [record], [KeyRecords.Put(record, 0)], cancellationToken);
        return key.Reveal();
    }

    /// <summary>
    /// Makes a key that is the same caller with the same scopes, networks and owner, and as long to live; the old one opens for
    /// seven days more.
    /// </summary>
    /// <returns>The new key in plain, this once, and what is stored of the old one now.</returns>
    /// <exception cref="CallerException"><c>key_not_found</c>, <c>key_has_ended</c>, <c>key_has_successor</c>, <c>scope_exceeds_own</c>.</exception>
    public async Task<(string Key, KeyRecord Old)> RotateAsync(string id, Principal creator, CancellationToken cancellationToken)
    {
        var (old, version) = await _records.GetAsync(id, cancellationToken);
        var now = time.GetUtcNow();
        var state = old.State(now);
        if (state is "revoked" or "disabled" or "expired")
        {
            throw new CallerException("key_has_ended", $"Key {old.Id} is {state}, so nothing takes its place. 'smcp key create' makes a new caller's key.");
        }

        if (old.Successor is { } other)
        {
            throw new CallerException("key_has_successor", $"Key {other} took the place of {old.Id} already; rotate that one if it was lost.");
        }

        new KeyRequest(old.Name, old.Scopes).Check(creator);
        var key = ApiKey.New(settings.Environment);
        var successor = RecordOf(key, old.Name, old.Scopes, old.Owner ?? creator.Owner) with
        {
            Principal = old.PrincipalId,
            CreatedBy = creator.Id,
            ExpiresAt = old.Pepper is null ? now.AddDays(KeyRequest.UsualDays) : now + (old.ExpiresAt - old.CreatedAt),
            Networks = old.Networks,
            SuccessorOf = old.Id,
        };
        var until = now + Overlap;
        var ending = old with { Successor = key.Id, ExpiresAt = old.ExpiresAt < until ? old.ExpiresAt : until };
        await _audit.WriteAsync("rotate", creator.Id, [successor], [KeyRecords.Put(successor, 0), KeyRecords.Put(ending, version)], cancellationToken);
        _readers.TryRemove(old.Id, out _);
        return (key.Reveal(), ending);
    }

    /// <param name="id">The middle part of the key, or the principal id <c>key_...</c>.</param>
    /// <exception cref="CallerException"><c>key_not_found</c>.</exception>
    public Task<KeyRecord> RevokeAsync(string id, Principal by, CancellationToken cancellationToken) =>
        ChangeAsync(id, "revoke", by, record => record with { RevokedAt = record.RevokedAt ?? time.GetUtcNow() }, cancellationToken);

    /// <param name="id">As for <see cref="RevokeAsync"/>.</param>
    /// <param name="isDisabled">False lets it open again.</param>
    /// <exception cref="CallerException"><c>key_not_found</c>, <c>key_has_ended</c>.</exception>
    public Task<KeyRecord> DisableAsync(string id, bool isDisabled, Principal by, CancellationToken cancellationToken) => ChangeAsync(
        id,
        isDisabled ? "disable" : "enable",
        by,
        record => record.RevokedAt is null
            ? record with { DisabledAt = isDisabled ? record.DisabledAt ?? time.GetUtcNow() : null }
            : throw new CallerException("key_has_ended", $"Key {record.Id} is revoked, and stays so."),
        cancellationToken);

    /// <param name="source">Where the caller is, for keys that are bound to networks.</param>
    /// <returns>Null for whatever is not a key that opens.</returns>
    /// <exception cref="TableUnavailableException">Nothing can be said about the key now.</exception>
    public async Task<Principal?> VerifyAsync(string text, IPAddress? source, CancellationToken cancellationToken)
    {
        if (!ApiKey.TryParse(text, out var key) || key.Environment != settings.Environment)
        {
            return null;
        }

        var now = time.GetUtcNow();
        if (_readers.TryGetValue(key.Id, out var cached) && cached.Until > now && Opens(cached.Record, key, source, now))
        {
            return PrincipalOf(cached.Record);
        }

        if (await ReadAsync(key.Id, record => Opens(record, key, source, now), cancellationToken) is not { } good)
        {
            return null;
        }

        await UsedAsync(good.Record, good.Version, key, now, cancellationToken);
        Remember(good.Record, now);
        return PrincipalOf(good.Record);
    }

    /// <summary>Of a caller who showed the key before: it is asked again whether it opens.</summary>
    /// <param name="id">The middle part of the key.</param>
    /// <param name="source">Where the caller is, for keys that are bound to networks.</param>
    /// <returns>Null when the key opens nothing any more, or not from there.</returns>
    /// <exception cref="TableUnavailableException">Nothing can be said about the key now.</exception>
    internal async Task<Principal?> FindAsync(string id, IPAddress? source, CancellationToken cancellationToken) =>
        await ReadAsync(id, record => record?.State(time.GetUtcNow()) == "active" && IsFrom(record.Networks, source), cancellationToken) is { Record: var record }
            ? PrincipalOf(record)
            : null;

    /// <returns>The middle part of a key that has opened.</returns>
    public static string IdOf(string text) => ApiKey.TryParse(text, out var key) ? key.Id : throw new ArgumentException("Not a key.", nameof(text));

    /// <returns>Null for what does not open.</returns>
    /// <exception cref="TableUnavailableException">Nothing can be said about the key now.</exception>
    private async Task<(KeyRecord Record, long Version)?> ReadAsync(string id, Func<KeyRecord?, bool> opens, CancellationToken cancellationToken)
    {
        try
        {
            var found = await _records.FindAsync(id, cancellationToken);
            return opens(found?.Record) ? found : null;
        }
        catch (Exception unread) when (unread is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new TableUnavailableException($"The record of key {id} cannot be read: {unread.Message}", unread);
        }
    }

    /// <summary>For the first keys: a record as <see cref="CreateAsync"/> makes it.</summary>
    internal KeyRecord RecordOf(ApiKey key, string name, IReadOnlyList<string> scopes, string owner) => new(
        key.Id, name, HashOf(key), scopes, time.GetUtcNow())
    {
        Pepper = settings.Peppers.Current,
        Principal = $"key_{key.Id}",
        Owner = owner,
    };

    /// <summary>Whether this is the key of the record, whatever state it is in. Takes the same time for a record that is not there.</summary>
    internal bool IsOf(KeyRecord? record, ApiKey key)
    {
        var hash = settings.Peppers.Hash(key, record?.Pepper ?? settings.Peppers.Current) ?? NoHash;
        var stored = record?.Pepper is null ? NoHash : Convert.FromHexString(record.Hash);
        return CryptographicOperations.FixedTimeEquals(hash, stored) && !CryptographicOperations.FixedTimeEquals(stored, NoHash);
    }

    private bool Opens(KeyRecord? record, ApiKey key, IPAddress? source, DateTimeOffset now)
    {
        var isKey = IsOf(record, key);
        return record is not null && isKey && record.State(now) == "active" && IsFrom(record.Networks, source);
    }

    private static bool IsFrom(IReadOnlyList<string>? networks, IPAddress? source)
    {
        var address = source is { IsIPv4MappedToIPv6: true } ? source.MapToIPv4() : source;
        return networks is null || (address is not null && networks.Any(network => IPNetwork.Parse(network).Contains(address)));
    }

    private static Principal PrincipalOf(KeyRecord record) =>
        new(record.PrincipalId, record.Name, record.Scopes.ToHashSet(StringComparer.Ordinal)) { Owner = record.Owner ?? record.PrincipalId };

    /// <summary>At most once a day, and when the pepper is not the newest: says so in the record.</summary>
    private async Task UsedAsync(KeyRecord record, long version, ApiKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var day = now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (record.LastUsedDay == day && record.Pepper == settings.Peppers.Current)
        {
            return;
        }

        try
        {
            var used = record with { LastUsedDay = day, Pepper = settings.Peppers.Current, Hash = HashOf(key) };
            await table.WriteAsync([KeyRecords.Put(used, version)], cancellationToken);
        }
        catch (Exception busy) when (busy is TableConflictException or TableUnavailableException)
        {
            // Another request said it, or the next one will: the key was read and opens.
        }
    }

    private void Remember(KeyRecord record, DateTimeOffset now)
    {
        if (record.Scopes is not [Scope.Read])
        {
            return;
        }

        if (_readers.Count >= MaxCached)
        {
            _readers.Clear();
        }

        _readers[record.Id] = (record, now + CacheTime);
    }

    private async Task<KeyRecord> ChangeAsync(string id, string action, Principal by, Func<KeyRecord, KeyRecord> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (record, version) = await _records.GetAsync(id, cancellationToken);
            var changed = change(record);
            try
            {
                await _audit.WriteAsync(action, by.Id, [changed], [KeyRecords.Put(changed, version)], cancellationToken);
                _readers.TryRemove(record.Id, out _);
                return changed;
            }
            catch (TableConflictException)
            {
                // It was used for the first time today in between: look again.
            }
        }
    }

    private string HashOf(ApiKey key) => Convert.ToHexStringLower(settings.Peppers.Hash(key, settings.Peppers.Current)!);
}
