using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Planning.Aws;

namespace ServerlessMcp.Local.Hosting;

/// <summary>The longer part of the list in <see cref="LocalHost"/>.</summary>
internal static class LocalServices
{
    /// <summary>The worker is the only one that gets <c>IAwsChanges</c>, and with <c>--aws</c> alone it gets none.</summary>
    public static void AddExecutions(this IServiceCollection services, AwsSide aws, WorkerTiming? timing)
    {
        services.AddEngine();
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
            Random.Shared.NextDouble)
        {
            Policies = provider.GetRequiredService<IPolicySource>(),
        });
        services.AddSingleton<Worker>(provider => new(provider.GetRequiredService<WorkerPorts>(), timing));
        services.AddSingleton<Sweeper>(provider => new(provider.GetRequiredService<WorkerPorts>(), timing));
        services.AddSingleton<Reaper>(provider => new(provider.GetRequiredService<WorkerPorts>(), timing));
    }
}
