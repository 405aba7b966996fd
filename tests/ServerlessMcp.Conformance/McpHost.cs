using System.Globalization;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server;
using ServerlessMcp.Server.Mcp.Tasks;

namespace ServerlessMcp.Conformance;

/// <summary>The product's own endpoint with the public suite's fixtures in place of its tools: no key, on loopback only.</summary>
public static class McpHost
{
    /// <param name="port">0 asks the system for one.</param>
    public static async Task RunAsync(int port, CancellationToken cancellationToken)
    {
        await using var app = await StartAsync(port, cancellationToken);
        Console.WriteLine($"Listening on {app.Urls.Single()}{ServerlessMcpServer.Path}");
        await app.WaitForShutdownAsync(cancellationToken);
    }

    public static async Task<WebApplication> StartAsync(int port, CancellationToken cancellationToken)
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

        var everybody = new Principal("suite", "suite", new HashSet<string> { Scope.Read, Scope.Operate });
        builder.Services.AddMcpEndpoint(new() { NoAuthPrincipal = everybody }).AddResourceFixtures().WithTools([new HeaderFixture()]);
        var app = builder.Build();
        app.MapServerlessMcp();
        await app.StartAsync(cancellationToken);
        return app;
    }
}
