using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Policies;

/// <summary>Judges a plan by a policy. Pure: the same question has the same verdict.</summary>
/// <remarks>
/// A call is judged by all rules at once, so their order means nothing:
/// <code>
/// a forbid that applies, or may apply (something it asks is not known)     forbid
/// else no rule that surely applies                                         forbid: what no rule allows is not done
/// else the strictest of what applies or may apply: approve, confirm, allow
/// </code>
/// So what is not known never loosens a verdict. The plan's verdict is the strictest of its calls. Before all rules, and whatever they say:
/// <code>
/// a resource with the tag serverlessmcp:protected = true    forbid (protected)
/// more targets than the limit                               forbid (too_many_targets), but not for an undo after success
/// a resource changed within the cool-down, or one not known forbid (cool_down), but not for an undo after success
/// </code>
/// </remarks>
public static class PolicyEngine
{
    public const string ProtectedTag = "serverlessmcp:protected";

    public static Verdict Judge(Policy policy, PolicyQuestion question)
    {
        if (question.Subjects.Count == 0)
        {
            return new(VerdictKind.Allow, $"{policy.Name}: nothing is changed") { PolicyHash = PolicyHash.Of(policy) };
        }

        return JudgeProtection(question) is { } protection
            ? protection with { PolicyHash = PolicyHash.Of(policy) }
            : Strictest(policy, question) with { PolicyHash = PolicyHash.Of(policy) };
    }

    /// <summary>Every rule against every call, in the order of both.</summary>
    public static IReadOnlyList<RuleFinding> Explain(Policy policy, PolicyQuestion question) =>
        [.. question.Subjects.SelectMany(subject => policy.Rules.Select(rule => RuleMatcher.Match(rule, subject, question)))];

    /// <returns>Null: no resource is seen to be protected.</returns>
    public static Verdict? JudgeProtection(PolicyQuestion question)
    {
        var found = question.Subjects.Where(subject => IsProtected(subject.Tags)).ToList();
        return found.Count == 0
            ? null
            : new(VerdictKind.Forbid, $"{VerdictText.Names(found)} would change a resource with the tag {ProtectedTag} = true") { Code = RefusalCodes.Protected };
    }

    public static bool IsProtected(IReadOnlyDictionary<string, string?>? tags) =>
        tags is not null && tags.TryGetValue(ProtectedTag, out var value) && string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);

    private static Verdict Strictest(Policy policy, PolicyQuestion question)
    {
        var calls = question.Subjects.Select(subject => CallVerdict.Of(policy, subject, question)).ToList();
        var kind = calls.Max(call => call.Is);
        return kind != VerdictKind.Forbid && PolicyLimitCheck.Judge(policy, question) is { } limit ? limit : VerdictText.Write(policy, kind, calls);
    }
}
