using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Emulator;

namespace ServerlessMcp.Local.Doctor;

/// <summary>Looks at what local mode needs: SDK, Node, python, moto, port, key, credentials, clock. Changes nothing.</summary>
internal sealed class HealthChecks(Settings settings, TimeProvider time, Func<string, string?> environment)
{
    private const string PythonVersion =
        "import sys\nfrom importlib import metadata\nprint('.'.join(map(str, sys.version_info[:2])))\ntry: print(metadata.version('moto'))\nexcept Exception: print('')";

    public async IAsyncEnumerable<Finding> RunAsync()
    {
        yield return await SdkAsync();
        yield return await NodeAsync();
        await foreach (var finding in PythonAsync())
        {
            yield return finding;
        }

        yield return DataFolder();
        yield return Port();
        yield return Key();
        yield return Credentials();
        yield return settings.Aws ? await ClockAsync() : ClockOffline();
    }

    private static async Task<Finding> SdkAsync() => await FirstLineAsync("dotnet", "--version") switch
    {
        null => new(".NET SDK", Health.Note, "not found", "Only building needs it: https://dot.net/download, version 10"),
        var version when Major(version) >= 10 => new(".NET SDK", Health.Ok, version),
        var version => new(".NET SDK", Health.Note, $"{version}, too old to build with", "Install .NET SDK 10: https://dot.net/download"),
    };

    private static async Task<Finding> NodeAsync() => await FirstLineAsync("node", "--version") switch
    {
        null => new("Node", Health.Note, "not found", "Only building needs it: https://nodejs.org, version 20 or newer"),
        var version when Major(version.TrimStart('v')) >= 20 => new("Node", Health.Ok, version),
        var version => new("Node", Health.Note, $"{version}, too old to build with", "Install Node 20 or newer: https://nodejs.org"),
    };

    private async IAsyncEnumerable<Finding> PythonAsync()
    {
        var seen = new List<string>();
        foreach (var python in Python.Candidates(settings.DataFolder).Distinct(StringComparer.Ordinal))
        {
            var lines = (await OutputAsync(python, "-c", PythonVersion))?.Split('\n', StringSplitOptions.TrimEntries) ?? [];
            if (lines is [var version, var moto, ..] && version.Length > 0)
            {
                seen.Add($"{version} ({python})");
                if (moto.StartsWith(EmulatorLauncher.Wanted, StringComparison.Ordinal))
                {
                    yield return new("python", Health.Ok, seen[^1]);
                    yield return new("moto", Health.Ok, moto);
                    yield break;
                }
            }
        }

        yield return seen.Count > 0
            ? new("python", Health.Ok, seen[0])
            : new("python", Health.Problem, "not found", "Install Python 3.10 or newer: the sandbox's emulator runs on it");
        yield return new(
            "moto", Health.Problem, $"no {EmulatorLauncher.Wanted}x found", $"python3 -m pip install \"{EmulatorEnvironment.Requirement}\"");
    }

    private Finding DataFolder()
    {
        try
        {
            Directory.CreateDirectory(settings.DataFolder);
            var probe = Path.Combine(settings.DataFolder, ".doctor");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return new("data folder", Health.Ok, settings.DataFolder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new("data folder", Health.Problem, $"{settings.DataFolder} cannot be written", "Name another with --data DIR or SMCP_DATA");
        }
    }

    private Finding Port()
    {
        if (new LocalFiles(settings.DataFolder).Server() is { } server)
        {
            return new("port", Health.Ok, $"a server runs already at {server.Url} (process {server.ProcessId})");
        }

        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, settings.Port) { ExclusiveAddressUse = true };
            listener.Start();
            return new("port", Health.Ok, settings.Port == 0 ? "any free port" : $"{settings.Port} is free");
        }
        catch (SocketException)
        {
            return new("port", Health.Problem, $"{settings.Port} is taken by another program", "smcp serve --port 0 takes a free one; or set MCP_SERVER_PORT");
        }
    }

    private Finding Key()
    {
        var files = new LocalFiles(settings.DataFolder);
        return files.Keys() is null
            ? new("key", Health.Note, "none yet", "smcp serve makes it at its first start")
            : PrivateFile.IsPrivate(files.KeysPath)
                ? new("key", Health.Ok, files.KeysPath)
                : new("key", Health.Problem, $"others may read {files.KeysPath}", $"chmod 600 {files.KeysPath}, then make new keys with smcp key create");
    }

    private Finding Credentials()
    {
        var shared = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws");
        var from = environment("AWS_ACCESS_KEY_ID") is { Length: > 0 } ? "AWS_ACCESS_KEY_ID"
            : environment("AWS_PROFILE") is { Length: > 0 } profile ? $"profile {profile}"
            : File.Exists(Path.Combine(shared, "credentials")) || File.Exists(Path.Combine(shared, "config")) ? shared
            : null;
        return from is not null
            ? new("credentials", Health.Ok, $"{from} (used with --aws only; the sandbox never sees it)")
            : new("credentials", settings.Aws ? Health.Problem : Health.Note, "none", "Only --aws needs them: aws configure sso, or aws configure");
    }

    /// <summary>Without a network, a clock before this program's own build is all that can be seen to be wrong.</summary>
    private Finding ClockOffline()
    {
        var built = File.GetLastWriteTimeUtc(Environment.ProcessPath ?? AppContext.BaseDirectory);
        var now = time.GetUtcNow();
        return now >= built
            ? new("clock", Health.Ok, now.ToString("u", CultureInfo.InvariantCulture) + " (with --aws it is compared with AWS)")
            : new("clock", Health.Problem, $"{now:u} is before this program was built", "Set the clock; AWS refuses requests that are more than 5 minutes off");
    }

    private async Task<Finding> ClockAsync()
    {
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            using var request = new HttpRequestMessage(HttpMethod.Head, $"https://sts.{settings.Region}.amazonaws.com/");
            using var answer = await http.SendAsync(request);
            var off = (time.GetUtcNow() - (answer.Headers.Date ?? time.GetUtcNow())).Duration();
            return off < TimeSpan.FromMinutes(4)
                ? new("clock", Health.Ok, $"{off.TotalSeconds:0} s off AWS's")
                : new("clock", Health.Problem, $"{off.TotalMinutes:0} minutes off AWS's", "Set the clock; AWS refuses requests that are more than 5 minutes off");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return new("clock", Health.Problem, $"sts.{settings.Region}.amazonaws.com does not answer", "Check the network, the proxy settings and the region");
        }
    }

    private static int Major(string version) =>
        int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;

    private static async Task<string?> FirstLineAsync(string file, string argument) =>
        (await OutputAsync(file, argument))?.Split('\n')[0].Trim();

    /// <summary>Null when it cannot be started, fails, or takes more than 20 seconds.</summary>
    private static async Task<string?> OutputAsync(string file, params string[] arguments)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            await using var killed = limit.Token.Register(() => process.Kill(entireProcessTree: true));
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? output : null;
        }
        catch (Exception error) when (error is Win32Exception or OperationCanceledException)
        {
            return null;
        }
    }
}
