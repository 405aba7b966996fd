using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServerlessMcp.Executions;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Mcp;

/// <summary>A tool: what is told of it, and what it does. Its arguments have been checked against its schema when it is called.</summary>
public abstract class ServerTool
{
    public abstract ToolDefinition Definition { get; }

    /// <exception cref="CallerException">What the caller can act on; becomes an <c>isError</c> result.</exception>
    public abstract Task<ToolAnswer> CallAsync(ToolCall call, CancellationToken cancellationToken);
}

/// <param name="Request">The raw request, for what only some tools need: input responses, the client's capabilities.</param>
public sealed record ToolCall(ToolArguments Arguments, Principal Caller, RequestContext<CallToolRequestParams> Request);

/// <summary>How a call of a tool ended.</summary>
public abstract record ToolAnswer
{
    public sealed record Done(CallToolResult Result) : ToolAnswer;

    /// <summary>Told after the answer, as far as the caller is offered the tools.</summary>
    internal NextCalls Next { get; init; } = NextCalls.None;

    /// <summary>Work goes on behind this answer: a client with the Tasks extension gets the task, any other the result.</summary>
    /// <param name="TaskId">Known to the <see cref="Tasks.ITaskSource"/> already.</param>
    public sealed record Started(string TaskId, CallToolResult Result) : ToolAnswer;

    /// <param name="text">Short, for the model: what is.</param>
    internal static Done Of(string text, JsonObject structured, NextCalls? next = null) => new(Content(text, structured)) { Next = next ?? NextCalls.None };

    public static CallToolResult Content(string text, JsonObject structured, bool isError = false) => new()
    {
        Content = [new TextContentBlock { Text = PlainText.Lines(text) }],
        StructuredContent = JsonElement.Parse(structured.ToJsonString()),
        IsError = isError,
    };
}
