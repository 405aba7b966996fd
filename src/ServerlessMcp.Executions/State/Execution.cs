using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.State;

/// <summary>The last five are terminal and final.</summary>
public enum ExecutionStatus
{
    AwaitingApproval,
    Running,
    RollingBack,

    Succeeded,

    /// <summary>Failed; nothing left but what the classes announced.</summary>
    RolledBack,

    /// <summary>On request; nothing left.</summary>
    Cancelled,

    /// <summary>Forbidden, denied, expired or drifted; nothing ran. (A no in the middle of a plan is a failure: <see cref="RolledBack"/>.)</summary>
    Rejected,

    /// <summary>Something is left: <see cref="Execution.Left"/>.</summary>
    RollbackFailed,
}

/// <summary>The running of a plan: the item <c>EXEC#id / META</c>. After the start write, only the worker writes it.</summary>
public sealed record Execution
{
    public required string ExecutionId { get; init; }

    public required string PlanId { get; init; }

    public required string Hash { get; init; }

    public required string Title { get; init; }

    /// <summary>Principal id.</summary>
    public required string Owner { get; init; }

    /// <summary>Ids and owners of who planned and who started it: none of these is another person where a plan asks for one.</summary>
    public IReadOnlyList<string> Askers { get; init; } = [];

    public required ExecutionStatus Status { get; init; }

