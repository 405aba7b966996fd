using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>The list of tools; a new one is a file and a line here.</summary>
internal static class ServerTools
{
    public static void AddServerTools(this IServiceCollection services)
    {
        services.AddSingleton<ServerTool, WhoAmITool>();
    }
}
