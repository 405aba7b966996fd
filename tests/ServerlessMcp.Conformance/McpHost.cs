using System.Globalization;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Mcp.Tasks;

namespace ServerlessMcp.Conformance;

/// <summary>The product's own endpoint with the public suite's fixtures in place of its tools, on loopback only.</summary>
public static class McpHost
{
    private static readonly Principal Everybody = new("suite", "suite", new HashSet<string> { Scope.Read, Scope.Operate });

    /// <param name="port">0 asks the system for one.</param>
    /// <param name="keyFile">Where the only key that opens is written; null: everybody gets in.</param>
    public static async Task RunAsync(int port, string? keyFile, CancellationToken cancellationToken)
    {
        await using var app = await StartAsync(port, isOpen: keyFile is null, cancellationToken);
        if (keyFile is not null)
        {
            var key = await app.Services.GetRequiredService<KeyStore>().CreateAsync(new("suite", [Scope.Read, Scope.Operate]), Everybody, cancellationToken);
            await File.WriteAllTextAsync(keyFile, key, cancellationToken);
        }

        Console.WriteLine($"Listening on {app.Urls.Single()}{ServerlessMcpServer.Path}");
        await app.WaitForShutdownAsync(cancellationToken);
    }

    public static async Task<WebApplication> StartAsync(int port, bool isOpen, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        var tasks = new MemoryTasks(TimeProvider.System);
        builder.Services.AddSingleton<ITable>(new MemoryTable(TimeProvider.System));
        builder.Services.AddSingleton<ITaskSource>(tasks);
        foreach (var tool in ContentFixtures.Tools(TimeProvider.System).Concat(InputFixtures.Tools()).Concat(TaskFixtures.Tools(tasks)))
        {
            builder.Services.AddSingleton(tool);
        }

        var options = isOpen ? new ServerOptions { NoAuthPrincipal = Everybody } : new() { Keys = new("suite", Peppers.Make()) };
        builder.Services.AddMcpEndpoint(options).AddResourceFixtures().WithTools([new HeaderFixture()]);
        var app = builder.Build();
        app.MapServerlessMcp();
        await app.StartAsync(cancellationToken);
        return app;
    }
}
