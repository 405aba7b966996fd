using System.Diagnostics;
using ServerlessMcp.Local.Cli;

namespace ServerlessMcp.Tests.Local.Cli;

/// <summary>The built command line as a process of its own.</summary>
internal sealed class SmcpProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SmcpProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public StreamReader Out => _process.StandardOutput;

    public StreamReader Error => _process.StandardError;

    public StreamWriter In => _process.StandardInput;

    public static SmcpProcess Start(string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var library = typeof(Smcp).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [library, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>The server's address, once it listens.</summary>
    public async Task<Uri> ListeningAsync(CancellationToken cancellationToken)
    {
        const string Says = "Listening on ";
        while (await Out.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(Says, StringComparison.Ordinal))
            {
                return new(line[Says.Length..]);
            }
        }

        Assert.Fail($"The server ended before it listened: {await Error.ReadToEndAsync(cancellationToken)}");
        throw new InvalidOperationException();
    }

    /// <summary>SIGTERM, as a service manager sends it.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Kill() => _process.Kill();

    public async Task<(int Code, string Out, string Error)> EndAsync(CancellationToken cancellationToken)
    {
        var output = Out.ReadToEndAsync(cancellationToken);
        var error = Error.ReadToEndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, await output, await error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
