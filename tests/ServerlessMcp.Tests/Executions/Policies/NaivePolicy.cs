using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;

namespace ServerlessMcp.Tests.Executions.Policies;

/// <summary>
/// The policy again, as plainly as it can be said and with nothing of the engine: what is not known holds or does not hold, whichever is asked,
/// and everything is looked at twice.
/// </summary>
internal static class NaivePolicy
{
    public static VerdictKind Judge(Policy policy, PolicyQuestion question)
    {
        if (question.Subjects.Count == 0)
        {
            return VerdictKind.Allow;
        }

        var worst = VerdictKind.Allow;
        foreach (var subject in question.Subjects)
        {
            var verdict = Judge(policy, subject, question);
            worst = verdict > worst ? verdict : worst;
            if (subject.Tags is { } tags && tags.ContainsKey("serverlessmcp:protected") && tags["serverlessmcp:protected"]?.ToUpperInvariant() == "TRUE")
            {
                return VerdictKind.Forbid;
            }

            if (!question.TakesBack && policy.Limits.CoolDownMinutes is { } minutes && subject.LastChange is { } last
                && (last.At is null || (question.At - last.At.Value).TotalMinutes < minutes))
            {
                return VerdictKind.Forbid;
            }
        }

        return !question.TakesBack && policy.Limits.MaxTargets is { } most && question.Targets > most ? VerdictKind.Forbid : worst;
    }

    private static VerdictKind Judge(Policy policy, PolicySubject subject, PolicyQuestion question)
    {
        bool Surely(VerdictKind kind) => policy.Rules.Any(rule => rule.Is == kind && Applies(rule, subject, question, unknown: false));
        bool Possibly(VerdictKind kind) => policy.Rules.Any(rule => rule.Is == kind && Applies(rule, subject, question, unknown: true));

        if (Possibly(VerdictKind.Forbid))
        {
            return VerdictKind.Forbid;
        }

        if (!Surely(VerdictKind.Allow) && !Surely(VerdictKind.Confirm) && !Surely(VerdictKind.Approve))
        {
            return VerdictKind.Forbid;
        }

        return Possibly(VerdictKind.Approve) ? VerdictKind.Approve : Possibly(VerdictKind.Confirm) ? VerdictKind.Confirm : VerdictKind.Allow;
    }

    private static bool Applies(PolicyRule rule, PolicySubject subject, PolicyQuestion question, bool unknown)
    {
        var called = $"{subject.Call.Service}:{subject.Call.Operation}";
        var isCalled = rule.Operations.Any(pattern => Regex.IsMatch(called, "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.IgnoreCase));
        return isCalled && Hold(rule.When, subject, question, unknown) && (rule.Unless is null || !Hold(rule.Unless, subject, question, !unknown));
    }

    private static bool Hold(RuleConditions all, PolicySubject subject, PolicyQuestion question, bool unknown)
    {
        bool[] each =
        [
            all.Tools is null || (question.Tool is null ? unknown : all.Tools.Any(pattern => Like(pattern, question.Tool))),
            all.Principals is null || all.Principals.Any(pattern => Like(pattern, question.PrincipalId)),
            all.Scopes is null || (question.Scopes is null ? unknown : all.Scopes.Intersect(question.Scopes).Any()),
            all.Accounts is null || all.Accounts.Any(pattern => Like(pattern, question.Target.Account)),
            all.Regions is null || all.Regions.Any(pattern => Like(pattern, question.Target.Region)),
            all.Tags is null || all.Tags.All(tag => Tagged(tag.Key, tag.Value, subject.Tags, unknown)),
            all.Arguments is null || all.Arguments.All(argument => Argued(argument, subject.Call.Parameters, unknown)),
            all.Targets is null || Within(all.Targets, question.Targets),
            all.MonthlyCostUsd is null || (question.MonthlyCostUsd is null ? unknown : Within(all.MonthlyCostUsd, question.MonthlyCostUsd.Value)),
            all.Undo is null || all.Undo.Any(kind => kind == subject.Undo),
            all.Effects is null || all.Effects.Any(kind => kind == subject.Effect),
            all.Hours is null || all.Hours.Any(window => Opens(window, question.At)),
        ];
        return each.All(holds => holds);
    }

    private static bool Like(string pattern, string text) =>
        Regex.IsMatch(text, "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$");

    private static bool Tagged(string key, IReadOnlyList<string> wanted, IReadOnlyDictionary<string, string?>? tags, bool unknown)
    {
        if (tags is null)
        {
            return unknown;
        }

        if (!tags.ContainsKey(key))
        {
            return false;
        }

        return tags[key] is { } value ? wanted.Any(pattern => Like(pattern, value)) : unknown;
    }

    private static bool Within(Bound bound, decimal value)
    {
        if (bound.AtMost is { } most && value > most)
        {
            return false;
        }

        return bound.Over is null || value > bound.Over;
    }

    /// <summary>Every minute of the week in which the window is open, Sunday first.</summary>
    private static bool Opens(HoursWindow window, DateTimeOffset at)
    {
        const int Day = 1440;
        var open = new HashSet<int>();
        for (var day = 0; day < 7; day++)
        {
            if ((window.Days >> day) % 2 == 1)
            {
                for (var minute = window.From; minute != window.To + (window.To > window.From ? 0 : Day); minute++)
                {
                    open.Add(((day * Day) + minute) % (7 * Day));
                }
            }
        }

        var utc = at.ToUniversalTime();
        return open.Contains(((int)utc.DayOfWeek * Day) + (int)utc.TimeOfDay.TotalMinutes);
    }

    private static bool Argued(ArgumentCondition condition, JsonObject parameters, bool unknown)
    {
        var holds = Values(parameters, condition.At.Split('/').Skip(1).ToArray()).Select(value => value == "?" ? unknown : Argued(condition, value)).ToList();
        return unknown ? holds.Contains(true) : !holds.Contains(false);
    }

    private static bool Argued(ArgumentCondition condition, string? value)
    {
        if (condition.Bound is { } bound)
        {
            return value is not null && Within(bound, decimal.Parse(value.Trim('"'), CultureInfo.InvariantCulture));
        }

        return condition.OneOf!.Select(wanted => wanted?.ToJsonString()).Any(wanted => wanted is null || value is null
            ? wanted == value
            : wanted[0] == '"' && value[0] == '"' ? Like(wanted, value.Trim('"') is var bare && wanted.EndsWith("*\"", StringComparison.Ordinal) ? $"\"{bare}\"" : value)
            : wanted.Trim('"').Equals(value.Trim('"'), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>As JSON; <c>?</c> for what is not known.</summary>
    private static IEnumerable<string?> Values(JsonNode? node, string[] path)
    {
        if (node is JsonValue && node.ToJsonString().Contains("${", StringComparison.Ordinal))
        {
            return ["?"];
        }

        if (path.Length == 0)
        {
            return [node is JsonObject or JsonArray ? "?" : node?.ToJsonString()];
        }

        if (node is JsonObject json && json.Any(member => member.Key == "$json"))
        {
            return ["?"];
        }

        List<JsonNode?> below = node switch
        {
            JsonObject members => path[0] == "*" ? [.. members.Select(member => member.Value)] : [members[path[0]]],
            JsonArray items => path[0] == "*" ? [.. items] : [items.ElementAtOrDefault(int.TryParse(path[0], out var place) ? place : int.MaxValue)],
            _ => [],
        };
        return below.Count == 0 ? [null] : below.SelectMany(child => Values(child, path[1..]));
    }
}
