using System.Collections.Concurrent;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Executions;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Server.Mcp.Tasks;

namespace ServerlessMcp.Conformance.Fixtures;

/// <summary>Stands where executions stand in the product: what a task is follows from when it began and what was answered.</summary>
internal sealed class MemoryTasks(TimeProvider time) : ITaskSource
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Begins a task and answers with its id.</summary>
    /// <param name="look">What the task is at a moment.</param>
    public ToolAnswer Begin(ToolCall call, Func<Look, TaskState> look)
    {
        var now = time.GetUtcNow();
        var id = Ids.New("ex");
        _entries[id] = new(call.Caller.Id, now, look);
        return new ToolAnswer.Started(id, new() { Content = [new TextContentBlock { Text = $"Task {id} has begun." }] });
    }

    public Task<TaskState?> FindAsync(string taskId, Principal caller, bool mayAsk, CancellationToken cancellationToken) =>
        Task.FromResult(Find(taskId, caller) is { } entry ? State(taskId, entry) : null);

    public Task AnswerAsync(
        string taskId, Principal caller, IReadOnlyDictionary<string, InputResponse> answers, CancellationToken cancellationToken)
    {
        foreach (var (key, answer) in answers)
        {
            Find(taskId, caller)?.Answers.TryAdd(key, answer);
        }

        return Task.CompletedTask;
    }

    public Task CancelAsync(string taskId, Principal caller, CancellationToken cancellationToken)
    {
        if (Find(taskId, caller) is { } entry)
        {
            entry.IsCancelled = true;
        }

        return Task.CompletedTask;
    }

    private Entry? Find(string taskId, Principal caller) =>
        _entries.TryGetValue(taskId, out var entry) && entry.Owner == caller.Id ? entry : null;

    private TaskState State(string taskId, Entry entry)
    {
        var begin = new TaskState
        {
            TaskId = taskId,
            Status = TaskStatusWord.Working,
            CreatedAt = entry.BeganAt,
            UpdatedAt = time.GetUtcNow(),
            TimeToLive = TimeSpan.FromMinutes(5),
            PollInterval = TimeSpan.FromMilliseconds(100),
        };
        var state = entry.Look(new(begin, time.GetUtcNow() - entry.BeganAt, entry.Answers));
        return entry.IsCancelled && state.Status is (TaskStatusWord.Working or TaskStatusWord.InputRequired)
            ? begin with { Status = TaskStatusWord.Cancelled }
            : state;
    }

    /// <param name="Begin">The task as it is while it works.</param>
    internal sealed record Look(TaskState Begin, TimeSpan Age, IReadOnlyDictionary<string, InputResponse> Answers);

    private sealed record Entry(string Owner, DateTimeOffset BeganAt, Func<Look, TaskState> Look)
    {
        public ConcurrentDictionary<string, InputResponse> Answers { get; } = new(StringComparer.Ordinal);

        public bool IsCancelled { get; set; }
    }
}
