namespace ServerlessMcp.Executions.Policies;

/// <summary>How a rule applies to one call.</summary>
/// <param name="Applies">Unknown: it counts where it makes the verdict stricter, and grants nothing.</param>
public sealed record RuleFinding(PolicyRule Rule, PolicySubject Subject, Truth Applies, IReadOnlyList<ConditionFinding> Conditions);

/// <param name="Condition">As in a file, such as <c>tags.env</c>; one of <c>unless</c> begins with that word.</param>
/// <param name="Wanted">What the rule says.</param>
/// <param name="Saw">What is there, in words.</param>
public sealed record ConditionFinding(string Condition, Truth Holds, string Wanted, string Saw);
