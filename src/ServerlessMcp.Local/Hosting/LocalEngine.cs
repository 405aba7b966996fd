using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Local.Engine;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.StatesLanguage;

namespace ServerlessMcp.Local.Hosting;

/// <summary>The engine of local mode: the embedded interpreter, with the worker in the same process.</summary>
internal static class LocalEngine
{
    private static readonly Dictionary<string, string> Here = new(StringComparer.Ordinal)
    {
        [ExecutionMachine.FunctionPlaceholder.Trim('$', '{', '}')] = "arn:aws:lambda:local:000000000000:function:worker",
    };

    public static void AddEngine(this IServiceCollection services)
    {
        services.AddSingleton<EmbeddedEngine>(provider => new(
            provider.GetRequiredService<LocalDatabase>(),
            StateMachine.Parse(ExecutionMachine.DefinitionText, Here),
            // Asked for late: the worker needs the engine, too.
            (payload, cancellationToken) => provider.GetRequiredService<Worker>().InvokeAsync(payload, cancellationToken),
            new()
            {
                Time = provider.GetRequiredService<TimeProvider>(),
                Logger = provider.GetRequiredService<ILogger<EmbeddedEngine>>(),
                RunEnded = (name, status, cancellationToken) => provider.GetRequiredService<Reaper>().RunEndedAsync(name, status, cancellationToken),
            }));
        services.AddSingleton<IExecutionEngine>(provider => provider.GetRequiredService<EmbeddedEngine>());
    }

    /// <summary>Goes on with what ran when the last process ended.</summary>
    public static Task StartEngineAsync(this IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<EmbeddedEngine>().ResumeAsync(cancellationToken);
}
