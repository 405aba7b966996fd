using System.Diagnostics;

namespace ServerlessMcp.Local.Emulator;

/// <summary>A running emulator; ends with us, even when we are killed.</summary>
internal sealed class RunningEmulator(Process process, BoundedLog log, Uri endpoint, string version, string python) : IAsyncDisposable
{
    private volatile bool _isStopping;

    /// <summary>Such as <c>http://127.0.0.1:41234</c>. Signatures are not checked; only the credential scope is read.</summary>
    public Uri Endpoint { get; } = endpoint;

    /// <summary>Such as <c>5.2.1</c>.</summary>
    public string Version { get; } = version;

    public string Python { get; } = python;

    public int ProcessId { get; } = process.Id;

    public string LogFile => log.Path;

    /// <summary>If it ends before it is told to, that is said: calls would wait for it, and nobody would know why.</summary>
    public void Watch(Action<string> say)
    {
        process.Exited += (_, _) =>
        {
            if (!_isStopping)
            {
                say($"The emulator has ended, and its resources with it; what runs waits. Start the server again. The emulator's log is {LogFile}.");
            }
        };
        process.EnableRaisingEvents = true;
    }

    /// <summary>Closes its input, which is how it knows, and kills it if that was not enough.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
        log.Dispose();
    }
}
