using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Access;

/// <summary>What the table holds of keys; no secret is among it.</summary>
public sealed class KeyRecords(ITable table)
{
    private const string IndexPartition = "KEYS";

    /// <summary>How long an expired key can still be seen.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>All keys, oldest first.</summary>
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

    /// <returns>The record and its version; null if there is none.</returns>
    internal async Task<(KeyRecord Record, long Version)?> FindAsync(string id, CancellationToken cancellationToken) =>
        await table.GetAsync(KeyOf(id), strong: true, cancellationToken) is { } item ? (Record(item.Body), item.Version) : null;

    /// <param name="named">The middle part of a key, its principal <c>key_...</c>, or the key itself, whose secret is not repeated.</param>
    /// <exception cref="CallerException"><c>key_not_found</c>.</exception>
    internal async Task<(KeyRecord Record, long Version)> GetAsync(string named, CancellationToken cancellationToken)
    {
        var id = ApiKey.TryParse(named, out var key) ? key.Id : named.StartsWith("key_", StringComparison.Ordinal) ? named[4..] : named;
        return await FindAsync(id, cancellationToken) ?? throw await NotFoundAsync(id, cancellationToken);
    }

    internal static TableWrite.Put Put(KeyRecord record, long expectedVersion)
    {
        var order = string.Create(CultureInfo.InvariantCulture, $"{record.CreatedAt.ToUnixTimeMilliseconds():0000000000000}#{record.Id}");
        var body = JsonSerializer.SerializeToNode(record, AccessJson.Default.KeyRecord)!.AsObject();
        return new(KeyOf(record.Id), expectedVersion, body, new(IndexPartition, order), record.ExpiresAt + Kept);
    }

    private async Task<CallerException> NotFoundAsync(string id, CancellationToken cancellationToken)
    {
        var named = (await ListAsync(cancellationToken)).Where(record => record.Name == id).Select(record => record.Id).ToList();
        var hint = named.Count == 0 ? "'smcp key list' shows their ids." : $"The id of a key with this name is {string.Join(" or ", named)}.";
        return new("key_not_found", $"There is no key with the id '{(id.StartsWith(ApiKey.Prefix, StringComparison.Ordinal) ? "smcp_..." : Views.Cut(id))}'. {hint}");
    }

    private static TableKey KeyOf(string id) => new($"KEY#{id}", "META");

    private static KeyRecord Record(JsonObject body) =>
        body.Deserialize(AccessJson.Default.KeyRecord) ?? throw new InvalidOperationException("A stored key is null.");
}
