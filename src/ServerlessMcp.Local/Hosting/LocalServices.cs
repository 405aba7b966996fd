using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Local.Hosting;

/// <summary>The two longer parts of the list in <see cref="LocalHost"/>.</summary>
internal static class LocalServices
{
    public static void AddPlanning(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<IQueryLanguage, JmesQueryLanguage>();
        services.AddSingleton(new PlannerOptions(settings.Region));
        services.AddSingleton(UndoCatalogue.Load());
        services.AddSingleton<Planner>();
        services.AddSingleton<UndoPlanner>();
    }

    /// <summary>The worker is the only one that gets <c>IAwsChanges</c>, and with <c>--aws</c> it gets none.</summary>
    public static void AddExecutions(this IServiceCollection services, AwsSide aws, WorkerTiming? timing)
    {
        services.AddEngine();
        services.AddSingleton<PlanStore>();
        services.AddSingleton<ExecutionStore>();
        services.AddSingleton<ExecutionStarter>();
        services.AddSingleton<ExecutionGates>();
        services.AddSingleton(provider => new WorkerPorts(
            provider.GetRequiredService<ITable>(),
            provider.GetRequiredService<IBlobs>(),
            new Dictionary<string, IStepApi>(StringComparer.Ordinal)
            {
                ["aws"] = aws.Changes is { } changes
                    ? new AwsStepApi(changes, provider.GetRequiredService<IAwsCatalog>(), provider.GetRequiredService<IQueryLanguage>())
                    : new RefusingStepApi(),
            },
            provider.GetRequiredService<IQueryLanguage>(),
            provider.GetRequiredService<IExecutionEngine>(),
            provider.GetRequiredService<TimeProvider>(),
            Random.Shared.NextDouble));
        services.AddSingleton<Worker>(provider => new(provider.GetRequiredService<WorkerPorts>(), timing));
        services.AddSingleton<Sweeper>(provider => new(provider.GetRequiredService<WorkerPorts>(), timing));
        services.AddSingleton<Reaper>(provider => new(provider.GetRequiredService<WorkerPorts>(), timing));
    }
}
