using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>The list of tools, in the order a client sees; a new one is a file and a line here.</summary>
internal static class ServerTools
{
    public static void AddServerTools(this IServiceCollection services)
    {
        services.AddSingleton<PlanStart>();
        services.AddSingleton<ChangeKeys>();
        services.AddSingleton<BlueprintPlans>();
        services.AddSingleton<ResourceHistory>();
        services.AddSingleton<ReadPlaces>();

        services.AddSingleton<ServerTool, WhoAmITool>();
        services.AddSingleton<ServerTool, FindOperationsTool>();
        services.AddSingleton<ServerTool, AwsReadTool>();
        services.AddSingleton<ServerTool, FindResourcesTool>();
        services.AddSingleton<ServerTool, GetResourceTool>();
        services.AddSingleton<ServerTool, AwsChangeTool>();
        services.AddSingleton<ServerTool, CreatePlanTool>();
        services.AddSingleton<ServerTool, ExecutePlanTool>();
        services.AddSingleton<ServerTool, GetExecutionTool>();
        services.AddSingleton<ServerTool, ListExecutionsTool>();
        services.AddSingleton<ServerTool, CancelExecutionTool>();
        services.AddSingleton<ServerTool, RollbackExecutionTool>();
        services.AddSingleton<ServerTool, RetryExecutionTool>();
    }
}
