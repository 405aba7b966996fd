using ModelContextProtocol.Protocol;
using ServerlessMcp.Planning.Resources;

namespace ServerlessMcp.Server.Resources;

/// <summary>The addresses that a client is told of: static, so that listing them costs nothing.</summary>
internal static class ResourceAddresses
{
    public const string Configuration = "config://server";
    public const string LiveTemplate = "resources://{service}/{type}";
    public const string ExecutionTemplate = "execution://{id}";
    public const string PlanTemplate = "plan://{id}";
    public const string ToolTemplate = "docs://tools/{name}";
    public const string BlueprintTemplate = "docs://blueprints/{name}";

    public const string Json = "application/json";
    public const string Markdown = "text/markdown";

    public static IReadOnlyList<Resource> All { get; } =
    [
        .. LiveSource.All.Select(source => new Resource
        {
            Uri = source.Uri,
            Name = $"{source.Service}-{source.Kind}",
            Title = source.Title,
            Description = $"{source.Title} of this account and region as they are now.",
            MimeType = Json,
        }),
        new() { Uri = Configuration, Name = "server-configuration", Title = "Server configuration", Description = "What this server is set to, without secrets.", MimeType = Json },
    ];

    public static IReadOnlyList<ResourceTemplate> Templates { get; } =
    [
        Template(LiveTemplate, "live-list", "Live list", "What is there now, such as resources://ec2/instances.", Json),
        Template(ExecutionTemplate, "execution", "Execution", "Where an execution stands, as get_execution says it.", "text/plain"),
        Template(PlanTemplate, "plan", "Plan", "What a plan would do, as create_plan said it.", "text/plain"),
        Template(ToolTemplate, "tool-documentation", "Tool documentation", "A tool's arguments, answer and an example.", Markdown),
        Template(BlueprintTemplate, "blueprint-documentation", "Blueprint documentation", "A blueprint's inputs and what it makes.", Markdown),
    ];

    private static ResourceTemplate Template(string uri, string name, string title, string description, string type) =>
        new() { UriTemplate = uri, Name = name, Title = title, Description = description, MimeType = type };
}
