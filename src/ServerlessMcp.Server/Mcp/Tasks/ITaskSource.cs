using ModelContextProtocol.Protocol;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Server.Mcp.Tasks;

/// <summary>What stands behind tasks. Nothing is kept in this process: any instance of the server can answer for any task.</summary>
public interface ITaskSource
{
    /// <param name="mayAsk">False when the client cannot show questions; then the state must not ask any.</param>
    /// <returns>Null if it is not there or not the caller's: the same answer.</returns>
    Task<TaskState?> FindAsync(string taskId, Principal caller, bool mayAsk, CancellationToken cancellationToken);

    /// <summary>Takes answers to the questions of <see cref="TaskState.Requests"/>; unknown and answered ones are ignored.</summary>
    Task AnswerAsync(
        string taskId, Principal caller, IReadOnlyDictionary<string, InputResponse> answers, CancellationToken cancellationToken);

    /// <summary>Asks for a cancel; a task that has ended stays as it is.</summary>
    Task CancelAsync(string taskId, Principal caller, CancellationToken cancellationToken);
}

/// <summary>One look at a task.</summary>
public sealed record TaskState
{
    public required string TaskId { get; init; }

    public required TaskStatusWord Status { get; init; }

    public string? Message { get; init; }

    /// <summary>Where the words in <see cref="Message"/> that are not ours are from; null: all are ours.</summary>
    public string? Source { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Null: kept without an end.</summary>
    public TimeSpan? TimeToLive { get; init; }

    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>With <see cref="TaskStatusWord.Completed"/>.</summary>
    public CallToolResult? Result { get; init; }

    /// <summary>With <see cref="TaskStatusWord.Failed"/>: a JSON-RPC error.</summary>
    public TaskFailure? Failure { get; init; }

    /// <summary>With <see cref="TaskStatusWord.InputRequired"/>: keys that are never used again within the task.</summary>
    public IReadOnlyDictionary<string, InputRequest>? Requests { get; init; }
}

public sealed record TaskFailure(int Code, string Message);

public enum TaskStatusWord { Working, InputRequired, Completed, Cancelled, Failed }
