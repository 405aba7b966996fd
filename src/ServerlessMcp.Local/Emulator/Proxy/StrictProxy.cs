using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>
/// Stands in front of the emulator on 127.0.0.1: replays the first answer of a client token, refuses what AWS would, follows
/// <see cref="Rules"/>, and records. Everything else passes as it is.
/// </summary>
/// <remarks>A second port, with the header <c>X-Smcp-Secret</c>, takes rules and gives records to programs outside: <see cref="ProxyControl"/>.</remarks>
internal sealed class StrictProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Forwarder _forwarder;

    private StrictProxy(WebApplication app, Forwarder forwarder, ProxyRules rules, ProxyRecords records, string secret)
    {
        (_app, _forwarder, Rules, Records, Secret) = (app, forwarder, rules, records, secret);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        (Endpoint, Control) = (new(addresses[0]), new(addresses[1]));
    }

    /// <summary>What AWS clients are pointed at.</summary>
    public Uri Endpoint { get; }

    public Uri Control { get; }

    /// <summary>The value of <c>X-Smcp-Secret</c> at <see cref="Control"/>.</summary>
    public string Secret { get; }

    public ProxyRules Rules { get; }

    public ProxyRecords Records { get; }

    /// <param name="log">Gets the proxy's own failures.</param>
    /// <param name="coolScale">1 is AWS's own cool-downs (a queue's name: 60 s); 0 is none.</param>
    public static async Task<StrictProxy> StartAsync(Uri emulator, TimeProvider time, double coolScale, CancellationToken cancellationToken, Action<string>? log = null)
    {
        var forwarder = new Forwarder(emulator);
        var rules = new ProxyRules();
        var records = new ProxyRecords(time);
        var secret = Executions.Ids.New("proxy");
        var way = new ProxyPath(forwarder, rules, records, new(forwarder.AskAsync, time, coolScale), new(), new(time), time);
        var control = new ProxyControl(rules, records, secret);

        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 100_000_000;
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        var controlPort = 0;
        app.Run(http => EdgeAsync(http, http.Connection.LocalPort == controlPort ? control.HandleAsync : way.HandleAsync, log));
        await app.StartAsync(cancellationToken);
        var proxy = new StrictProxy(app, forwarder, rules, records, secret);
        controlPort = proxy.Control.Port;
        return proxy;
    }

    private static async Task EdgeAsync(HttpContext http, RequestDelegate way, Action<string>? log)
    {
        try
        {
            await way(http);
        }
        catch (Exception error) when (!http.RequestAborted.IsCancellationRequested)
        {
            log?.Invoke(error.ToString());
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
        _forwarder.Dispose();
    }
}
