using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Mcp.Tasks;

/// <summary>
/// The Tasks extension: tasks/get, tasks/update and tasks/cancel over an <see cref="ITaskSource"/>. Nothing runs after a response.
/// </summary>
internal sealed class TasksExtension(ITaskSource tasks, ILogger<TasksExtension> log)
{
    public const string Name = "io.modelcontextprotocol/tasks";

    private const string FirstVersion = "2026-07-28";

    public static bool OptedIn(JsonRpcRequest request) =>
        IsNew(request) && request.Context?.ClientCapabilities?.Extensions?.ContainsKey(Name) is true;

    /// <summary>True when the client can put a question to its user.</summary>
    public static bool MayAsk(JsonRpcRequest request) => request.Context?.ClientCapabilities?.Elicitation is not null;

    public void AddTo(McpServerOptions options)
    {
        options.Capabilities ??= new();
        options.Capabilities.Extensions ??= new Dictionary<string, object>();
        options.Capabilities.Extensions[Name] = new JsonObject();
        options.RequestHandlers ??= [];
        options.RequestHandlers.Add(Handler("tasks/get", GetAsync));
        options.RequestHandlers.Add(Handler("tasks/update", UpdateAsync));
        options.RequestHandlers.Add(Handler("tasks/cancel", CancelAsync));
    }

    private static Task<JsonNode?> GetAsync(TaskCall call, CancellationToken cancellationToken) =>
        Task.FromResult(JsonSerializer.SerializeToNode(TaskWire.Full(call.State), TaskWire.Type));

    private async Task<JsonNode?> UpdateAsync(TaskCall call, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<string, InputResponse>(StringComparer.Ordinal);
        if (call.Parameters?["inputResponses"] is JsonObject responses)
        {
            foreach (var (key, node) in responses)
            {
                if (node is not null && call.State.Requests?.ContainsKey(key) is true)
                {
                    answers[key] = Response(key, node);
                }
            }
        }

        if (answers.Count > 0)
        {
            await tasks.AnswerAsync(call.State.TaskId, call.Caller, answers, cancellationToken);
        }

        return Ack();
    }

    private async Task<JsonNode?> CancelAsync(TaskCall call, CancellationToken cancellationToken)
    {
        if (call.State.Status is TaskStatusWord.Working or TaskStatusWord.InputRequired)
        {
            await tasks.CancelAsync(call.State.TaskId, call.Caller, cancellationToken);
        }

        return Ack();
    }

    private McpServerRequestHandler Handler(string method, Func<TaskCall, CancellationToken, Task<JsonNode?>> handle) => new()
    {
        Method = method,
        RoutingNameParameter = "taskId",
        Handler = async (request, cancellationToken) =>
        {
            Gate(request, method);
            try
            {
                return await handle(await FindAsync(request, cancellationToken), cancellationToken);
            }
            catch (Exception error) when (error is not (OperationCanceledException or McpException))
            {
                throw Refusal(error, method);
            }
        },
    };

    private async Task<TaskCall> FindAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        var parameters = request.Params as JsonObject;
        var taskId = parameters?["taskId"] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : throw new McpProtocolException("taskId: expected a string.", McpErrorCode.InvalidParams);
        var caller = Callers.Of(request.Context?.User);
        var state = await tasks.FindAsync(taskId, caller, MayAsk(request), cancellationToken)
            ?? throw new McpProtocolException($"There is no task '{Views.Cut(taskId)}' for you.", McpErrorCode.InvalidParams);
        return new(parameters, state, caller);
    }

    private McpProtocolException Refusal(Exception error, string method) => error switch
    {
        CallerException refused => new($"{refused.Code}: {refused.Message}", refused, McpErrorCode.InvalidParams),
        TableUnavailableException => new(
            "The server's state cannot be read now; the same request may succeed in a moment.", error, McpErrorCode.InternalError),
        _ => new(HiddenFailure.Log(log, error, method), error, McpErrorCode.InternalError),
    };

    private static void Gate(JsonRpcRequest request, string method)
    {
        if (!IsNew(request))
        {
            throw new McpProtocolException($"Method '{method}' is not available in this protocol version.", McpErrorCode.MethodNotFound);
        }

        if (!OptedIn(request))
        {
            throw Missing(method);
        }
    }

    internal static McpProtocolException Missing(string what) => new MissingRequiredClientCapabilityException(
        new ClientCapabilities { Extensions = new Dictionary<string, object> { [Name] = new JsonObject() } },
        $"{what} needs the client's capability '{Name}'.");

    private static InputResponse Response(string key, JsonNode node)
    {
        var type = (JsonTypeInfo<InputResponse>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(InputResponse));
        try
        {
            return node.Deserialize(type)
                ?? throw new McpProtocolException($"inputResponses.{key}: expected an object.", McpErrorCode.InvalidParams);
        }
        catch (JsonException error)
        {
            throw new McpProtocolException($"inputResponses.{key}: not an answer.", error, McpErrorCode.InvalidParams);
        }
    }

    private static bool IsNew(JsonRpcRequest request) => string.CompareOrdinal(request.Context?.ProtocolVersion, FirstVersion) >= 0;

    private static JsonNode? Ack() => JsonSerializer.SerializeToNode(new TaskAck { ResultType = "complete" }, TaskJson.Default.TaskAck);

    /// <param name="State">The task as it was when the request came.</param>
    private sealed record TaskCall(JsonObject? Parameters, TaskState State, Principal Caller);
}
