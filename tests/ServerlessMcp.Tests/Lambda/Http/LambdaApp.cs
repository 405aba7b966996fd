using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ServerlessMcp.Lambda.Hosting;
using ServerlessMcp.Lambda.Http;
using ServerlessMcp.Lambda.Runtime;
using ServerlessMcp.Tests.Lambda.Runtime;

namespace ServerlessMcp.Tests.Lambda.Http;

/// <summary>Any ASP.NET Core application on our server, with Lambda's side emulated, in this process.</summary>
internal sealed class LambdaApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly MemoryStream _log = new();

    private LambdaApp(RuntimeApiEmulator runtime, bool isStreamed, Action<WebApplication> configure)
    {
        Runtime = runtime;
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRouting();
        builder.Logging.AddProvider(new LineLog(TimeProvider.System, _log, LogLevel.Information));
        builder.Services.AddSingleton<IServer>(provider => new LambdaServer(
            RuntimeClient.At(runtime.Address)!, isStreamed, TimeProvider.System, provider.GetRequiredService<ILogger<LambdaServer>>(),
            provider.GetRequiredService<IHostApplicationLifetime>()));
        _app = builder.Build();
        configure(_app);
    }

    public RuntimeApiEmulator Runtime { get; }

    public LambdaServer Server => (LambdaServer)_app.Services.GetRequiredService<IServer>();

    public CancellationToken Stopping => _app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    /// <summary>Its lines.</summary>
    public string Log => Encoding.UTF8.GetString(_log.ToArray());

    public static async Task<LambdaApp> StartAsync(RequestDelegate handler, bool isStreamed = false)
    {
        var app = new LambdaApp(await RuntimeApiEmulator.StartAsync(), isStreamed, app => app.Run(handler));
        await app._app.StartAsync();
        return app;
    }

    public Task<EmulatedAnswer> InvokeAsync(string payload, TimeSpan? left = null) =>
        Runtime.InvokeAsync(Encoding.UTF8.GetBytes(payload), left, TestContext.Current.CancellationToken);

    public Task<EmulatedAnswer> InvokeAsync(JsonNode payload, TimeSpan? left = null) => InvokeAsync(payload.ToJsonString(), left);

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
        await Runtime.DisposeAsync();
        _log.Dispose();
    }
}
