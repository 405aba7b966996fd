using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Local.Hosting;

/// <summary>The engine of local mode. The embedded interpreter takes this place when it lands; until then every start is refused.</summary>
internal static class LocalEngine
{
    public static void AddEngine(this IServiceCollection services) => services.AddSingleton<IExecutionEngine, MissingEngine>();

    /// <summary>Resumes what was running when the last process ended.</summary>
    public static Task StartEngineAsync(this IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<IExecutionEngine>().DescribeAsync("none", cancellationToken);

    private sealed class MissingEngine : IExecutionEngine
    {
        public Task StartAsync(string name, JsonObject input, CancellationToken cancellationToken) => throw Missing();

        public Task SendTaskSuccessAsync(string taskToken, JsonNode output, CancellationToken cancellationToken) => throw Missing();

        public Task<RunStatus?> DescribeAsync(string name, CancellationToken cancellationToken) => Task.FromResult<RunStatus?>(null);

        private static CallerException Missing() => new("engine_missing", "This build has no engine: plans can be made and shown, not run.");
    }
}
