using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.StatesLanguage.States.Choices;

/// <summary>
/// The operators of the Choice state. Values of different types are never equal, less or greater. Source: ASL, Data-test expression.
/// </summary>
/// <param name="Expects">What the literal must be, in words.</param>
/// <param name="Takes">Whether a literal is that.</param>
internal sealed record ChoiceOperator(
    string Name, string Expects, Func<JsonNode?, bool> Takes, Func<JsonNode?, JsonNode?, bool> Holds, bool HasPath = true)
{
    public const string IsPresent = "IsPresent";

    private static readonly (string Name, Func<int, bool> Holds)[] Relations =
    [
        ("Equals", order => order == 0), ("LessThan", order => order < 0), ("GreaterThan", order => order > 0),
        ("LessThanEquals", order => order <= 0), ("GreaterThanEquals", order => order >= 0),
    ];

    public static IReadOnlyDictionary<string, ChoiceOperator> All { get; } =
        Tests().Concat(Ordered()).Append(Matches()).Append(BooleanEquals()).ToDictionary(test => test.Name, StringComparer.Ordinal);

    /// <summary>The operator of a field: <c>StringEqualsPath</c> is StringEquals with a path.</summary>
    public static string Stem(string field) =>
        field.EndsWith("Path", StringComparison.Ordinal) && All.TryGetValue(field[..^4], out var test) && test.HasPath
            ? field[..^4]
            : field;

    private static IEnumerable<ChoiceOperator> Tests()
    {
        yield return Test(IsPresent, _ => true);
        yield return Test("IsNull", value => value is null);
        yield return Test("IsString", value => value.Is(JsonValueKind.String));
        yield return Test("IsNumeric", value => value.Is(JsonValueKind.Number));
        yield return Test("IsBoolean", value => value.IsBoolean());
        yield return Test("IsTimestamp", value => Timestamps.Parse(value.AsText()) is not null);
    }

    private static ChoiceOperator Test(string name, Func<JsonNode?, bool> test) =>
        new(name, "true or false", JsonValues.IsBoolean, (value, expected) => test(value) == expected!.GetValue<bool>(), HasPath: false);

    private static IEnumerable<ChoiceOperator> Ordered()
    {
        foreach (var (relation, holds) in Relations)
        {
            yield return new("String" + relation, "A text", node => node.Is(JsonValueKind.String), (left, right) =>
                left.AsText() is { } a && right.AsText() is { } b && holds(string.CompareOrdinal(a, b)));
            yield return new("Numeric" + relation, "A number", node => node.Is(JsonValueKind.Number), (left, right) =>
                left.Is(JsonValueKind.Number) && right.Is(JsonValueKind.Number)
                && holds(JsonValues.Number(left!).CompareTo(JsonValues.Number(right!))));
            yield return new("Timestamp" + relation, "A moment such as 2026-01-31T12:00:00Z", IsTimestamp, (left, right) =>
                Timestamps.Parse(left.AsText()) is { } a && Timestamps.Parse(right.AsText()) is { } b && holds(a.CompareTo(b)));
        }
    }

    private static ChoiceOperator Matches() =>
        new("StringMatches", "A text", node => node.Is(JsonValueKind.String), (value, pattern) =>
            value.AsText() is { } text && Glob.Matches(text, pattern.AsText()!), HasPath: false);

    private static ChoiceOperator BooleanEquals() =>
        new("BooleanEquals", "true or false", JsonValues.IsBoolean, (left, right) =>
            left.IsBoolean() && right.IsBoolean() && left!.GetValueKind() == right!.GetValueKind());

    private static bool IsTimestamp(JsonNode? node) => Timestamps.Parse(node.AsText()) is not null;
}