    /// <summary>The run that may act; a verb of another run answers CONTINUED.</summary>
    public required int Run { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the first step was allowed to begin.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public required int StepCount { get; init; }

    /// <summary>Why it turned round or was rejected.</summary>
    public ExecutionFailure? Failure { get; init; }

    /// <summary>What is still there, after <see cref="ExecutionStatus.RollbackFailed"/>.</summary>
    public IReadOnlyList<Leftover> Left { get; init; } = [];

    public string? UndoOf { get; init; }

    /// <summary>The execution that this one tries again: by a new plan, or, with <see cref="Origin"/>, by going on with its rollback.</summary>
    public string? RetryOf { get; init; }

    /// <summary>Set where this execution goes on with another's rollback: the first of that chain, whose marker the things bear.</summary>
    public string? Origin { get; init; }

    /// <summary>Principal id of who asked for the cancel that the worker has seen.</summary>
    public string? CancelledBy { get; init; }

    /// <summary>Of the owner, when it was started; null: not recorded.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>The policy that judged it last; null: not judged yet.</summary>
    public string? PolicyHash { get; init; }

    public GateOpen? Gate { get; init; }

    /// <summary>Why the start waits, while AWS is busy or unreachable; a step's own is on its facts.</summary>
    public StepTrouble? Busy { get; init; }

    /// <summary>How often in a row the start was busy.</summary>
    public int BusyCount { get; init; }

    /// <summary>How the current run was started: RUN, RESUME or ROLLBACK; the sweep starts it with this if it never began.</summary>
    public string Mode { get; init; } = "RUN";

    /// <summary>When somebody looks, after the end, for what a call has done whose answer was lost; null: no answer was.</summary>
    public DateTimeOffset? LateLookAt { get; init; }

    /// <summary>How often the reaper or the sweep has started another run.</summary>
    public int Reaps { get; init; }

    /// <summary>Whose marker this execution's steps put on what they make.</summary>
    public string MarkedAs => Origin ?? ExecutionId;

    public bool IsTerminal => Status > ExecutionStatus.RollingBack;

    /// <summary>Two principals of one owner are one person. A person's name is compared without case, so that two ways to write it are no two people.</summary>
    public bool IsAskedBy(Principal person) => Askers.Append(Owner).Any(asker => IsSame(asker, person.Id) || IsSame(asker, person.Owner));

    private static bool IsSame(string one, string other) => one.AsSpan().Trim().Equals(other.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary>It has ended as if it had never been: an undo that ended so may be asked for again.</summary>
    public bool ChangedNothing => Status is ExecutionStatus.Rejected or ExecutionStatus.RolledBack or ExecutionStatus.Cancelled;
}

/// <param name="StepId">Null when no step is to blame.</param>
/// <param name="Code">AWS's error code, or <c>cancelled</c>, <c>denied</c>, <c>expired</c>, <c>drifted</c>, <c>exists</c>, <c>deadline</c>, <c>unknown</c>, <c>wait_failed</c>,
/// <c>wait_timeout</c>, <c>not_visible</c>, <c>reference</c>, <c>worker</c>, one of <see cref="Policies.RefusalCodes"/>; of steps that change nothing <c>check_failed</c>, <c>alarm</c>,
/// <c>alarm_missing</c>, <c>not_collected</c>.</param>
public sealed record ExecutionFailure(string? StepId, string Code, string Message, string? RequestId = null, TroubleClass? Class = null);

/// <param name="Why">Why it was not taken back, in words.</param>
/// <param name="LookWith">The read that shows it, as <c>service:Operation {parameters}</c>.</param>
public sealed record Leftover(string StepId, string? Resource, string Why, string? LookWith);

/// <summary>A question that waits for a person.</summary>
/// <param name="Number">1 is the plan's own, 0 the same asked once more because the policy has become stricter; a step's is its place in the plan (from 0) + 2.</param>
/// <param name="Kind"><c>confirm</c> or <c>approve</c>.</param>
/// <param name="StepId">The step in the middle of the plan that asks; null: the plan as a whole, before anything runs.</param>
public sealed record GateOpen(int Number, string Kind, string Rule, DateTimeOffset ExpiresAt, string? StepId = null)
{
    /// <summary>Of <c>approve</c>: who asked may also decide, with the scope.</summary>
    public bool AllowSelf { get; init; }

    /// <returns>The plan's own question, or null where nobody is asked.</returns>
    public static GateOpen? Of(Verdict verdict, DateTimeOffset expiresAt) => verdict.Is switch
    {
        VerdictKind.Confirm => new(1, "confirm", verdict.Rule, expiresAt),
        VerdictKind.Approve => new(1, "approve", verdict.Rule, expiresAt) { AllowSelf = verdict.AllowSelf },
        _ => null,
    };
}

/// <summary>The question that a decider was shown: a yes to it is no yes to the next.</summary>
/// <param name="Hash">Of the plan.</param>
/// <param name="Number"><see cref="GateOpen.Number"/>.</param>
public sealed record GateSeen(string Hash, int Number);

/// <summary>One line of an execution's record: <c>EXEC#id / EVENT#n</c>.</summary>
/// <param name="Kind">Such as <c>step_done</c>, <c>turned</c>, <c>undo_skipped</c>.</param>
public sealed record ExecutionEvent(DateTimeOffset At, string Kind, string? StepId, string Text);

/// <summary><c>EXEC#id / GATE#n</c>, put if absent: the first decision stands.</summary>
public sealed record GateRecord(GateDecision Decision, string By, string Hash, DateTimeOffset At)
{
    /// <summary>Said by the person who asked.</summary>
    public bool IsOwn { get; init; }
}

public enum GateDecision { Approve, Deny, Expire, Cancel }

/// <summary><c>EXEC#id / WAIT#n</c>: the task token that a decision wakes.</summary>
public sealed record GateWait(string TaskToken);

/// <summary><c>EXEC#id / CANCEL</c>, put if absent; seen by the next verb.</summary>
public sealed record CancelRecord(string By, string? Reason, DateTimeOffset At);

/// <summary><c>EXEC#id / RETRY</c>: what tries it again, the newest.</summary>
/// <param name="PlanId">A new plan of the same steps.</param>
/// <param name="ExecutionId">Goes on with the rollback; put with its start, and never replaced.</param>
public sealed record RetryRecord(string? PlanId, string? ExecutionId, DateTimeOffset At);

/// <summary><c>OPEN#shard / executionId</c>: put with the start, deleted with the end; the sweep walks these.</summary>
public sealed record OpenRecord(string ExecutionId, DateTimeOffset At);
