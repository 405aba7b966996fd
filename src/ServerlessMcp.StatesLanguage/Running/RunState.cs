using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ServerlessMcp.StatesLanguage.Running;

/// <summary>The last four are ends.</summary>
public enum RunPhase
{
    /// <summary>The state is about to be entered.</summary>
    Entering,

    /// <summary>In a Wait state, until <see cref="RunState.Due"/>.</summary>
    Waiting,

    /// <summary>The intent to call the worker stands; the call is due, under way, or was lost with its process.</summary>
    Invoking,

    /// <summary>The call was made; an answer with <see cref="RunState.Token"/> is awaited.</summary>
    Awaiting,

    /// <summary>A retrier waits, until <see cref="RunState.Due"/>.</summary>
    Retrying,

    Succeeded,
    Failed,
    TimedOut,
    Aborted,
}

/// <summary>All there is to know about a run: stored after each transition, enough to go on from in another process.</summary>
/// <remarks>Its JSON nodes are never changed in place. Times are absolute.</remarks>
public sealed record RunState
{
    /// <summary>The run's name.</summary>
    public required string Run { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public JsonNode? RunInput { get; init; }

    /// <summary>When the machine's own TimeoutSeconds end the run.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public required string State { get; init; }

    public required RunPhase Phase { get; init; }

    /// <summary>The state's raw input.</summary>
    public JsonNode? Input { get; init; }

    public required DateTimeOffset EnteredAt { get; init; }

    /// <summary>How often each retrier of this state has retried; empty before the first.</summary>
    public IReadOnlyList<int> Retries { get; init; } = [];

    /// <summary>Sum of <see cref="Retries"/>: <c>$$.State.RetryCount</c>.</summary>
    public int RetryCount { get; init; }

    /// <summary>The end of a wait or of a retrier's delay, or the task's time-out.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>When the next heartbeat is late.</summary>
    public DateTimeOffset? HeartbeatDue { get; init; }

    /// <summary>Seconds between heartbeats, while a task that has them is under way.</summary>
    public double? HeartbeatSeconds { get; init; }

    public string? Token { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>After <see cref="RunPhase.Succeeded"/>.</summary>
    public JsonNode? Output { get; init; }

    /// <summary>After the other ends; may be absent for a Fail state without Error.</summary>
    public string? Error { get; init; }

    public string? Cause { get; init; }

    [JsonIgnore]
    public bool HasEnded => Phase >= RunPhase.Succeeded;

    /// <summary>When <see cref="Signal.Timer"/> is due; null means that no time moves this run.</summary>
    [JsonIgnore]
    public DateTimeOffset? NextTimer => HasEnded ? null : Earliest(Earliest(Due, HeartbeatDue), Deadline);

    private static DateTimeOffset? Earliest(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;
}

/// <summary>How <see cref="RunState"/> is stored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunState))]
public sealed partial class RunStateJson : JsonSerializerContext;
