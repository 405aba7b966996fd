namespace ServerlessMcp.Executions.State;

public enum ResourceState
{
    Present,
    Gone,

    /// <summary>There, and not as our last step left it.</summary>
    ChangedSince,

    /// <summary><see cref="ResourceRecord.Why"/> says why.</summary>
    Unknown,
}

/// <summary>What a step did to a resource.</summary>
public enum ResourceHow { Made, Changed, Deleted }

/// <summary>How far a step's work on its resource has come; what is tracked of it.</summary>
public enum ResourceMark
{
    /// <summary>A create was accepted and has not finished.</summary>
    Accepted,

    Done,

    /// <summary>Took effect, then failed.</summary>
    Failed,

    Undone,

    /// <summary>Not undone, though it should have been.</summary>
    Left,
}

/// <summary>What executions have made of a resource: the item <c>RES#key / META</c>. Written by the worker only, with the facts of the step.</summary>
public sealed record ResourceRecord
{
    /// <summary>The ARN; where none is known, <c>unnamed:service:operation:executionId/stepId</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Null where none is known.</summary>
    public string? Arn { get; init; }

    public required string Service { get; init; }

    /// <summary>Such as <c>security-group</c>.</summary>
    public required string Type { get; init; }

    public required string Identifier { get; init; }

    public required string Account { get; init; }

    public required string Region { get; init; }

    public required ResourceHow How { get; init; }

    /// <summary>Who made it; if nobody here did, who changed it last.</summary>
    public required string ExecutionId { get; init; }

    public required string PlanId { get; init; }

    public required string StepId { get; init; }

    /// <summary>Principal id.</summary>
    public required string Owner { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>As the worker left it; a later look is in <see cref="ResourceSeen"/>.</summary>
    public required ResourceState State { get; init; }

    public string? Why { get; init; }

    /// <summary>When a read last showed it there.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>The execution that took the making or the change back; the owner itself when it rolled back.</summary>
    public string? UndoneBy { get; init; }

    /// <summary>As the call that made it gave them; null: not known.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>The step that touched it last: its recorded value is what should be there.</summary>
    public required ResourceStep Last { get; init; }
}

/// <param name="Index">0-based place in the plan.</param>
public sealed record ResourceStep(string ExecutionId, string StepId, int Index);

/// <summary>One step's work on a resource: <c>RES#key / TOUCH#ms.executionId/stepId</c>.</summary>
/// <param name="Operation">Such as <c>ec2:CreateVpc</c>.</param>
/// <param name="At">When the step began.</param>
public sealed record ResourceTouch(
    string ExecutionId, string PlanId, string StepId, string Owner, string Operation, ResourceHow How, ResourceMark Mark, DateTimeOffset At, DateTimeOffset UpdatedAt);

/// <summary>What the last look at a resource showed: <c>RES#key / SEEN</c>. Written by who looks, never by the worker; nothing decides on it.</summary>
/// <param name="LookedAt">Older than <see cref="ResourceRecord.UpdatedAt"/>: out of date.</param>
public sealed record ResourceSeen(ResourceState State, string? Why, DateTimeOffset LookedAt, DateTimeOffset? LastSeenAt);
