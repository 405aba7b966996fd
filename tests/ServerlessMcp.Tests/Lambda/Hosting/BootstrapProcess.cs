using System.Diagnostics;
using ServerlessMcp.Lambda.Hosting;
using ServerlessMcp.Tests.Lambda.Runtime;

namespace ServerlessMcp.Tests.Lambda.Hosting;

/// <summary>The program itself, as Lambda would start it, on an emulated Runtime API.</summary>
internal sealed class BootstrapProcess : IAsyncDisposable
{
    public const string Region = "eu-west-1";
    public const string Machine = $"arn:aws:states:{Region}:123456789012:stateMachine:smcp";

    private readonly Process _process;
    private readonly Task<string> _error;

    private BootstrapProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>All that a function needs, for an emulator that may not even be there.</summary>
    public static Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal)
    {
        ["SMCP_TABLE"] = "smcp",
        ["SMCP_BLOBS"] = "smcp-blobs",
        ["SMCP_MACHINE"] = Machine,
        ["AWS_REGION"] = Region,
        ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "512",
    };

    /// <param name="runtime">Null: the variable is not set, and it listens.</param>
    /// <param name="emulator">Null: AWS itself, which no test here may reach.</param>
    public static BootstrapProcess Start(RuntimeApiEmulator? runtime, Uri? emulator, params (string Name, string? Value)[] variables)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CloudHost).Assembly.Location, .. emulator is null ? Array.Empty<string>() : ["--emulator", emulator.ToString()]])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Remove("AWS_LAMBDA_RUNTIME_API");
        foreach (var (name, value) in Variables.Select(pair => (pair.Key, (string?)pair.Value)).Append(("AWS_LAMBDA_RUNTIME_API", runtime?.Address)).Concat(variables))
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>Of a process without a Runtime API: where it listens.</summary>
    public async Task<Uri> ListeningAsync(CancellationToken cancellationToken)
    {
        const string begin = "Listening on ";
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        return line?.StartsWith(begin, StringComparison.Ordinal) is true ? new(line[begin.Length..]) : throw new InvalidOperationException($"It says '{line}': {await _error}");
    }

    /// <summary>Waits until it has ended by itself.</summary>
    /// <returns>Exit code and standard error.</returns>
    public async Task<(int Code, string Error)> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        return (_process.ExitCode, await _error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
