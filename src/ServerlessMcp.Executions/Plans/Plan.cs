using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Plans;

/// <summary>Ordered steps as data; immutable, and nothing has happened yet. Array order is run order.</summary>
/// <remarks>Only <see cref="Target"/> and <see cref="Steps"/> are inside <see cref="Hash"/> (RFC 8785 form).</remarks>
public sealed record Plan
{
    public required string PlanId { get; init; }

    /// <summary><c>sha256:</c> and 64 hex digits.</summary>
    public required string Hash { get; init; }

    public required string Title { get; init; }

    /// <summary>Principal id.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The person behind the creator: <see cref="Principal.Owner"/>.</summary>
    public string? CreatedByOwner { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The execution that this plan takes back, if it is an undo after success.</summary>
    public string? UndoOf { get; init; }

    /// <summary>The execution that ended without its purpose, whose steps this plan asks for again.</summary>
    public string? RetryOf { get; init; }

    public required PlanTarget Target { get; init; }

    /// <summary>1 to 100.</summary>
    public required IReadOnlyList<Step> Steps { get; init; }
}

/// <param name="Account">12 digits.</param>
/// <param name="Region">Such as <c>eu-west-1</c>.</param>
public sealed record PlanTarget(string Account, string Region);

/// <summary>What the planner found out about a plan; shown, stored beside it, outside the hash.</summary>
public sealed record PlanPreview
{
    /// <summary>One line a step: <c>+ create</c>, <c>~ change</c>, <c>- delete</c>, with the resource.</summary>
    public required IReadOnlyList<string> Changes { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>The worst class of the steps.</summary>
    public required UndoClass Reversibility { get; init; }

    public IReadOnlyList<ManagedResource> ManagedBy { get; init; } = [];

    /// <summary>Null when not checked; <see cref="NotChecked"/> says why.</summary>
    public decimal? MonthlyCostDeltaUsd { get; init; }

    /// <summary>What was counted at which price, what is paid for by use and not counted, and of when and where the prices are.</summary>
    public IReadOnlyList<string> CostNotes { get; init; } = [];

    /// <summary><c>action on resource</c>; null when not checked.</summary>
    public IReadOnlyList<string>? MissingPermissions { get; init; }

    /// <summary>Null when not checked.</summary>
    public PlanPermissions? Permissions { get; init; }

    /// <summary><c>what: why</c>.</summary>
    public IReadOnlyList<string> NotChecked { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>That made the plan, such as <c>create_plan</c>; null: not known.</summary>
    public string? Tool { get; init; }

    /// <summary>The plan takes back what an execution did, from its records.</summary>
    public bool TakesBack { get; init; }

    /// <summary>What the caller asked for, in the planner's own form: a retry plans it anew. Null for an undo.</summary>
    public JsonObject? Request { get; init; }
}

public sealed record ManagedResource(string Stack, string Resource);

/// <param name="Rule">What was decided and why, in words for who asked.</param>
public sealed record Verdict(VerdictKind Is, string Rule)
{
    /// <summary>Of <see cref="VerdictKind.Forbid"/>: which gate refuses, of <see cref="Policies.RefusalCodes"/>.</summary>
    public string? Code { get; init; }

    /// <summary>The rules that decided, with their steps; none where no rule allows it, or something before the rules refuses.</summary>
    public IReadOnlyList<RuleMatch> Rules { get; init; } = [];

    /// <summary>The policy that judged: <see cref="Policies.PolicyHash"/>; null where none could.</summary>
    public string? PolicyHash { get; init; }

    /// <summary>Of <see cref="VerdictKind.Approve"/>: who asked may also approve, with the scope.</summary>
    public bool AllowSelf { get; init; }
}

public sealed record RuleMatch(string RuleId, IReadOnlyList<string> Steps);

/// <summary>From loosest to strictest; the order is used to find the strictest.</summary>
public enum VerdictKind { Allow, Confirm, Approve, Forbid }

/// <summary>From best to worst; the order is used to find the worst of a plan.</summary>
public enum UndoClass { Full, Partial, Declared, None }
