using System.Globalization;

namespace ServerlessMcp.Executions.Policies;

/// <summary>Holds one rule against one call, condition by condition.</summary>
internal static class RuleMatcher
{
    private const string NotKnown = "not known";

    public static RuleFinding Match(PolicyRule rule, PolicySubject subject, PolicyQuestion question)
    {
        var operation = Operation(rule, subject);
        var when = Of(rule.When, subject, question).ToList();
        var unless = rule.Unless is { } except ? Of(except, subject, question).Select(one => one with { Condition = $"unless {one.Condition}" }).ToList() : [];
        var excepted = rule.Unless is null ? Truth.No : Truths.All(unless.Select(one => one.Holds));
        var applies = Truths.All([operation.Holds, .. when.Select(one => one.Holds), Truths.Not(excepted)]);
        return new(rule, subject, applies, [operation, .. when, .. unless]);
    }

    private static ConditionFinding Operation(PolicyRule rule, PolicySubject subject) => new(
        "operation",
        Truths.Of(rule.Operations.Any(pattern => Wildcard.MatchesOperation(pattern, subject.Call.Service, subject.Call.Operation))),
        string.Join(", ", rule.Operations),
        $"{subject.Call.Service}:{subject.Call.Operation}");

    private static IEnumerable<ConditionFinding> Of(RuleConditions conditions, PolicySubject subject, PolicyQuestion question) =>
    [
        .. Text("tools", conditions.Tools, question.Tool),
        .. Text("principals", conditions.Principals, question.PrincipalId),
        .. Scopes(conditions.Scopes, question.Scopes),
        .. Text("accounts", conditions.Accounts, question.Target.Account),
        .. Text("regions", conditions.Regions, question.Target.Region),
        .. (conditions.Tags ?? new Dictionary<string, IReadOnlyList<string>>()).Select(tag => Tag(tag.Key, tag.Value, subject.Tags)),
        .. (conditions.Arguments ?? []).Select(argument => Argument(argument, subject)),
        .. Number("targets", conditions.Targets, question.Targets),
        .. Number("monthly_cost_usd", conditions.MonthlyCostUsd, question.MonthlyCostUsd),
        .. Word("undo", conditions.Undo, subject.Undo),
        .. Word("effects", conditions.Effects, subject.Effect),
        .. Hours(conditions.Hours, question.At),
    ];

    private static IEnumerable<ConditionFinding> Text(string name, IReadOnlyList<string>? wanted, string? there) => wanted is null ? [] :
    [
        new(
            name,
            there is null ? Truth.Unknown : Truths.Of(wanted.Any(pattern => Wildcard.Matches(pattern, there))),
            string.Join(", ", wanted),
            there ?? NotKnown),
    ];

    private static IEnumerable<ConditionFinding> Scopes(IReadOnlyList<string>? wanted, IReadOnlyCollection<string>? there) => wanted is null ? [] :
    [
        new(
            "scopes",
            there is null ? Truth.Unknown : Truths.Of(wanted.Any(there.Contains)),
            string.Join(", ", wanted),
            there is null ? NotKnown : string.Join(", ", there.Order(StringComparer.Ordinal))),
    ];

    private static ConditionFinding Tag(string key, IReadOnlyList<string> wanted, IReadOnlyDictionary<string, string?>? tags)
    {
        var (isThere, value) = tags is null ? (true, null) : (tags.TryGetValue(key, out var found), found);
        var holds = !isThere ? Truth.No
            : value is null ? Truth.Unknown
            : Truths.Of(wanted.Any(pattern => Wildcard.Matches(pattern, value)));
        return new($"tags.{key}", holds, string.Join(", ", wanted), isThere ? value ?? NotKnown : "no such tag");
    }

    private static ConditionFinding Argument(ArgumentCondition condition, PolicySubject subject) => new(
        $"arguments {condition.At}",
        ArgumentValues.Holds(condition, subject.Call.Parameters),
        condition.Bound is { } bound ? Shown(bound) : string.Join(", ", condition.OneOf!.Select(value => value?.ToJsonString() ?? "null")),
        ArgumentValues.Shown(condition, subject.Call.Parameters));

    private static IEnumerable<ConditionFinding> Number(string name, Bound? wanted, decimal? there) => wanted is null ? [] :
    [
        new(
            name,
            there is { } value ? Truths.Of(wanted.Holds(value)) : Truth.Unknown,
            Shown(wanted),
            there?.ToString(CultureInfo.InvariantCulture) ?? NotKnown),
    ];

    private static IEnumerable<ConditionFinding> Word<T>(string name, IReadOnlyList<T>? wanted, T there)
        where T : struct, Enum => wanted is null ? [] :
    [
        new(name, Truths.Of(wanted.Contains(there)), string.Join(", ", wanted.Select(VerdictText.Word)), VerdictText.Word(there)),
    ];

    private static IEnumerable<ConditionFinding> Hours(IReadOnlyList<HoursWindow>? wanted, DateTimeOffset at) => wanted is null ? [] :
    [
        new(
            "hours",
            Truths.Of(wanted.Any(window => window.Contains(at))),
            string.Join("; ", wanted),
            at.UtcDateTime.ToString("ddd HH:mm", CultureInfo.InvariantCulture)),
    ];

    private static string Shown(Bound bound) => string.Join(
        " and ",
        new[]
        {
            bound.Over is { } over ? string.Create(CultureInfo.InvariantCulture, $"over {over}") : null,
            bound.AtMost is { } most ? string.Create(CultureInfo.InvariantCulture, $"at most {most}") : null,
        }.OfType<string>());
}
