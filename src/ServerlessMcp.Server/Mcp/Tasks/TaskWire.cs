using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace ServerlessMcp.Server.Mcp.Tasks;

/// <summary>A task as <c>io.modelcontextprotocol/tasks</c> (SEP-2663) writes it.</summary>
/// <remarks>The SDK's own package for it is not used: it runs the work after the response.</remarks>
internal sealed class TaskWire : Result
{
    private static readonly JsonSerializerOptions Options = new(McpJsonUtilities.DefaultOptions)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(TaskJson.Default, McpJsonUtilities.DefaultOptions.TypeInfoResolver),
    };

    public static JsonTypeInfo<TaskWire> Type { get; } = (JsonTypeInfo<TaskWire>)Options.GetTypeInfo(typeof(TaskWire));

    public required string TaskId { get; init; }

    /// <summary><c>working</c>, <c>input_required</c>, <c>completed</c>, <c>cancelled</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    public string? StatusMessage { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>The specification wants the member even when it is null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? TtlMs { get; init; }

    public long PollIntervalMs { get; init; }

    public JsonElement? Result { get; init; }

    public TaskFailure? Error { get; init; }

    public IReadOnlyDictionary<string, InputRequest>? InputRequests { get; init; }

    /// <summary>What tools/call answers: the task's beginning, never its end or its questions.</summary>
    public static TaskWire Seed(TaskState state) => From(state with
    {
        Status = TaskStatusWord.Working,
        Result = null,
        Failure = null,
        Requests = null,
    }, "task");

    /// <summary>What tasks/get answers.</summary>
    public static TaskWire Full(TaskState state) => From(state, "complete");

    private static TaskWire From(TaskState state, string resultType) => new()
    {
        ResultType = resultType,
        TaskId = state.TaskId,
        Status = JsonNamingPolicy.SnakeCaseLower.ConvertName(state.Status.ToString()),
        StatusMessage = state.Message,
        Meta = state.Source is null ? null : Fence.Meta(state.Source),
        CreatedAt = state.CreatedAt,
        LastUpdatedAt = state.UpdatedAt,
        TtlMs = (long?)state.TimeToLive?.TotalMilliseconds,
        PollIntervalMs = (long)state.PollInterval.TotalMilliseconds,
        Result = state.Result is { } result ? ResultOf(result) : null,
        Error = state.Failure,
        InputRequests = state.Requests,
    };

    /// <summary>A result inside a task says what it is, as one outside does (2026-07-28: <c>resultType</c> stands in every result).</summary>
    private static JsonElement ResultOf(CallToolResult result)
    {
        result.ResultType = "complete";
        return JsonSerializer.SerializeToElement(result, CallResultType);
    }

    private static JsonTypeInfo<CallToolResult> CallResultType =>
        (JsonTypeInfo<CallToolResult>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(CallToolResult));
}

/// <summary>An answer that says only that the request was taken.</summary>
internal sealed class TaskAck : Result;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TaskWire))]
[JsonSerializable(typeof(TaskAck))]
internal sealed partial class TaskJson : JsonSerializerContext;
