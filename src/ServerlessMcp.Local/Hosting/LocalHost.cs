using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.Planning;
using ServerlessMcp.Server;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Pages;

namespace ServerlessMcp.Local.Hosting;

/// <summary>Local mode, composed: sandbox, table, engine, worker, planners, MCP endpoint. Listens on 127.0.0.1 only.</summary>
internal sealed class LocalHost : IAsyncDisposable
{
    /// <summary>The endpoint's own limit is lower and answers in its own words; this one is the operator door's.</summary>
    private const int MaxRequestBytes = 2 * 1024 * 1024;

    private readonly WebApplication _app;
    private readonly LocalFiles _files;
    private readonly LocalDatabase _database;

    private LocalHost(WebApplication app, LocalFiles files, LocalDatabase database, AwsSide aws, string? banner, LocalKeys keys)
    {
        (_app, _files, _database, Sandbox, Banner, Keys) = (app, files, database, aws.Sandbox, banner, keys);
        Url = new(app.Urls.Single() + ServerlessMcpServer.Path);
    }

    /// <summary>With <c>/mcp</c>.</summary>
    public Uri Url { get; }

    /// <summary>The endpoint's and the operator's.</summary>
    public IReadOnlyList<Endpoint> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    public LocalKeys Keys { get; }

    /// <summary>For what looks at AWS beside the product.</summary>
    public IAwsReads Reads => _app.Services.GetRequiredService<IAwsReads>();

    /// <summary>Null with <c>--aws</c> and <c>--aws-endpoint</c>.</summary>
    public Sandbox? Sandbox { get; }

    /// <summary>Whose account this is, and whether, by which policy and with which keys it is changed; null in the sandbox.</summary>
    public string? Banner { get; }

    /// <param name="say">Gets a line when something takes longer than expected, and failures of the sandbox.</param>
    /// <param name="sweep">Null but in crash sweeps.</param>
    /// <exception cref="CallerException">The database is in use; or the account cannot or must not be used.</exception>
    /// <exception cref="Emulator.EmulatorException">The emulator cannot be had here.</exception>
    public static Task<LocalHost> StartAsync(
        Settings settings, TimeProvider time, Action<string> say, CrashSweep? sweep, CancellationToken cancellationToken) =>
        StartAsync(settings, time, say, sweep, own: new(), cancellationToken);

    /// <param name="own">How the own account is called; an emulator in tests.</param>
    internal static async Task<LocalHost> StartAsync(
        Settings settings, TimeProvider time, Action<string> say, CrashSweep? sweep, AwsClientOptions own, CancellationToken cancellationToken)
    {
        DemandPort(settings.Port);
        PrivateFile.CreateFolder(settings.DataFolder);
        var files = new LocalFiles(settings.DataFolder);
        var database = new LocalDatabase(files.Database, sweep?.Committed);
        AwsSide? aws = null;
        WebApplication? app = null;
        try
        {
            aws = await AwsSide.OpenAsync(settings, own, time, say, cancellationToken);
            await aws.CheckRolesAsync(settings, time, cancellationToken);
            var keyring = await LocalKeyring.OpenAsync(files, new SqliteTable(database, time), cancellationToken);
            app = Compose(settings, time, database, aws, keyring, sweep?.Timing);
            var keys = await LocalKeyring.FirstKeysAsync(app.Services.GetRequiredService<FirstKeyStore>(), files, say, cancellationToken);
            await app.Services.StartEngineAsync(cancellationToken);
            await app.StartAsync(cancellationToken);
            var banner = aws.Identity?.Banner(settings, app.Services.GetRequiredService<IPolicySource>().Read());
            var host = new LocalHost(app, files, database, aws, banner, keys);
            files.Keep(host.Address());
            return host;
        }
        catch
        {
            await CloseAsync(app, database, aws?.Sandbox);
            throw;
        }
    }

    /// <summary>Before anything is started; Kestrel would tell it with pages of log.</summary>
    private static void DemandPort(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
        }
        catch (SocketException taken)
        {
            throw new CallerException(
                "port_taken", $"Port {port} cannot be listened on ({taken.SocketErrorCode}): --port 0 takes a free one, or set MCP_SERVER_PORT.", cause: taken);
        }
    }

    /// <summary>That the policy is broken or changes are frozen, for who starts the server; null: neither.</summary>
    public Task<string?> NoteAsync(CancellationToken cancellationToken) => LocalPolicy.NoteAsync(_app.Services, cancellationToken);

    /// <summary>Until the process is told to stop.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _files.ForgetServer();
        await CloseAsync(_app, _database, Sandbox);
    }

    /// <summary>First no new requests, then the engine (with the app), then what both stand on.</summary>
    private static async Task CloseAsync(WebApplication? app, LocalDatabase database, Sandbox? sandbox)
    {
        if (app is not null)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await app.StopAsync(patience.Token);
            await app.DisposeAsync();
        }

        database.Dispose();
        await (sandbox?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>All that local mode is made of, in the order of a request's way.</summary>
    private static WebApplication Compose(
        Settings settings, TimeProvider time, LocalDatabase database, AwsSide aws, KeySettings keyring, WorkerTiming? timing)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBytes;
            kestrel.Listen(IPAddress.Loopback, settings.Port);
        });
        builder.Logging.AddToStandardError(settings.LogLevel);
        builder.Services.AddRouting();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton<SqliteTable>();
        builder.Services.AddSingleton<ITable>(provider => provider.GetRequiredService<SqliteTable>());
        builder.Services.AddSingleton(new FileBlobs(new LocalFiles(settings.DataFolder).Blobs));
        builder.Services.AddSingleton<IBlobs>(provider => provider.GetRequiredService<FileBlobs>());
        builder.Services.AddAws(aws);
        builder.Services.AddSingleton(LocalPolicy.Of(settings, aws.Catalog));
        builder.Services.AddExecutions(aws, timing);
        builder.Services.AddSingleton(new PlannerOptions(settings.Region) { Targets = settings.Targets, IsNarrowed = aws.IsNarrowed });
        builder.Services.AddSingleton(provider => new PageAddress(() => OwnAddress(provider.GetRequiredService<IServer>())));
        builder.Services.AddServerlessMcp(Options(settings, aws, keyring));
        builder.Services.AddHostedService<LocalSweep>();

        var app = builder.Build();
        app.MapServerlessMcp();
        app.MapOperator();
        return app;
    }

    private static ServerOptions Options(Settings settings, AwsSide aws, KeySettings keyring) => new()
    {
        EnabledTools = settings.EnabledTools,
        CriticalTools = settings.CriticalTools,
        ToolCacheTime = settings.ToolCacheTime,
        Region = settings.Region,
        Targets = settings.Targets,
        Mode = aws.Mode,
        ChangesAllowed = aws.ChangesAllowed,
        Keys = keyring,
        Jwt = settings.Jwt,
        NoAuthPrincipal = settings.NoAuth
            ? new(FirstKeyStore.LocalOwner, "local", new HashSet<string>(StringComparer.Ordinal) { Scope.Read, Scope.Operate })
            : null,
    };

    /// <summary>Known as soon as it listens.</summary>
    private static Uri? OwnAddress(IServer server) =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address ? new(address) : null;

    private RunningServer Address() => new(Environment.ProcessId, Url.ToString(), Sandbox is null ? "aws" : "sandbox", Sandbox is { Proxy: var proxy }
        ? new(proxy.Endpoint.ToString(), proxy.Control.ToString(), proxy.Secret)
        : null);
}
