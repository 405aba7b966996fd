using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Policies;

/// <summary>A plan's changes, and all that is known about them now. Null is "not known" throughout.</summary>
public sealed record PolicyQuestion
{
    /// <summary>Who asks.</summary>
    public required string PrincipalId { get; init; }

    public IReadOnlyCollection<string>? Scopes { get; init; }

    /// <summary>That made the plan.</summary>
    public string? Tool { get; init; }

    public required PlanTarget Target { get; init; }

    public required DateTimeOffset At { get; init; }

    public decimal? MonthlyCostUsd { get; init; }

    /// <summary>Changing steps of the whole plan.</summary>
    public required int Targets { get; init; }

    /// <summary>An undo after success: <see cref="PolicyLimits"/> do not hold it up.</summary>
    public bool TakesBack { get; init; }

    /// <summary>None: nothing is changed.</summary>
    public required IReadOnlyList<PolicySubject> Subjects { get; init; }
}

/// <summary>One call that a step may make when it goes forward, or the caller's own undo of it.</summary>
public sealed record PolicySubject
{
    public required string StepId { get; init; }

    /// <summary>The caller's own undo: a call of their choice, made without another question when the execution turns round.</summary>
    public bool IsUndo { get; init; }

    public required ApiCall Call { get; init; }

    public required StepEffect Effect { get; init; }

    public required UndoClass Undo { get; init; }

    /// <summary>Of its resource: key to value, null for a value that is not known. Null: no tag is known, nor that there is none.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    /// <summary>Null where the policy has no cool-down, or the resource has no changes of ours.</summary>
    public LastChange? LastChange { get; init; }

    /// <summary>As people read it.</summary>
    public string Shown => IsUndo ? $"the undo of {StepId}" : StepId;
}

/// <param name="At">Null: it is not known which resource that is.</param>
public sealed record LastChange(DateTimeOffset? At);
