using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Local.Storage;

/// <summary>The one table in the local database file.</summary>
/// <remarks>Shape: a row an item; body as JSON text, ttl in epoch milliseconds. Text sorts by its UTF-8 bytes, as in DynamoDB.</remarks>
internal sealed class SqliteTable : ITable
{
    private const string Columns = "pk, sk, version, body, ipk, isk, ttl";

    /// <summary>Above every sort key that begins with a prefix: U+10FFFF is the last code point.</summary>
    private const string Last = "\U0010FFFF";

    private readonly LocalDatabase _database;
    private readonly TimeProvider _time;

    public SqliteTable(LocalDatabase database, TimeProvider time)
    {
        (_database, _time) = (database, time);
        database.Define("""
            CREATE TABLE IF NOT EXISTS item (
                pk TEXT NOT NULL, sk TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, ipk TEXT, isk TEXT, ttl INTEGER,
                PRIMARY KEY (pk, sk));
            CREATE INDEX IF NOT EXISTS item_index ON item (ipk, isk, pk, sk) WHERE ipk IS NOT NULL;
            CREATE INDEX IF NOT EXISTS item_ttl ON item (ttl) WHERE ttl IS NOT NULL;
            """);
    }

    /// <inheritdoc/>
    public Task<TableItem?> GetAsync(TableKey key, bool strong, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => Find(connection, key), cancellationToken);

    /// <inheritdoc/>
    public Task<TablePage> QueryAsync(
        string partition, string sortPrefix, string? cursor, int limit, bool backward, CancellationToken cancellationToken)
    {
        var after = cursor is null ? null : TableCursor.Read(cursor, 1)[0];
        var (order, beyond) = backward ? ("DESC", "<") : ("ASC", ">");
        var text = $"""
            SELECT {Columns} FROM item
            WHERE pk = $pk AND sk >= $from AND sk < $to AND ($after IS NULL OR sk {beyond} $after) AND (ttl IS NULL OR ttl > $now)
            ORDER BY sk {order} LIMIT $limit
            """;
        return _database.ReadAsync(
            connection =>
            {
                using var command = connection.Command(
                    text, ("$pk", partition), ("$from", sortPrefix), ("$to", sortPrefix + Last), ("$after", after), ("$now", Now),
                    ("$limit", limit + 1));
                return Page(command, limit, last => TableCursor.Write(last.Key.Sort));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<TablePage> QueryIndexAsync(
        string indexPartition, string? cursor, int limit, bool backward, CancellationToken cancellationToken)
    {
        var after = cursor is null ? new string?[3] : TableCursor.Read(cursor, 3);
        var (order, beyond) = backward ? ("DESC", "<") : ("ASC", ">");
        var text = $"""
            SELECT {Columns} FROM item
            WHERE ipk = $ipk AND ($isk IS NULL OR (isk, pk, sk) {beyond} ($isk, $pk, $sk)) AND (ttl IS NULL OR ttl > $now)
            ORDER BY isk {order}, pk {order}, sk {order} LIMIT $limit
            """;
        return _database.ReadAsync(
            connection =>
            {
                using var command = connection.Command(
                    text, ("$ipk", indexPartition), ("$isk", after[0]), ("$pk", after[1]), ("$sk", after[2]), ("$now", Now),
                    ("$limit", limit + 1));
                return Page(command, limit, last => TableCursor.Write(last.Index!.Value.Sort, last.Key.Partition, last.Key.Sort));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken)
    {
        TableLimits.Check(writes);
        await _database.WriteAsync(
            connection =>
            {
                foreach (var write in writes)
                {
                    Apply(connection, write);
                }

                return writes.Count;
            },
            cancellationToken);
    }

    /// <summary>Frees the room of expired items; they count as absent with or without it.</summary>
    /// <returns>How many went.</returns>
    public Task<int> DropExpiredAsync(CancellationToken cancellationToken) =>
        _database.WriteAsync(connection => connection.Execute("DELETE FROM item WHERE ttl <= $now", ("$now", Now)), cancellationToken);

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Apply(SqliteConnection connection, TableWrite write)
    {
        var version = Find(connection, write.Key)?.Version ?? 0;
        if (write.ExpectedVersion is { } expected && expected != version)
        {
            throw new TableConflictException(write.Key);
        }

        switch (write)
        {
            case TableWrite.Put put:
                connection.Execute(
                    $"INSERT OR REPLACE INTO item ({Columns}) VALUES ($pk, $sk, $version, $body, $ipk, $isk, $ttl)",
                    ("$pk", put.Key.Partition), ("$sk", put.Key.Sort), ("$version", version + 1), ("$body", put.Body.ToJsonString()),
                    ("$ipk", put.Index?.Partition), ("$isk", put.Index?.Sort), ("$ttl", put.Ttl?.ToUnixTimeMilliseconds()));
                break;
            case TableWrite.Delete:
                connection.Execute("DELETE FROM item WHERE pk = $pk AND sk = $sk", ("$pk", write.Key.Partition), ("$sk", write.Key.Sort));
                break;
        }
    }

    private TableItem? Find(SqliteConnection connection, TableKey key)
    {
        using var command = connection.Command(
            $"SELECT {Columns} FROM item WHERE pk = $pk AND sk = $sk AND (ttl IS NULL OR ttl > $now)",
            ("$pk", key.Partition), ("$sk", key.Sort), ("$now", Now));
        using var row = command.ExecuteReader();
        return row.Read() ? Item(row) : null;
    }

    /// <summary>One row more than asked was selected, so that the last page has no cursor.</summary>
    private static TablePage Page(SqliteCommand command, int limit, Func<TableItem, string> cursor)
    {
        using var row = command.ExecuteReader();
        var items = new List<TableItem>();
        while (row.Read())
        {
            if (items.Count == limit)
            {
                return new(items, cursor(items[^1]));
            }

            items.Add(Item(row));
        }

        return new(items, null);
    }

    private static TableItem Item(SqliteDataReader row) => new(
        new(row.GetString(0), row.GetString(1)),
        row.GetInt64(2),
        JsonNode.Parse(row.GetString(3))!.AsObject(),
        row.Text(4) is { } partition ? new(partition, row.GetString(5)) : null,
        row.Time(6));
}
