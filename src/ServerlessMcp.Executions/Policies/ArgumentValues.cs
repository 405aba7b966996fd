using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Policies;

/// <summary>What a pointer of a policy shows in a call's parameters.</summary>
/// <remarks>
/// <code>
/// not there                                null
/// an item of a list, by a * segment        each item: the condition must agree on all of them, else it is unknown
/// text with a reference or a secret in it  unknown, and whatever is below it
/// JSON inside JSON ({"$json": ...})        unknown
/// a list or an object at the end           unknown
/// </code>
/// </remarks>
internal static class ArgumentValues
{
    private const string Reference = "${";

    public static Truth Holds(ArgumentCondition condition, JsonObject parameters) =>
        Truths.Agreed(At(condition.At, parameters).Select(value => Holds(condition, value)));

    /// <summary>In words, for people.</summary>
    public static string Shown(ArgumentCondition condition, JsonObject parameters)
    {
        var values = At(condition.At, parameters).Select(value => value.IsKnown ? value.Node?.ToJsonString() ?? "null" : "not known").Distinct().ToList();
        return string.Join(", ", values.Take(5)) + (values.Count > 5 ? ", ..." : "");
    }

    private static Truth Holds(ArgumentCondition condition, Value value) =>
        !value.IsKnown ? Truth.Unknown
        : condition.Bound is { } bound ? Holds(bound, value.Node)
        : Truths.Of(condition.OneOf!.Any(wanted => IsSame(wanted, value.Node)));

    private static Truth Holds(Bound bound, JsonNode? node) => node switch
    {
        null => Truth.No,
        _ when decimal.TryParse(node.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => Truths.Of(bound.Holds(number)),
        _ => Truth.Unknown,
    };

    private static bool IsSame(JsonNode? wanted, JsonNode? there)
    {
        if (wanted is null || there is null)
        {
            return wanted is null && there is null;
        }

        if (wanted.GetValueKind() == JsonValueKind.String && there.GetValueKind() == JsonValueKind.String)
        {
            return Wildcard.Matches(wanted.GetValue<string>(), there.GetValue<string>());
        }

        var (one, other) = (wanted.ToString(), there.ToString());
        return one.Equals(other, StringComparison.OrdinalIgnoreCase)
            || (decimal.TryParse(one, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && decimal.TryParse(other, NumberStyles.Float, CultureInfo.InvariantCulture, out var same) && number == same);
    }

    private static IEnumerable<Value> At(string pointer, JsonObject parameters)
    {
        IEnumerable<Value> values = [new(true, parameters)];
        foreach (var segment in pointer[1..].Split('/').Select(Unescape))
        {
            values = values.SelectMany(value => Below(value, segment)).ToList();
        }

        return values.Select(value => value is { IsKnown: true, Node: JsonObject or JsonArray } ? Value.Unknown : value);
    }

    private static IEnumerable<Value> Below(Value value, string segment)
    {
        if (!value.IsKnown)
        {
            return [value];
        }

        return value.Node switch
        {
            JsonObject json when json.ContainsKey("$json") => [Value.Unknown],
            JsonObject members when segment == "*" => OrAbsent(members.Select(member => member.Value)),
            JsonObject members => [Of(members[segment])],
            JsonArray items when segment == "*" => OrAbsent(items),
            JsonArray items when int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < items.Count => [Of(items[place])],
            _ => [new(true, null)],
        };
    }

    private static IEnumerable<Value> OrAbsent(IEnumerable<JsonNode?> nodes) => nodes.Select(Of).DefaultIfEmpty(new(true, null));

    private static Value Of(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text.Contains(Reference, StringComparison.Ordinal) ? Value.Unknown : new(true, node);

    private static string Unescape(string segment) =>
        segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private readonly record struct Value(bool IsKnown, JsonNode? Node)
    {
        public static Value Unknown { get; } = new(false, null);
    }
}
