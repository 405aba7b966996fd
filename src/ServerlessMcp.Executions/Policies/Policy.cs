using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Policies;

/// <summary>Who may change what, as data. The order of rules means nothing.</summary>
/// <remarks>How it is judged: <see cref="PolicyEngine"/>.</remarks>
public sealed record Policy
{
    /// <summary><c>built-in</c> or the file's name, for people.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<PolicyRule> Rules { get; init; }

    public PolicyLimits Limits { get; init; } = new(null, null);

    /// <summary>Who asked may also approve, with the scope: for somebody who works alone. A rule may say otherwise.</summary>
    public bool AllowSelf { get; init; }

    public bool IsBuiltIn => ReferenceEquals(this, BuiltInPolicy.Policy);
}

public sealed record PolicyRule
{
    /// <summary><c>^[a-z][a-z0-9_-]{0,63}$</c>, unique in the policy.</summary>
    public required string Id { get; init; }

    public required VerdictKind Is { get; init; }

    /// <summary>Such as <c>ec2:StopInstances</c>, <c>ec2:*</c>, <c>*:Delete*</c>, <c>*</c>; in any case.</summary>
    public required IReadOnlyList<string> Operations { get; init; }

    /// <summary>All must hold.</summary>
    public RuleConditions When { get; init; } = new();

    /// <summary>The rule does not apply where all of these hold.</summary>
    public RuleConditions? Unless { get; init; }

    /// <summary>Of <see cref="VerdictKind.Approve"/>: who asked may also approve, with the scope.</summary>
    public bool AllowSelf { get; init; }

    /// <summary>Why, for who is refused or asked.</summary>
    public string? Reason { get; init; }
}

/// <summary>What holds for every plan but one that takes back.</summary>
/// <param name="MaxTargets">Changing steps of a plan.</param>
/// <param name="CoolDownMinutes">Since the last change of the same resource by any execution.</param>
public sealed record PolicyLimits(int? MaxTargets, int? CoolDownMinutes);
