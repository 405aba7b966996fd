using System.Globalization;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Local.Storage;

/// <summary>Keeps a second process off a database file, for the whole life of this one; a killed process frees it at once.</summary>
/// <remarks>Two files stand beside the database: <c>.lock</c>, held open, and <c>.pid</c>, which the refused process may read.</remarks>
internal sealed class DatabaseLock : IDisposable
{
    private readonly FileStream _held;

    private DatabaseLock(FileStream held) => _held = held;

    /// <exception cref="CallerException">
    /// <c>database_in_use</c>: names the file and the process that has it; <c>database_unusable</c>.
    /// </exception>
    public static DatabaseLock Take(string databasePath)
    {
        try
        {
            var held = new FileStream(databasePath + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(databasePath + ".pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new(held);
        }
        catch (IOException taken) when (taken is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new CallerException(
                "database_in_use",
                $"{databasePath} is used by process {Owner(databasePath)}. Stop that process, or name another folder with --data.",
                cause: taken);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new CallerException(
                "database_unusable", $"{databasePath} cannot be written by this user. Name another folder with --data.", cause: refused);
        }
    }

    /// <summary>True while a process, this one too, holds the database. A process id alone may be another program's by now.</summary>
    public static bool IsHeld(string databasePath)
    {
        try
        {
            using var probe = new FileStream(databasePath + ".lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public bool IsReleased { get; private set; }

    public void Dispose()
    {
        IsReleased = true;
        _held.Dispose();
    }

    private static string Owner(string databasePath)
    {
        var file = databasePath + ".pid";
        return File.Exists(file) && int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var pid)
            ? pid.ToString(CultureInfo.InvariantCulture)
            : "(unknown)";
    }
}
