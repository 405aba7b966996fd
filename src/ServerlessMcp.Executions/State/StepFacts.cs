using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.State;

/// <summary>Where a step stands. No item: it has not begun.</summary>
public enum StepStatus
{
    /// <summary>The intent is written; the call may or may not have been made.</summary>
    Intended,

    /// <summary>The call was made; its wait is not over.</summary>
    Waiting,

    /// <summary>The wait is over; the read after it has yet to show a difference.</summary>
    Settling,

    Done,

    /// <summary>Of a step that changes nothing: it looks, or waits for a person.</summary>
    Looking,

    /// <summary>Of a step that changes nothing: it held, was read, or was approved.</summary>
    Passed,

    /// <summary>Of a step that changes nothing: it did not hold, could not be read, or was not approved. Nothing to undo.</summary>
    NotPassed,

    /// <summary>Done, and nothing changed: nothing to undo.</summary>
    NoEffect,

    /// <summary>AWS said no; nothing took effect.</summary>
    Refused,

    /// <summary>The call took effect, and then its wait failed: must be undone.</summary>
    Failed,

    UndoIntended,
    UndoWaiting,
    Undone,

    /// <summary>Not undone: somebody changed it since, or it is no longer empty, or there is no undo.</summary>
    UndoSkipped,

    UndoFailed,
}

/// <summary>What is known of a step: <c>EXEC#id / STEP#nnn</c>, written at its intent and at its outcome.</summary>
public sealed record StepFacts
{
    public required string StepId { get; init; }

    /// <summary>0-based place in the plan.</summary>
    public required int Index { get; init; }

    public required StepStatus Status { get; init; }

    /// <summary>The invocation that holds the step until <see cref="LeaseUntil"/>.</summary>
    public string? LeaseBy { get; init; }

    public DateTimeOffset? LeaseUntil { get; init; }

    public int Run { get; init; }

    /// <summary>Name of the role session that its calls are made in; null: the server's own identity.</summary>
    public string? Session { get; init; }

    /// <summary>Which parameters: 0 the call's own, then the alternatives.</summary>
    public int Alternative { get; init; }

    /// <summary>Calls sent, in both directions.</summary>
    public int Attempts { get; init; }

    public IReadOnlyList<string> RequestIds { get; init; } = [];

    /// <summary>The ARN with its references resolved, once known.</summary>
    public string? Resource { get; init; }

    /// <summary>Present only if <see cref="BeforeRead"/>.</summary>
    public JsonNode? Before { get; init; }

    public bool BeforeRead { get; init; }

    public JsonObject? Output { get; init; }

    public JsonNode? After { get; init; }

    public bool AfterRead { get; init; }

    /// <summary>Keys of the blobs that hold what is too large to stand here, by <c>before</c>, <c>output</c>, <c>after</c>.</summary>
    public IReadOnlyDictionary<string, string>? Blobs { get; init; }

    /// <summary>True as soon as the step's call was sent and may have taken effect.</summary>
    public bool Sent { get; init; }

    /// <summary>True once an answer to the step's call was lost: what it did may show after the end.</summary>
    public bool WasUnknown { get; init; }

    /// <summary>The undo being run, an index into the step's undos.</summary>
    public int UndoIndex { get; init; }

    public StepTrouble? Error { get; init; }

    /// <summary>Why it waits, while AWS is busy or unreachable.</summary>
    public StepTrouble? Busy { get; init; }

    /// <summary>How often in a row it was busy; the delay grows with it.</summary>
    public int BusyCount { get; init; }

    /// <summary>Since when AWS does not see what an earlier step has made.</summary>
    public DateTimeOffset? LagSince { get; init; }

    /// <summary>When looking for an effect, or for a difference, began.</summary>
    public DateTimeOffset? SettlingSince { get; init; }

    /// <summary>When the wait began: its time-out counts from here.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? UndoStartedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Where the step stood when it was left: a resumed rollback begins there.</summary>
    public StepStatus? LeftFrom { get; init; }

    /// <summary>Why the undo was skipped or failed, in words.</summary>
    public string? LeftWhy { get; init; }

    /// <summary>The read that shows what is left, as <c>service:Operation {parameters}</c>.</summary>
    public string? LookWith { get; init; }

    /// <summary>What of this step has been written to its resource's record.</summary>
    public ResourceMark? Tracked { get; init; }

    /// <summary>The first refusal of the undo being run; it is tried again through the step's settle time.</summary>
    public StepTrouble? UndoError { get; init; }
}

/// <param name="Class">Of an AWS error; null for our own codes, which <see cref="Troubles"/> knows.</param>
public sealed record StepTrouble(string Code, string Message, string? RequestId = null, DateTimeOffset? Since = null, TroubleClass? Class = null);

/// <summary><c>PLAN#id / PLAN</c>.</summary>
/// <param name="ExecutionId">Set when it is started: a plan runs once.</param>
public sealed record PlanRecord(Plans.Plan Plan, string? ExecutionId);

/// <summary><c>PLAN#id / PREVIEW</c>.</summary>
public sealed record PlanPreviewRecord(Plans.PlanPreview Preview);
