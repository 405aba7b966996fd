using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;

namespace ServerlessMcp.Server.Access.Policies;

/// <summary>The <c>when</c> and <c>unless</c> of a rule.</summary>
internal sealed class ConditionReader(PolicyParts parts, IAwsCatalog catalog)
{
    private const decimal Most = 1_000_000_000;

    private static readonly string[] Tools = ["create_plan", "aws_change", "rollback_execution", "retry_execution"];
    private static readonly string[] Undos = ["full", "partial", "declared", "none"];
    private static readonly string[] Effects = ["create", "change", "delete"];

    private static readonly string[] Names =
        ["tools", "principals", "scopes", "accounts", "regions", "tags", "arguments", "targets", "monthly_cost_usd", "undo", "effects", "hours"];

    /// <param name="operations">Of the rule: an argument that none of them has would match nothing.</param>
    public RuleConditions Read(YamlPart part, string what, IReadOnlyList<string> operations)
    {
        var members = parts.Members(part, what, Names);
        if (part is YamlPart.Map { Members.Count: 0 })
        {
            parts.Add(part, $"{what}: a condition is expected, one of {string.Join(", ", Names)}");
        }

        return new()
        {
            Tools = Texts(members, "tools", text => OneOf(text, Tools)),
            Principals = Texts(members, "principals", text => Pattern(text, "ids such as key_0123456789ab, or their beginnings with a * at the end")),
            Scopes = Texts(members, "scopes", text => OneOf(text, Scope.All)),
            Accounts = Texts(members, "accounts", WrongAccount),
            Regions = Texts(members, "regions", WrongRegion),
            Tags = members.TryGetValue("tags", out var tags) ? Tagged(tags) : null,
            Arguments = members.TryGetValue("arguments", out var arguments) ? Arguments(arguments, operations) : null,
            Targets = members.TryGetValue("targets", out var targets) ? Bound(targets, "targets") : null,
            MonthlyCostUsd = members.TryGetValue("monthly_cost_usd", out var cost) ? Bound(cost, "monthly_cost_usd") : null,
            Undo = Texts(members, "undo", text => OneOf(text, Undos))?.Select(text => (UndoClass)Array.IndexOf(Undos, text)).ToList(),
            Effects = Texts(members, "effects", text => OneOf(text, Effects))?.Select(text => (StepEffect)Array.IndexOf(Effects, text)).ToList(),
            Hours = Texts(members, "hours", text => HoursWindow.Parse(text) is null ? $"{HoursWindow.Right} are expected; there is '{text}'" : null)
                ?.Select(text => HoursWindow.Parse(text)!).ToList(),
        };
    }

    private IReadOnlyList<string>? Texts(IReadOnlyDictionary<string, YamlPart> members, string name, Func<string, string?> check) =>
        members.TryGetValue(name, out var part) ? parts.Texts(part, name, check) : null;

    private Dictionary<string, IReadOnlyList<string>> Tagged(YamlPart part)
    {
        var tags = parts.Members(part, "tags");
        if (part is YamlPart.Map { Members.Count: 0 })
        {
            parts.Add(part, "tags: a tag is expected, such as env: prod");
        }

        return tags.ToDictionary(
            tag => tag.Key,
            tag => parts.Texts(tag.Value, $"tags.{tag.Key}", text => Pattern(text, "values, or their beginnings with a * at the end")),
            StringComparer.Ordinal);
    }

    private List<ArgumentCondition> Arguments(YamlPart part, IReadOnlyList<string> operations)
    {
        if (part is YamlPart.List { Items.Count: > 0 } list)
        {
            return [.. list.Items.Select(item => Argument(item, operations)).OfType<ArgumentCondition>()];
        }

        parts.Add(part, $"arguments: a list of conditions is expected, such as - {{ at: /desiredCount, at_most: 10 }}; there is {part.Kind}");
        return [];
    }

