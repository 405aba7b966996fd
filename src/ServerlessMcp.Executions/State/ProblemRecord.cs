using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.State;

public enum ProblemSeverity { Info, Warning, Critical }

/// <summary>Something wrong that was found: <c>PROBLEM#fingerprint / META</c>. Open while <see cref="ClosedAt"/> is null.</summary>
public sealed record ProblemRecord
{
    /// <summary>The same trouble has the same: 32 hex digits of SHA-256 over kind and what it is about.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Which detector, such as <c>late_effect</c>.</summary>
    public required string Kind { get; init; }

    public required ProblemSeverity Severity { get; init; }

    /// <summary>One sentence.</summary>
    public required string Title { get; init; }

    /// <summary>What was seen, a sentence each.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }

    /// <summary>ARN, as far as it is known.</summary>
    public string? Resource { get; init; }

    public string? ExecutionId { get; init; }

    public string? StepId { get; init; }

    /// <summary>Principal id of the execution's owner; null: nobody's own.</summary>
    public string? Owner { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it was last seen.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>The tool call that a person may want next; nothing makes it by itself.</summary>
    public ProposedCall? Next { get; init; }
}

/// <param name="Tool">Such as <c>aws_change</c>.</param>
public sealed record ProposedCall(string Tool, JsonObject Arguments);

/// <summary><c>SWEEP#0 / due#executionId</c>: after the end of an execution whose call may still take effect, somebody looks.</summary>
/// <param name="Fingerprints">Of the problems that an earlier look has opened: they are closed when there is nothing to be seen any more.</param>
public sealed record LateLookRecord(string ExecutionId, DateTimeOffset DueAt, DateTimeOffset EndedAt, IReadOnlyList<string> Fingerprints);
