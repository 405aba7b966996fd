using System.Globalization;
using System.Text;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;

namespace ServerlessMcp.Server.Access.Policies;

/// <summary>Explains how a policy judges a plan: call by call, rule by rule, with the conditions that kept a rule from applying.</summary>
public static class PolicyTestText
{
    public static (string Text, bool IsForbidden) Render(Policy policy, Plan plan, PolicyQuestion question)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Policy {policy.Name} ({PolicyHash.Of(policy)})\n");
        text.Append(CultureInfo.InvariantCulture, $"Plan {plan.PlanId}: {plan.Title}\n");
        var scopes = question.Scopes is null ? "not known" : string.Join(", ", question.Scopes);
        text.Append(CultureInfo.InvariantCulture, $"Asked by {question.PrincipalId} with {scopes}, at {question.At.UtcDateTime:ddd yyyy-MM-dd HH:mm} UTC\n");
        foreach (var call in PolicyEngine.Explain(policy, question).GroupBy(finding => finding.Subject))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{call.Key.Shown}: {call.Key.Call.Service}:{call.Key.Call.Operation}\n");
            foreach (var finding in call)
            {
                Rule(text, finding);
            }
        }

        var verdict = PolicyEngine.Judge(policy, question);
        text.Append(CultureInfo.InvariantCulture, $"\nVerdict: {PolicyText.Word(verdict.Is)}{(verdict.Code is { } code ? $" [{code}]" : "")}: {verdict.Rule}\n");
        if (policy.Limits.CoolDownMinutes is not null)
        {
            text.Append("Not looked at: when the resources were changed last (cool_down_minutes).\n");
        }

        return (text.ToString(), verdict.Is == VerdictKind.Forbid);
    }

    private static void Rule(StringBuilder text, RuleFinding finding)
    {
        var says = (finding.Applies, finding.Rule.Is) switch
        {
            (Truth.Yes, _) => "applies",
            (Truth.No, _) => "does not apply",
            (_, VerdictKind.Allow) => "may apply, so it grants nothing",
            _ => "may apply, so it counts, but grants nothing",
        };
        text.Append(CultureInfo.InvariantCulture, $"  {PolicyText.Word(finding.Rule.Is),-7} {finding.Rule.Id}: {says}\n");
        foreach (var condition in finding.Conditions.Where(condition => Matters(finding, condition)))
        {
            var word = condition.Holds switch { Truth.Yes => "holds", Truth.No => "fails", _ => "is not known" };
            text.Append(CultureInfo.InvariantCulture, $"            {condition.Condition} {word}: wanted {condition.Wanted}; is {condition.Saw}\n");
        }
    }

    /// <summary>Of a rule that applies all conditions, else those that keep it from applying: for an exception those that hold.</summary>
    private static bool Matters(RuleFinding finding, ConditionFinding condition) => finding.Applies switch
    {
        Truth.Yes => true,
        _ when condition.Condition.StartsWith("unless ", StringComparison.Ordinal) => condition.Holds != Truth.No,
        _ => condition.Holds != Truth.Yes,
    };
}