    private ArgumentCondition? Argument(YamlPart part, IReadOnlyList<string> operations)
    {
        var members = parts.Members(part, "an argument", "at", "is", "one_of", "at_most", "over");
        if (!members.TryGetValue("at", out var at))
        {
            parts.Add(part, "an argument: at is expected, such as at: /desiredCount");
            return null;
        }

        var pointer = parts.Text(at, "at", text => WrongPointer(text, operations));
        var isBound = members.ContainsKey("at_most") || members.ContainsKey("over");
        if ((isBound ? 1 : 0) + (members.ContainsKey("is") ? 1 : 0) + (members.ContainsKey("one_of") ? 1 : 0) != 1)
        {
            parts.Add(part, "an argument: one of is, one_of, at_most and over is expected");
            return null;
        }

        var bound = isBound ? Bound(members) : null;
        var values = members.TryGetValue("is", out var only) ? [only] : members.GetValueOrDefault("one_of") is YamlPart.List list ? list.Items : [];
        if (!isBound && values.Count == 0)
        {
            parts.Add(part, "one_of: a list of values is expected");
        }

        return pointer is null ? null : new(pointer, isBound ? null : [.. values.Select(Value)], bound);
    }

    private string? WrongPointer(string pointer, IReadOnlyList<string> operations)
    {
        if (pointer.Length < 2 || pointer[0] != '/')
        {
            return $"a JSON pointer into the parameters is expected, such as /desiredCount or /Rules/*/Cidr; there is '{pointer}'";
        }

        var names = new OperationNames(catalog);
        var exact = operations.Select(names.Exact).ToList();
        var first = pointer[1..].Split('/')[0];
        return exact.Count == 0 || exact.Contains(null) || first == "*" || exact.Any(operation => catalog.Parameters(operation!, 1).Any(member => member.Name == first))
            ? null
            : $"none of the rule's operations has a parameter '{first}', so it would match nothing; {exact[0]!.Name} has {string.Join(", ", catalog.Parameters(exact[0]!, 1).Select(member => member.Name))}";
    }

    /// <summary>Null, truth, number or text; a text may end with a star.</summary>
    private JsonNode? Value(YamlPart part)
    {
        switch (part)
        {
            case YamlPart.Text { IsPlain: true, Value: "null" or "~" }:
                return null;
            case YamlPart.Text { IsPlain: true, Value: "true" or "false" } truth:
                return truth.Value == "true";
            case YamlPart.Text { IsPlain: true } text when decimal.TryParse(
                text.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && Math.Abs(number) <= Most:
                return number;
            case YamlPart.Text text when Wildcard.IsText(text.Value):
                return text.Value;
            default:
                parts.Add(part, $"a text, a number, true, false or null is expected, with a * at most at a text's end; there is {part.Kind}");
                return null;
        }
    }

    private Bound Bound(YamlPart part, string what)
    {
        var members = parts.Members(part, what, "at_most", "over");
        if (part is YamlPart.Map { Members.Count: 0 })
        {
            parts.Add(part, $"{what}: at_most or over is expected");
        }

        return Bound(members);
    }

    private Bound Bound(IReadOnlyDictionary<string, YamlPart> members) => new(
        members.TryGetValue("at_most", out var most) ? parts.Number(most, "at_most", -Most, Most) : null,
        members.TryGetValue("over", out var over) ? parts.Number(over, "over", -Most, Most) : null);

    private static string? OneOf(string text, IReadOnlyList<string> known) =>
        known.Contains(text) ? null : $"one of {string.Join(", ", known)} is expected; there is '{text}'";

    private static string? Pattern(string text, string what) => Wildcard.IsText(text) ? null : $"{what} are expected; there is '{text}'";

    private static string? WrongAccount(string text) =>
        (text.Length == 12 || text.EndsWith('*')) && Wildcard.IsText(text) && text.TrimEnd('*').All(char.IsAsciiDigit)
            ? null
            : $"12 digits in quotes, or their beginning with a * at the end, are expected; there is '{text}'";

    private string? WrongRegion(string text)
    {
        if (text.EndsWith('*'))
        {
            return Pattern(text, "Regions");
        }

        try
        {
            return catalog.Region(text) == text ? null : $"a Region such as eu-west-1 is expected; there is '{text}'";
        }
        catch (AwsInputException unknown)
        {
            return unknown.Message;
        }
    }
}
