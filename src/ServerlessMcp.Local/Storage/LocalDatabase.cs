using Microsoft.Data.Sqlite;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Local.Access;

namespace ServerlessMcp.Local.Storage;

/// <summary>The one database file of local mode, shared by the table and the engine: WAL, synchronous=FULL, one process.</summary>
/// <remarks>
/// One connection writes and one reads, each for one caller at a time; in WAL a read never waits for a write's disk flush and sees
/// every commit before it. What was committed survives a kill and a power cut.
/// </remarks>
internal sealed class LocalDatabase : IDisposable
{
    private readonly DatabaseLock _held;
    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _reader;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _reading = new(1);
    private readonly Action<int>? _committed;
    private int _commits;
    private volatile bool _closed;

    /// <param name="path">Made if absent, its folder too.</param>
    /// <param name="committed">
    /// For crash sweeps: called after each commit with its running number from 1. If it throws, the database is dead: nothing follows.
    /// </param>
    /// <exception cref="CallerException"><c>database_in_use</c>, <c>database_unusable</c>.</exception>
    public LocalDatabase(string path, Action<int>? committed = null)
    {
        _committed = committed;
        Path = System.IO.Path.GetFullPath(path);
        PrivateFile.CreateFolder(System.IO.Path.GetDirectoryName(Path)!);
        _held = DatabaseLock.Take(Path);
        try
        {
            PrivateFile.Claim(Path); // SQLite gives its -wal and -shm files the mode of this one.
            _writer = Open(Path);
            Run(_writer, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
            _reader = Open(Path);
            Run(_reader, "PRAGMA query_only=ON;");
        }
        catch (Exception broken) when (broken is SqliteException or UnauthorizedAccessException)
        {
            _writer?.Dispose();
            _held.Dispose();
            throw new CallerException(
                "database_unusable", $"{Path} cannot be used as the database: {broken.Message} Move it away or repair it.", cause: broken);
        }
    }

    public string Path { get; }

    /// <summary>For the tables of a user of this file: <c>CREATE ... IF NOT EXISTS</c> only. No commit is counted.</summary>
    public void Define(string sql) => Run(_writer, sql);

    /// <summary>Runs <paramref name="work"/> in one transaction: committed when it returns, rolled back when it throws.</summary>
    /// <exception cref="TableUnavailableException">Disk full, disk error, locked by another program, or closed.</exception>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            ThrowIfClosed();
            T result;
            using (var transaction = _writer.BeginTransaction())
            {
                result = work(_writer);
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
            _writing.Release();
        }
    }

    /// <exception cref="TableUnavailableException">As for <see cref="WriteAsync"/>.</exception>
    public async Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            ThrowIfClosed();
            return work(_reader);
        }
        catch (SqliteException failure) when (IsUnavailable(failure))
        {
            throw Unavailable(failure);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Waits for the read and the write under way; what comes later is refused.</summary>
    public void Dispose()
    {
        if (_closed && _held.IsReleased)
        {
            return;
        }

        _closed = true;
        _writing.Wait();
        _reading.Wait();
        _reader.Dispose();
        _writer.Dispose();
        _held.Dispose();
        _reading.Release();
        _writing.Release();
    }

    private void Committed()
    {
        _commits++;
        var alive = false;
        try
        {
            _committed?.Invoke(_commits);
            alive = true;
        }
        finally
        {
            _closed |= !alive;
        }
    }

    private void ThrowIfClosed()
    {
        if (_closed)
        {
            throw new TableUnavailableException($"The database {Path} is closed.");
        }
    }

    private TableUnavailableException Unavailable(SqliteException failure) =>
        new($"The database {Path} does not answer: {failure.Message}", failure);

    /// <summary>BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB; any other code is a bug of ours. Source: sqlite.org/rescode.html.</summary>
    private static bool IsUnavailable(SqliteException failure) => failure.SqliteErrorCode is 5 or 6 or 8 or 10 or 11 or 13 or 14 or 26;

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
