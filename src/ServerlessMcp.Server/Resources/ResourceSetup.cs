using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;
using ServerlessMcp.Server.Prompts;

namespace ServerlessMcp.Server.Resources;

/// <summary>What stands beside the tools: resources, prompts and completion. The public suite's host brings its own.</summary>
internal static class ResourceSetup
{
    public static void AddResourcesAndPrompts(this IServiceCollection services)
    {
        services.AddSingleton<ResourceReader>();
        services.AddSingleton<ResourceCalls>();
        services.AddSingleton<PromptCalls>();
        services.AddSingleton<Completions>();
        services.AddSingleton<IConfigureOptions<McpServerOptions>, Handlers>();
    }

    /// <summary>Asked for at every request: only assignments here. Nothing is promised of subscriptions.</summary>
    private sealed class Handlers(ResourceCalls resources, PromptCalls prompts, Completions completions) : IConfigureOptions<McpServerOptions>
    {
        public void Configure(McpServerOptions options)
        {
            options.Capabilities ??= new();
            options.Capabilities.Resources ??= new();
            options.Capabilities.Prompts ??= new();
            options.Capabilities.Completions ??= new();
            options.Handlers.ListResourcesHandler = (request, _) => ValueTask.FromResult(resources.List(request));
            options.Handlers.ListResourceTemplatesHandler = (request, _) => ValueTask.FromResult(resources.Templates(request));
            options.Handlers.ReadResourceHandler = resources.ReadAsync;
            options.Handlers.ListPromptsHandler = (request, _) => ValueTask.FromResult(prompts.List(request));
            options.Handlers.GetPromptHandler = prompts.GetAsync;
            options.Handlers.CompleteHandler = completions.CompleteAsync;
        }
    }
}
