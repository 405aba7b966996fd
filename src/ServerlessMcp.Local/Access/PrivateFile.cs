using System.Text;

namespace ServerlessMcp.Local.Access;

/// <summary>Files that only their owner may read: mode 0600 from their first byte on.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Whole or not at all, after a crash too: written beside, on the disk, and only then moved.</summary>
    public static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = path + ".new";
        File.Delete(beside);
        using (var stream = new FileStream(beside, Options(FileMode.CreateNew)))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }

    /// <summary>A folder for its owner alone, if it is not there yet: one that the user made keeps the mode they gave it.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Options of a file that another library or a log goes on with: made for its owner alone.</summary>
    public static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }

    /// <summary>Makes it if it is not there, and takes it from others if it is.</summary>
    public static void Claim(string path)
    {
        using (new FileStream(path, Options(FileMode.OpenOrCreate)))
        {
        }

        if (!OperatingSystem.IsWindows() && !IsPrivate(path))
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }
    }

    /// <summary>False when others may read or write it. Windows keeps a user's data folder private by itself.</summary>
    public static bool IsPrivate(string path) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) == 0;
}
