using ServerlessMcp.Local.Emulator;
using ServerlessMcp.Local.Emulator.Proxy;

namespace ServerlessMcp.Local.Hosting;

/// <summary>The emulator and the strict proxy in front of it. Sealed: what points here has its endpoint and dummy credentials from code.</summary>
internal sealed class Sandbox : IAsyncDisposable
{
    private readonly RunningEmulator _emulator;

    private Sandbox(RunningEmulator emulator, StrictProxy proxy) => (_emulator, Proxy) = (emulator, proxy);

    public StrictProxy Proxy { get; }

    /// <summary>Past the proxy: for what is not the product, such as the demo's inventory.</summary>
    public Uri EmulatorEndpoint => _emulator.Endpoint;

    public string EmulatorVersion => _emulator.Version;

    /// <param name="say">Gets a line when something takes longer than expected.</param>
    /// <exception cref="EmulatorException">The emulator cannot be had here.</exception>
    public static async Task<Sandbox> StartAsync(string dataFolder, TimeProvider time, Action<string>? say, CancellationToken cancellationToken)
    {
        var emulator = await new EmulatorLauncher(dataFolder, time, say: say).StartAsync(cancellationToken);
        try
        {
            var sandbox = new Sandbox(emulator, await StrictProxy.StartAsync(emulator.Endpoint, time, coolScale: 1, cancellationToken, say));
            emulator.Watch(say ?? (_ => { }));
            return sandbox;
        }
        catch
        {
            await emulator.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await _emulator.DisposeAsync();
    }
}
