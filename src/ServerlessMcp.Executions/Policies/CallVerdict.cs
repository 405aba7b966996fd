using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Policies;

/// <summary>What the rules say of one call.</summary>
/// <param name="Rules">Those that make it so; none where no rule allows it.</param>
internal sealed record CallVerdict(PolicySubject Subject, VerdictKind Is, IReadOnlyList<PolicyRule> Rules)
{
    public static CallVerdict Of(Policy policy, PolicySubject subject, PolicyQuestion question)
    {
        var findings = policy.Rules.Select(rule => RuleMatcher.Match(rule, subject, question)).Where(finding => finding.Applies != Truth.No).ToList();
        var isGranted = findings.Any(finding => finding.Applies == Truth.Yes && finding.Rule.Is != VerdictKind.Forbid);
        var kind = isGranted ? findings.Max(finding => finding.Rule.Is) : VerdictKind.Forbid;
        return new(subject, kind, [.. findings.Select(finding => finding.Rule).Where(rule => rule.Is == kind)]);
    }
}
