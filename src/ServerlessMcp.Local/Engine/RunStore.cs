using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.StatesLanguage;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Local.Engine;

/// <summary>A run as it lies in the file.</summary>
/// <param name="Step">Transitions stored so far, the start included.</param>
/// <param name="Definition">The machine's text when the run started.</param>
internal sealed record StoredRun(RunState Run, long Step, string Definition);

/// <summary>One line of a run's history, for display only.</summary>
internal sealed record HistoryLine(long Number, DateTimeOffset At, string Type, JsonObject? Details);

/// <summary>Runs in the local database: a checkpoint a run, its history, and the definitions they started with.</summary>
/// <remarks>Ended runs go 90 days after their end, as in Step Functions; the executions' own records stay longer, in the table.</remarks>
internal sealed class RunStore
{
    private const string Select =
        "SELECT run.state, run.step, definition.text FROM run JOIN definition ON definition.hash = run.definition";

    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private readonly LocalDatabase _database;
    private readonly TimeProvider _time;

    public RunStore(LocalDatabase database, TimeProvider time)
    {
        (_database, _time) = (database, time);
        database.Define("""
            CREATE TABLE IF NOT EXISTS definition (hash TEXT PRIMARY KEY, text TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS run (
                name TEXT PRIMARY KEY, definition TEXT NOT NULL, step INTEGER NOT NULL, state TEXT NOT NULL,
                open INTEGER NOT NULL, ttl INTEGER);
            CREATE INDEX IF NOT EXISTS run_open ON run (name) WHERE open = 1;
            CREATE TABLE IF NOT EXISTS history (
                run TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL, details TEXT,
                PRIMARY KEY (run, number)) WITHOUT ROWID;
            """);
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <returns>False when there is a run of this name already.</returns>
    public Task<bool> InsertAsync(StateMachine machine, Transition start, CancellationToken cancellationToken) => _database.WriteAsync(
        connection =>
        {
            connection.Execute(
                "INSERT OR IGNORE INTO definition (hash, text) VALUES ($hash, $text)", ("$hash", machine.Hash), ("$text", machine.Text));
            var added = connection.Execute(
                "INSERT OR IGNORE INTO run (name, definition, step, state, open) VALUES ($name, $hash, 1, $state, 1)",
                ("$name", start.Run.Run), ("$hash", machine.Hash), ("$state", Write(start.Run)));
            if (added == 1)
            {
                Append(connection, start);
            }

            return added == 1;
        },
        cancellationToken);

    /// <summary>One transaction: checkpoint and history. Repeated after an unknown outcome, it is made once.</summary>
    /// <param name="step">How many transitions were stored before.</param>
    public Task SaveAsync(Transition moved, long step, CancellationToken cancellationToken) => _database.WriteAsync(
        connection =>
        {
            var state = Write(moved.Run);
            var changed = connection.Execute(
                "UPDATE run SET state = $state, step = step + 1, ttl = $ttl WHERE name = $name AND step = $step",
                ("$state", state), ("$ttl", (moved.Run.EndedAt + Kept)?.ToUnixTimeMilliseconds()),
                ("$name", moved.Run.Run), ("$step", step));
            if (changed == 1)
            {
                Append(connection, moved);
            }
            else if (Read(connection, moved.Run.Run) is not { } stored || stored.Step != step + 1 || Write(stored.Run) != state)
            {
                throw new InvalidOperationException($"Run {moved.Run.Run} was moved by somebody else.");
            }

            return changed;
        },
        cancellationToken);

    /// <summary>After its end was told.</summary>
    public Task CloseAsync(string name, CancellationToken cancellationToken) => _database.WriteAsync(
        connection => connection.Execute("UPDATE run SET open = 0 WHERE name = $name", ("$name", name)), cancellationToken);

    /// <summary>Runs that have not ended, or whose end was not told.</summary>
    public Task<List<StoredRun>> OpenAsync(CancellationToken cancellationToken) => _database.ReadAsync(
        connection =>
        {
            using var command = connection.Command($"{Select} WHERE run.open = 1 ORDER BY run.name");
            using var row = command.ExecuteReader();
            var runs = new List<StoredRun>();
            while (row.Read())
            {
                runs.Add(Stored(row));
            }

            return runs;
        },
        cancellationToken);

    public Task<StoredRun?> FindAsync(string name, CancellationToken cancellationToken) =>
        _database.ReadAsync(connection => Read(connection, name), cancellationToken);

    public Task<List<HistoryLine>> HistoryAsync(string name, CancellationToken cancellationToken) => _database.ReadAsync(
        connection =>
        {
            using var command = connection.Command(
                "SELECT number, at, type, details FROM history WHERE run = $name ORDER BY number", ("$name", name));
            using var row = command.ExecuteReader();
            var lines = new List<HistoryLine>();
            while (row.Read())
            {
                var details = row.Text(3) is { } text ? JsonNode.Parse(text)!.AsObject() : null;
                lines.Add(new(row.GetInt64(0), row.Time(1)!.Value, row.GetString(2), details));
            }

            return lines;
        },
        cancellationToken);

    /// <returns>How many runs went.</returns>
    public Task<int> PruneAsync(CancellationToken cancellationToken) => _database.WriteAsync(
        connection =>
        {
            const string Old = "ttl <= $now AND open = 0";
            connection.Execute($"DELETE FROM history WHERE run IN (SELECT name FROM run WHERE {Old})", ("$now", Now));
            var runs = connection.Execute($"DELETE FROM run WHERE {Old}", ("$now", Now));
            connection.Execute("DELETE FROM definition WHERE hash NOT IN (SELECT definition FROM run)");
            return runs;
        },
        cancellationToken);

    private void Append(SqliteConnection connection, Transition moved)
    {
        foreach (var item in moved.Events)
        {
            connection.Execute(
                """
                INSERT INTO history (run, number, at, type, details)
                SELECT $run, COALESCE(MAX(number), 0) + 1, $at, $type, $details FROM history WHERE run = $run
                """,
                ("$run", moved.Run.Run), ("$at", Now), ("$type", item.Type), ("$details", item.Details?.ToJsonString()));
        }
    }

    private static StoredRun? Read(SqliteConnection connection, string name)
    {
        using var command = connection.Command($"{Select} WHERE run.name = $name", ("$name", name));
        using var row = command.ExecuteReader();
        return row.Read() ? Stored(row) : null;
    }

    private static StoredRun Stored(SqliteDataReader row) =>
        new(JsonSerializer.Deserialize(row.GetString(0), RunStateJson.Default.RunState)!, row.GetInt64(1), row.GetString(2));

    private static string Write(RunState run) => JsonSerializer.Serialize(run, RunStateJson.Default.RunState);
}
