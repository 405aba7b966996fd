using Microsoft.Data.Sqlite;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Local.Storage;

/// <summary>The one database file of local mode, shared by the table and the engine: WAL, synchronous=FULL, one process.</summary>
/// <remarks>
/// One connection writes and one reads, each for one caller at a time; in WAL a read never waits for a write's disk flush and sees
/// every commit before it. What was committed survives a kill and a power cut.
/// </remarks>
internal sealed class LocalDatabase : IDisposable
{
    private readonly DatabaseLock held;
    private readonly SqliteConnection writer;
    private readonly SqliteConnection reader;
    private readonly SemaphoreSlim writing = new(1);
    private readonly SemaphoreSlim reading = new(1);
    private readonly Action<int>? committed;
    private int commits;
    private volatile bool closed;

    /// <param name="path">Made if absent, its folder too.</param>
    /// <param name="committed">
    /// For crash sweeps: called after each commit with its running number from 1. If it throws, the database is dead: nothing follows.
    /// </param>
    /// <exception cref="CallerException"><c>database_in_use</c>, <c>database_unusable</c>.</exception>
    public LocalDatabase(string path, Action<int>? committed = null)
    {
        this.committed = committed;
        Path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        held = DatabaseLock.Take(Path);
        try
        {
            writer = Open(Path);
            Run(writer, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
            reader = Open(Path);
            Run(reader, "PRAGMA query_only=ON;");
        }
        catch (SqliteException broken)
        {
            writer?.Dispose();
            held.Dispose();
            throw new CallerException(
                "database_unusable", $"{Path} cannot be used as the database: {broken.Message} Move it away or repair it.", cause: broken);
        }
    }

    public string Path { get; }

    /// <summary>For the tables of a user of this file: <c>CREATE ... IF NOT EXISTS</c> only. No commit is counted.</summary>
    public void Define(string sql) => Run(writer, sql);

    /// <summary>Runs <paramref name="work"/> in one transaction: committed when it returns, rolled back when it throws.</summary>
    /// <exception cref="TableUnavailableException">Disk full, disk error, locked by another program, or closed.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            ThrowIfClosed();
            T result;
            using (var transaction = writer.BeginTransaction())
            {
                result = work(writer);
                transaction.Commit();
            }

            Committed();
            return result;
        }
        catch (SqliteException failure) when (IsUnavailable(failure))
        {
            throw Unavailable(failure);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <exception cref="TableUnavailableException">As for <see cref="WriteAsync"/>.</exception>
    public async Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            ThrowIfClosed();
            return work(reader);
        }
        catch (SqliteException failure) when (IsUnavailable(failure))
        {
            throw Unavailable(failure);
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Waits for the read and the write under way; what comes later is refused.</summary>
    public void Dispose()
    {
        if (closed && held.IsReleased)
        {
            return;
        }

        closed = true;
        writing.Wait();
        reading.Wait();
        reader.Dispose();
        writer.Dispose();
        held.Dispose();
        reading.Release();
        writing.Release();
    }

    private void Committed()
    {
        commits++;
        var alive = false;
        try
        {
            committed?.Invoke(commits);
            alive = true;
        }
        finally
        {
            closed |= !alive;
        }
    }

    private void ThrowIfClosed()
    {
        if (closed)
        {
            throw new TableUnavailableException($"The database {Path} is closed.");
        }
    }

    private TableUnavailableException Unavailable(SqliteException failure) =>
        new($"The database {Path} does not answer: {failure.Message}", failure);

    /// <summary>BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN; any other code is a bug of ours. Source: sqlite.org/rescode.html.</summary>
    private static bool IsUnavailable(SqliteException failure) => failure.SqliteErrorCode is 5 or 6 or 8 or 10 or 13 or 14;

    private static SqliteConnection Open(string path)
    {
        // Without pooling, closing really closes: the file is free when the lock is.
        var text = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ToString();
        var connection = new SqliteConnection(text);
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
