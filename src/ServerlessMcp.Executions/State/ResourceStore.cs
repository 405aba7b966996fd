using System.Text.Json;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>Reads what is tracked of resources, and keeps what looks at them have shown.</summary>
public sealed class ResourceStore(ITable table)
{
    /// <returns>Null if no execution made or changed it, or if the caller has no part in it: the same answer.</returns>
    public async Task<TrackedResource?> FindAsync(string key, Principal caller, CancellationToken cancellationToken)
    {
        if (!caller.SeesAll && await table.GetAsync(ResourceKeys.Owner(key, caller.Id), strong: true, cancellationToken) is null)
        {
            return null;
        }

        return await ReadAsync(key, cancellationToken);
    }

    /// <summary>Newest first; eventually consistent. The caller's own, or the account's for who <see cref="Principal.SeesAll"/>.</summary>
    /// <param name="keep">Which of them.</param>
    /// <param name="limit">At most so many are looked through in one page, so fewer may be kept.</param>
    public async Task<TrackedPage> ListAsync(
        string account, Principal caller, Func<TrackedResource, bool> keep, string? cursor, int limit, CancellationToken cancellationToken)
    {
        const int MostPages = 5;
        var partition = caller.SeesAll ? ResourceKeys.AccountPartition(account) : ResourceKeys.OwnerPartition(caller.Id);
        var found = new List<TrackedResource>();
        for (var n = 0; n < MostPages; n++)
        {
            var page = await table.QueryIndexAsync(partition, cursor, limit - found.Count, backward: true, cancellationToken);
            var records = await Task.WhenAll(page.Items.Select(item => OfIndexAsync(item, cancellationToken)));
            found.AddRange(records.OfType<TrackedResource>().Where(keep));
            cursor = page.Cursor;
            if (cursor is null || found.Count >= limit)
            {
                break;
            }
        }

        return new(found, cursor);
    }

    /// <summary>The account's records one after the other, oldest first, for who looks at all of them in turn.</summary>
    public async Task<TrackedPage> PageAsync(string account, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var page = await table.QueryIndexAsync(ResourceKeys.AccountPartition(account), cursor, limit, backward: false, cancellationToken);
        var records = await Task.WhenAll(page.Items.Select(item => OfIndexAsync(item, cancellationToken)));
        return new([.. records.OfType<TrackedResource>()], page.Cursor);
    }

    /// <summary>Which steps worked on it, newest first, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<ResourceTouch>> TouchesAsync(string key, int limit, CancellationToken cancellationToken)
    {
        var page = await table.QueryAsync(ResourceKeys.Partition(key), ResourceKeys.TouchPrefix, null, limit, backward: true, cancellationToken);
        return [.. page.Items.Select(item => JsonNodes.To(item.Body, ExecutionsJson.Default.ResourceTouch))];
    }

    /// <summary>The last look wins; nothing decides on it.</summary>
    public Task SaveSeenAsync(string key, ResourceSeen seen, CancellationToken cancellationToken) => table.WriteAsync(
        [
            new TableWrite.Put(
                ResourceKeys.Seen(key), null, JsonNodes.ToObject(seen, ExecutionsJson.Default.ResourceSeen), Ttl: seen.LookedAt + LargeValues.Kept),
        ],
        cancellationToken);

    private async Task<TrackedResource?> OfIndexAsync(TableItem item, CancellationToken cancellationToken)
    {
        var key = (item.Body["key"] as System.Text.Json.Nodes.JsonValue)?.GetValue<string>();
        return key is null ? null : await ReadAsync(key, cancellationToken);
    }

    private async Task<TrackedResource?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var read = table.GetAsync(ResourceKeys.Seen(key), strong: true, cancellationToken);
        var meta = await table.GetAsync(ResourceKeys.Meta(key), strong: true, cancellationToken);
        var seen = await read;
        try
        {
            return meta is null ? null : new(
                JsonNodes.To(meta.Body, ExecutionsJson.Default.ResourceRecord),
                seen is null ? null : JsonNodes.To(seen.Body, ExecutionsJson.Default.ResourceSeen));
        }
        catch (JsonException)
        {
            // Not of this version's making: as if it were not tracked, until the worker writes it anew.
            return null;
        }
    }
}

/// <param name="Seen">Null if nobody has looked.</param>
public sealed record TrackedResource(ResourceRecord Record, ResourceSeen? Seen)
{
    private ResourceSeen? Newer => Seen is { } seen && seen.LookedAt >= Record.UpdatedAt ? seen : null;

    public ResourceState State => Newer?.State ?? Record.State;

    public string? Why => Newer is { } seen ? seen.Why : Record.Why;

    public DateTimeOffset? LastSeenAt => Seen?.LastSeenAt > Record.LastSeenAt || Record.LastSeenAt is null ? Seen?.LastSeenAt : Record.LastSeenAt;
}

/// <param name="Cursor">Null at the end.</param>
public sealed record TrackedPage(IReadOnlyList<TrackedResource> Items, string? Cursor);
