using System.ComponentModel;
using System.Diagnostics;

namespace ServerlessMcp.Local.Emulator;

/// <summary>Our own virtual environment with moto, made once, visibly; this is the only step of the sandbox that uses the network.</summary>
internal sealed class EmulatorEnvironment(string dataFolder, Action<string>? say)
{
    public const string Requirement = "moto[server]==5.2.1";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static EmulatorException Missing() =>
        new($"The sandbox needs python3 with moto {EmulatorLauncher.Wanted}x; type: python3 -m pip install \"{Requirement}\"") { IsMissing = true };

    /// <returns>Its interpreter.</returns>
    /// <exception cref="EmulatorException">There is no python, or the packages cannot be had.</exception>
    public async Task<string> MakeAsync(CancellationToken cancellationToken)
    {
        var folder = Python.VirtualEnvironment(dataFolder);
        var python = Python.OnPath("python3") ?? Python.OnPath("python")
            ?? throw Missing();
        say?.Invoke($"No python here has moto {EmulatorLauncher.Wanted}x; making a virtual environment in {folder} (once, uses the network).");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        await RunAsync(python, ["-m", "venv", folder], limit.Token);
        var own = Python.InVirtualEnvironment(dataFolder) ?? throw Failed(null);
        await RunAsync(own, ["-m", "pip", "install", "--quiet", "--retries", "1", "--disable-pip-version-check", Requirement], limit.Token);
        return own;
    }

    private static async Task RunAsync(string file, string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            await using var killed = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
            await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(cancellationToken),
                process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw Failed(null);
            }
        }
        catch (Exception error) when (error is Win32Exception or OperationCanceledException)
        {
            throw Failed(error);
        }
    }

    private static EmulatorException Failed(Exception? cause) =>
        new($"The sandbox needs python3 with moto 5.2.x and it could not be installed; type: python3 -m pip install \"{Requirement}\"", cause) { IsMissing = true };
}
