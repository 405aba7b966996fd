using System.Diagnostics;

namespace ServerlessMcp.Local.Emulator;

/// <summary>A running emulator; ends with us, even when we are killed.</summary>
internal sealed class RunningEmulator(Process process, BoundedLog log, Uri endpoint, string version, string python) : IAsyncDisposable
{
    /// <summary>Such as <c>http://127.0.0.1:41234</c>. Signatures are not checked; only the credential scope is read.</summary>
    public Uri Endpoint { get; } = endpoint;

    /// <summary>Such as <c>5.2.1</c>.</summary>
    public string Version { get; } = version;

    public string Python { get; } = python;

    public int ProcessId { get; } = process.Id;

    public string LogFile => log.Path;

    /// <summary>Closes its input, which is how it knows, and kills it if that was not enough.</summary>
    public async ValueTask DisposeAsync()
    {
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
