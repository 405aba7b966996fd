using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServerlessMcp.Executions;
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
    /// <summary>A result as it is.</summary>
    public sealed record Done(CallToolResult Result) : ToolAnswer;

    /// <summary>Work goes on behind this answer: a client with the Tasks extension gets the task, any other the result.</summary>
    /// <param name="TaskId">Known to the <see cref="Tasks.ITaskSource"/> already.</param>
    public sealed record Started(string TaskId, CallToolResult Result) : ToolAnswer;

    /// <summary>What the product's own tools answer: written down when it is known what its reader is offered.</summary>
    /// <param name="TaskId">As in <see cref="Started"/>; null when all is done.</param>
    internal sealed record Said(ServerAnswer Answer, string? TaskId = null) : ToolAnswer;

    /// <param name="ours">Short, for the model: what is, in ids, numbers and words of ours.</param>
    /// <param name="data">Lines with words of AWS or of a caller.</param>
    /// <param name="source">Where what is not ours is from; null: all is ours.</param>
    internal static Said Of(string ours, JsonObject view, NextCalls? next = null, string? source = null, string data = "") =>
        new(new ServerAnswer(ours, view) { Data = data, Source = source, Next = next ?? NextCalls.None });
}
