using System.Text.Json;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Policies;

/// <summary>Says what was decided, by which rules, and for which steps.</summary>
internal static class VerdictText
{
    private const int MostNamed = 3;

    /// <param name="calls">Of the whole plan; only those as strict as it are told of.</param>
    public static Verdict Write(Policy policy, VerdictKind kind, IReadOnlyList<CallVerdict> calls)
    {
        var decisive = calls.Where(call => call.Is == kind).ToList();
        var rules = decisive.SelectMany(call => call.Rules).DistinctBy(rule => rule.Id).OrderBy(rule => Place(policy, rule)).ToList();
        var matches = rules.Select(rule => (rule, of: decisive.Where(call => call.Rules.Contains(rule)).Select(call => call.Subject).ToList())).ToList();
        var says = matches.Select(match => Says(policy, match.rule, match.of)).ToList();
        if (kind == VerdictKind.Forbid && decisive.Where(call => call.Rules.Count == 0).Select(call => call.Subject).ToList() is { Count: > 0 } ungranted)
        {
            says.Add($"{Names(ungranted)}: no rule allows {Few(ungranted.Select(one => $"{one.Call.Service}:{one.Call.Operation}"))} here");
        }

        return new(kind, $"{policy.Name}: {string.Join("; ", says)}")
        {
            Code = kind == VerdictKind.Forbid ? RefusalCodes.ForbiddenByPolicy : null,
            Rules = [.. matches.Select(match => new RuleMatch(match.rule.Id, [.. match.of.Select(one => one.StepId).Distinct()]))],
            AllowSelf = kind == VerdictKind.Approve && rules.All(rule => rule.AllowSelf),
        };
    }

    /// <summary>A step's undo is not named beside the step itself.</summary>
    public static string Names(IReadOnlyList<PolicySubject> subjects) =>
        Few(subjects.Where(one => !one.IsUndo || subjects.All(other => other.IsUndo || other.StepId != one.StepId)).Select(one => one.Shown));

    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string Says(Policy policy, PolicyRule rule, IReadOnlyList<PolicySubject> subjects)
    {
        if (policy.IsBuiltIn)
        {
            return rule.Is == VerdictKind.Allow ? rule.Reason! : $"{Names(subjects)} {rule.Reason}";
        }

        var what = rule.Is switch
        {
            VerdictKind.Allow => "allowed",
            VerdictKind.Confirm => "to be confirmed",
            VerdictKind.Approve => "to be approved",
            _ => "forbidden",
        };
        var why = rule.Reason is { } reason ? $" ({reason})" : "";
        return $"{Names(subjects)} {what} by rule '{rule.Id}'{why}";
    }

    private static string Few(IEnumerable<string> names)
    {
        var all = names.Distinct().ToList();
        return string.Join(", ", all.Take(MostNamed)) + (all.Count > MostNamed ? $" and {all.Count - MostNamed} more" : "");
    }

    private static string Place(Policy policy, PolicyRule rule) => policy.IsBuiltIn
        ? policy.Rules.ToList().IndexOf(rule).ToString("00", System.Globalization.CultureInfo.InvariantCulture)
        : rule.Id;
}
