using System.Text.RegularExpressions;

namespace ServerlessMcp.Planning.Permissions;

/// <summary>What identity policies say of an action on a resource, where AWS does not simulate them for us. Conditions are not evaluated: what has one is not known.</summary>
/// <remarks>
/// Source: IAM User Guide, "Policy evaluation logic" (a deny ends it; else an allow is needed, in the identity policies and in the boundary) and
/// "IAM JSON policy elements" (Action without regard to case; Resource with; wildcards <c>*</c> and <c>?</c>).
/// </remarks>
internal static partial class PolicyEvaluator
{
    private enum Answer { No, Maybe, Yes }

    /// <param name="boundary">Null: the caller has none.</param>
    public static Decision Decide(IReadOnlyList<PolicyStatement> policies, IReadOnlyList<PolicyStatement>? boundary, PermissionNeed need)
    {
        var own = Decide(policies, need, "no policy of the caller allows it");
        var within = boundary is null ? Decision.Allowed : Decide(boundary, need, "the caller's permissions boundary does not allow it");
        return new[] { own, within }.FirstOrDefault(one => one.Ruling == Ruling.ExplicitDeny)
            ?? new[] { own, within }.FirstOrDefault(one => one.Ruling == Ruling.ImplicitDeny)
            ?? (own.Ruling == Ruling.Unknown ? own : within);
    }

    private static Decision Decide(IReadOnlyList<PolicyStatement> statements, PermissionNeed need, string nothing)
    {
        var found = statements.Select(statement => (statement, answer: Applies(statement, need))).Where(one => one.answer != Answer.No).ToList();
        var denies = found.Where(one => one.statement.IsDeny).OrderByDescending(one => one.answer).ToList();
        var allows = found.Where(one => !one.statement.IsDeny).OrderByDescending(one => one.answer).ToList();
        return (denies.FirstOrDefault(), allows.FirstOrDefault()) switch
        {
            ({ answer: Answer.Yes } deny, _) => new(Ruling.ExplicitDeny, $"policy {deny.statement.Source} denies it"),
            (_, { statement: null }) => new(Ruling.ImplicitDeny, nothing),
            ({ answer: Answer.Maybe } deny, _) => new(Ruling.Unknown, $"policy {deny.statement.Source} denies it {On(deny.statement)}") { MayBeDenied = true },
            (_, { answer: Answer.Maybe } allow) => new(Ruling.Unknown, $"policy {allow.statement.Source} allows it only {On(allow.statement)}"),
            _ => Decision.Allowed,
        };
    }

    private static string On(PolicyStatement statement) =>
        statement.Conditions.Count > 0 ? $"under a condition on {string.Join(", ", statement.Conditions)}" : "on some resources";

    private static Answer Applies(PolicyStatement statement, PermissionNeed need)
    {
        var isAction = statement.Actions is { } actions
            ? actions.Any(pattern => ArnGlob.Matches(pattern, need.Action, ignoreCase: true))
            : !statement.NotActions!.Any(pattern => ArnGlob.Matches(pattern, need.Action, ignoreCase: true));
        if (!isAction)
        {
            return Answer.No;
        }

        var resource = statement.Resources is { } resources
            ? resources.Select(pattern => IsOn(pattern, need)).DefaultIfEmpty(Answer.No).Max()
            : Not(statement.NotResources!.Select(pattern => IsOn(pattern, need)).DefaultIfEmpty(Answer.No).Max());
        return resource == Answer.Yes && statement.Conditions.Count > 0 ? Answer.Maybe : resource;
    }

    /// <summary>A policy variable in a pattern may stand for anything.</summary>
    private static Answer IsOn(string pattern, PermissionNeed need)
    {
        var open = Variable().Replace(pattern, "*");
        if (open == pattern && (need.IsKnown ? ArnGlob.Matches(pattern, need.Resource) : ArnGlob.Covers(pattern, need.Resource)))
        {
            return Answer.Yes;
        }

        var mayBe = need.IsKnown ? open != pattern && ArnGlob.Matches(open, need.Resource) : ArnGlob.Overlaps(open, need.Resource);
        return mayBe ? Answer.Maybe : Answer.No;
    }

    private static Answer Not(Answer answer) => (Answer)(2 - (int)answer);

    [GeneratedRegex(@"\$\{[^}]*\}")]
    private static partial Regex Variable();
}
