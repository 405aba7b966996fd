namespace ServerlessMcp.Executions.Policies;

/// <summary>Which gate refused: stable, part of the public contract.</summary>
public static class RefusalCodes
{
    /// <summary>A rule forbids it, or none allows it.</summary>
    public const string ForbiddenByPolicy = "forbidden_by_policy";

    /// <summary>Somebody has frozen all changes.</summary>
    public const string Frozen = "frozen";

    /// <summary>The resource has the tag <see cref="PolicyEngine.ProtectedTag"/>.</summary>
    public const string Protected = "protected";

    /// <summary>The policy file cannot be read or is wrong: no change is judged.</summary>
    public const string PolicyBroken = "policy_broken";

    public const string CoolDown = "cool_down";

    public const string TooManyTargets = "too_many_targets";
}
