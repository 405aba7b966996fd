using System.Text;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;

namespace ServerlessMcp.Server.Access.Policies;

/// <summary>The policy in force, for its operator.</summary>
public static class PolicyText
{
    public const string BrokenLine = "BROKEN: every change is refused; reading goes on.";

    public static string Render(PolicyInForce inForce)
    {
        var text = new StringBuilder($"Policy: {inForce.Source}\n");
        if (inForce.Policy is not { } policy)
        {
            text.Append(BrokenLine).Append('\n').AppendJoin('\n', inForce.Problems.Select(problem => $"  {problem}"));
            return text.ToString();
        }

        text.Append("  hash    ").Append(inForce.Hash).Append('\n');
        if (policy.Limits is not (null, null))
        {
            text.Append("  limits  ").AppendJoin("; ", Limits(policy.Limits)).Append('\n');
        }

        foreach (var rule in policy.Rules)
        {
            text.Append($"  {Word(rule.Is),-7} {rule.Id}: {string.Join(", ", rule.Operations)}{(rule.AllowSelf ? "; who asked may approve" : "")}{(rule.Reason is { } reason ? $" ({reason})" : "")}\n");
        }

        return text.Append("  What no rule allows is forbidden.").ToString();
    }

    private static IEnumerable<string> Limits(PolicyLimits limits)
    {
        if (limits.MaxTargets is { } targets)
        {
            yield return $"at most {targets} targets a plan";
        }

        if (limits.CoolDownMinutes is { } minutes)
        {
            yield return $"{minutes} minutes between two changes of a resource";
        }
    }

    internal static string Word(VerdictKind kind) => kind switch
    {
        VerdictKind.Allow => "allow",
        VerdictKind.Confirm => "confirm",
        VerdictKind.Approve => "approve",
        _ => "forbid",
    };
}
