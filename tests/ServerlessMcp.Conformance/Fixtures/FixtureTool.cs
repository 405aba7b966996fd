using ModelContextProtocol.Protocol;
using ServerlessMcp.Executions;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Conformance.Fixtures;

/// <summary>A tool that the public MCP suite wants to find; only its answer matters.</summary>
internal sealed class FixtureTool(
    string name, Func<ToolCall, CancellationToken, Task<ToolAnswer>> answer, string schema = FixtureTool.NoArguments) : ServerTool
{
    public const string NoArguments = """{"type":"object","properties":{}}""";

    public override ToolDefinition Definition { get; } = new()
    {
        Name = name,
        Title = name,
        Description = $"A fixture of the public MCP suite: {name}.",
        Scope = Scope.Read,
        ReadOnly = true,
        Destructive = false,
        Idempotent = true,
        OpenWorld = false,
        InputSchema = schema,
    };

    public static FixtureTool Plain(string name, params ContentBlock[] content) =>
        new(name, (_, _) => Task.FromResult<ToolAnswer>(new ToolAnswer.Done(new() { Content = [.. content] })));

    public static ToolAnswer Text(string text, bool isError = false) =>
        new ToolAnswer.Done(new() { Content = [new TextContentBlock { Text = text }], IsError = isError });

    public override Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken) => answer(call, cancellationToken);
}
