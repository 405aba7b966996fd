namespace ServerlessMcp.Local.Emulator;

/// <summary>Where a python with moto may be: on the PATH, behind <c>moto_server</c>, or in our own virtual environment.</summary>
internal static class Python
{
    /// <summary>Our virtual environment, made by the launcher when no other python has moto.</summary>
    public static string VirtualEnvironment(string dataFolder) => Path.Combine(dataFolder, "emulator", "venv");

    /// <summary>Interpreters that exist, most likely first.</summary>
    public static IEnumerable<string> Candidates(string dataFolder)
    {
        foreach (var path in new[] { OnPath("python3"), OnPath("python"), BehindMotoServer() })
        {
            if (path is not null)
            {
                yield return path;
            }
        }

        if (InVirtualEnvironment(dataFolder) is { } own)
        {
            yield return own;
        }
    }

    public static string? InVirtualEnvironment(string dataFolder)
    {
        var folder = VirtualEnvironment(dataFolder);
        var path = OperatingSystem.IsWindows() ? Path.Combine(folder, "Scripts", "python.exe") : Path.Combine(folder, "bin", "python");
        return File.Exists(path) ? path : null;
    }

    public static string? OnPath(string name)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>The interpreter in the first line of <c>moto_server</c> (pipx and friends); a shim of a version manager has another first line.</summary>
    private static string? BehindMotoServer()
    {
        if (OperatingSystem.IsWindows() || OnPath("moto_server") is not { } script)
        {
            return null;
        }

        var first = File.ReadLines(script).FirstOrDefault() ?? "";
        var interpreter = first.StartsWith("#!", StringComparison.Ordinal) ? first[2..].Trim() : "";
        return interpreter.Contains("python", StringComparison.Ordinal) && File.Exists(interpreter) ? interpreter : null;
    }
}
