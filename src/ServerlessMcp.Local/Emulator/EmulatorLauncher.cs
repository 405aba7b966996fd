using System.Diagnostics;
using System.Globalization;

namespace ServerlessMcp.Local.Emulator;

/// <summary>
/// Starts moto's server (5.2.x) on 127.0.0.1 with a port of the system's choice, with the first python that has it; else with a virtual
/// environment of our own, made once.
/// </summary>
/// <param name="dataFolder">Holds the log file and the virtual environment.</param>
/// <param name="installs">Whether it may make the virtual environment, which uses the network.</param>
/// <param name="say">Gets a line when something takes longer than expected.</param>
internal sealed class EmulatorLauncher(string dataFolder, TimeProvider time, bool installs = true, Action<string>? say = null)
{
    public const string Wanted = "5.2.";
    private const int Missing = 3;
    private const int OtherVersion = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <exception cref="EmulatorException">No python, no moto, or it does not answer in 60 seconds.</exception>
    public async Task<RunningEmulator> StartAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            foreach (var python in Python.Candidates(dataFolder).Distinct(StringComparer.Ordinal))
            {
                if (await TryAsync(python, patience.Token) is { } emulator)
                {
                    return emulator;
                }
            }
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EmulatorException($"The emulator did not answer within {Patience.TotalSeconds:0} s; its log is {LogPath}.", late);
        }

        if (!installs)
        {
            throw EmulatorEnvironment.Missing();
        }

        var own = await new EmulatorEnvironment(dataFolder, say).MakeAsync(cancellationToken);
        return await TryAsync(own, cancellationToken)
            ?? throw new EmulatorException($"moto {Wanted}x in {Python.VirtualEnvironment(dataFolder)} does not start; its log is {LogPath}.");
    }

    private string LogPath => Path.Combine(dataFolder, "emulator", "emulator.log");

    /// <summary>Null when this python has no moto 5.2.x.</summary>
    private async Task<RunningEmulator?> TryAsync(string python, CancellationToken cancellationToken)
    {
        var log = new BoundedLog(LogPath);
        var process = Start(python, log);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
            if (line?.Split(' ') is ["PORT", var port, var version])
            {
                var endpoint = new Uri("http://127.0.0.1:" + port);
                await ReadyAsync(endpoint, cancellationToken);
                return new(process, log, endpoint, version, python);
            }

            await process.WaitForExitAsync(cancellationToken);
            log.Dispose();
            return process.ExitCode is Missing or OtherVersion
                ? null
                : throw new EmulatorException($"{python} ended with code {process.ExitCode} before moto was up; its log is {LogPath}.");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            log.Dispose();
            throw;
        }
    }

    private static Process Start(string python, BoundedLog log)
    {
        var start = new ProcessStartInfo(python)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(EmulatorResources.Text("emulator.py"));
        start.ArgumentList.Add(Wanted);
        Seal(start.Environment);
        var process = Process.Start(start) ?? throw new EmulatorException($"{python} did not start.");
        process.ErrorDataReceived += (_, line) => log.Write(line.Data ?? "");
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>The emulator sees none of the user's AWS, proxy or moto settings.</summary>
    private static void Seal(IDictionary<string, string?> environment)
    {
        var unwanted = environment.Keys.Where(name =>
            name.StartsWith("AWS_", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("MOTO_", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("_PROXY", StringComparison.OrdinalIgnoreCase)).ToList();
        unwanted.ForEach(name => environment.Remove(name));
        environment["AWS_ACCESS_KEY_ID"] = "sandbox";
        environment["AWS_SECRET_ACCESS_KEY"] = "sandbox";
        environment["AWS_EC2_METADATA_DISABLED"] = "true";
        environment["MOTO_DISABLE_GLOBAL_CORS"] = "true";
        environment["MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION"] = "true";
        environment["PYTHONUNBUFFERED"] = "1";
    }

    private async Task ReadyAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(endpoint, "/moto-api/data.json"), cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet: look again until the caller's patience ends.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }
    }
}

/// <summary>Files built into this program.</summary>
internal static class EmulatorResources
{
    public static string Text(string name)
    {
        using var stream = typeof(EmulatorResources).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Resource {name} is not built in."));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
