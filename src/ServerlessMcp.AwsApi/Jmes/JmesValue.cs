using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.AwsApi.Jmes;

internal enum JmesType { Null, Boolean, Number, String, Array, Object }

/// <summary>
/// A JSON value during a search: a view of the document, or made by the expression. Needed because a <see cref="JsonNode"/> can stand in one
/// tree only, while a search puts the same value in many places.
/// </summary>
internal readonly partial struct JmesValue
{
    /// <summary>null, bool, string, long, double, JsonValue (a number), JsonArray, JsonObject, List, OrderedDictionary.</summary>
    private readonly object? raw;

    private JmesValue(object? raw) => this.raw = raw;

    public JmesType Type => raw switch
    {
        null => JmesType.Null,
        bool => JmesType.Boolean,
        string => JmesType.String,
        JsonArray or List<JmesValue> => JmesType.Array,
        JsonObject or OrderedDictionary<string, JmesValue> => JmesType.Object,
        _ => JmesType.Number,
    };

    public bool IsNull => raw is null;

    /// <summary>False are null, false, and the empty text, array and object; 0 is true.</summary>
    public bool IsTrue => raw switch
    {
        null => false,
        bool value => value,
        string text => text.Length > 0,
        _ => Type == JmesType.Number || Count > 0,
    };

    /// <summary>Only of <see cref="JmesType.String"/>.</summary>
    public string Text => (string)raw!;

    /// <summary>Items of an array, members of an object; else 0.</summary>
    public int Count => raw switch
    {
        JsonArray items => items.Count,
        List<JmesValue> items => items.Count,
        JsonObject members => members.Count,
        OrderedDictionary<string, JmesValue> members => members.Count,
        _ => 0,
    };

    /// <summary>Only of <see cref="JmesType.Number"/>.</summary>
    public double Number => raw switch
    {
        long whole => whole,
        double number => number,
        JsonValue value when value.TryGetValue<double>(out var number) => number,
        _ => double.Parse(((JsonValue)raw!).ToJsonString(), CultureInfo.InvariantCulture),
    };

    /// <summary>Of a number without a fraction that fits; else null.</summary>
    public long? Whole => raw switch
    {
        long whole => whole,
        JsonValue value when value.TryGetValue<JsonElement>(out var element) => element.TryGetInt64(out var whole) ? whole : null,
        JsonValue value when long.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var whole) => whole,
        _ => null,
    };

    public static JmesValue Of(string text) => new(text);

    public static JmesValue Of(bool value) => new(value);

    public static JmesValue Of(long number) => new(number);

    /// <summary>A number without a fraction becomes whole, so that it is written without one.</summary>
    /// <exception cref="JmesException"><c>invalid-value</c>: JSON cannot hold it.</exception>
    public static JmesValue Of(double number) => number switch
    {
        _ when !double.IsFinite(number) => throw new JmesException(JmesException.InvalidValue, -1, "the number is too large for JSON."),
        _ when Math.Abs(number) < 1L << 53 && Math.Floor(number) == number => new((long)number),
        _ => new(number),
    };

    public static JmesValue Of(List<JmesValue> items) => new(items);

    public static JmesValue Of(OrderedDictionary<string, JmesValue> members) => new(members);

    /// <summary>A view: the node is neither copied nor changed.</summary>
    public static JmesValue From(JsonNode? node) => node switch
    {
        null or JsonArray or JsonObject => new(node),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.String => new(value.TryGetValue<string>(out var text) ? text : JsonNode.Parse(value.ToJsonString())!.GetValue<string>()),
            JsonValueKind.True => new(true),
            JsonValueKind.False => new(false),
            JsonValueKind.Number => new(value),
            _ => default,
        },
        _ => default,
    };

    /// <summary>Wholly read, so that many threads can use it: nodes are made lazily.</summary>
    public static JmesValue Frozen(JsonNode? node) => node switch
    {
        JsonArray items => Of(items.Select(Frozen).ToList()),
        JsonObject members => Of(new OrderedDictionary<string, JmesValue>(
            members.Select(member => KeyValuePair.Create(member.Key, Frozen(member.Value))), StringComparer.Ordinal)),
        _ => From(node),
    };

    /// <summary>A member of an object; else null.</summary>
    public JmesValue Member(string name) => raw switch
    {
        JsonObject members when members.TryGetPropertyValue(name, out var node) => From(node),
        OrderedDictionary<string, JmesValue> members when members.TryGetValue(name, out var value) => value,
        _ => default,
    };

    /// <param name="index">Within 0 to <see cref="Count"/> - 1, of an array.</param>
    public JmesValue Item(int index) => raw is JsonArray nodes ? From(nodes[index]) : ((List<JmesValue>)raw!)[index];

    /// <summary>Of an array.</summary>
    public List<JmesValue> Items(JmesWork work)
    {
        work.Spend(Count);
        return raw is JsonArray nodes ? nodes.Select(From).ToList() : (List<JmesValue>)raw!;
    }

    /// <summary>Of an object, in the document's order.</summary>
    public IEnumerable<KeyValuePair<string, JmesValue>> Members(JmesWork work)
    {
        work.Spend(Count);
        return raw is JsonObject nodes
            ? nodes.Select(member => KeyValuePair.Create(member.Key, From(member.Value)))
            : (OrderedDictionary<string, JmesValue>)raw!;
    }
}
