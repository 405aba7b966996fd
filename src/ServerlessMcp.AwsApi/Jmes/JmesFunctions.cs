using System.Collections.Frozen;

namespace ServerlessMcp.AwsApi.Jmes;

/// <summary>The list of built-in functions.</summary>
/// <remarks>Source: JMESPath specification, built-in functions.</remarks>
internal static class JmesFunctions
{
    private static readonly FrozenDictionary<string, JmesFunction> All = new JmesFunction[]
    {
        new("abs", [JmesWanted.Number], JmesNumberFunctions.Abs),
        new("avg", [JmesWanted.Numbers], JmesNumberFunctions.Avg),
        new("ceil", [JmesWanted.Number], call => JmesNumberFunctions.Rounded(call.First, Math.Ceiling)),
        new("contains", [JmesWanted.Sequence, JmesWanted.Anything], JmesTextFunctions.Contains),
        new("ends_with", [JmesWanted.Text, JmesWanted.Text], call => JmesValue.Of(call.First.Text.EndsWith(call.Second.Text, StringComparison.Ordinal))),
        new("floor", [JmesWanted.Number], call => JmesNumberFunctions.Rounded(call.First, Math.Floor)),
        new("join", [JmesWanted.Text, JmesWanted.Texts], JmesTextFunctions.Join),
        new("keys", [JmesWanted.Object], call => JmesValue.Of(call.First.Members(call.Work).Select(member => JmesValue.Of(member.Key)).ToList())),
        new("length", [JmesWanted.Countable], JmesTextFunctions.Length),
        new("map", [JmesWanted.Expression, JmesWanted.Array], JmesArrayFunctions.Map),
        new("max", [JmesWanted.Ordered], call => JmesArrayFunctions.Best(call.First.Items(call.Work), sign: 1)),
        new("max_by", [JmesWanted.Array, JmesWanted.Expression], call => JmesArrayFunctions.BestBy(call, sign: 1)),
        new("merge", [JmesWanted.Object], JmesArrayFunctions.Merge, Repeats: true),
        new("min", [JmesWanted.Ordered], call => JmesArrayFunctions.Best(call.First.Items(call.Work), sign: -1)),
        new("min_by", [JmesWanted.Array, JmesWanted.Expression], call => JmesArrayFunctions.BestBy(call, sign: -1)),
        new("not_null", [JmesWanted.Anything], call => Array.Find(call.Values, value => !value.IsNull), Repeats: true),
        new("reverse", [JmesWanted.Sequence], JmesTextFunctions.Reverse),
        new("sort", [JmesWanted.Ordered], JmesArrayFunctions.Sort),
        new("sort_by", [JmesWanted.Array, JmesWanted.Expression], JmesArrayFunctions.SortBy),
        new("starts_with", [JmesWanted.Text, JmesWanted.Text], call => JmesValue.Of(call.First.Text.StartsWith(call.Second.Text, StringComparison.Ordinal))),
        new("sum", [JmesWanted.Numbers], call => JmesNumberFunctions.Sum(call.First.Items(call.Work))),
        new("to_array", [JmesWanted.Anything], call => call.First.Type == JmesType.Array ? call.First : JmesValue.Of([call.First])),
        new("to_number", [JmesWanted.Anything], call => JmesNumberFunctions.ToNumber(call.First)),
        new("to_string", [JmesWanted.Anything], call => call.First.Type == JmesType.String ? call.First : JmesValue.Of(call.First.ToJson(call.Work))),
        new("type", [JmesWanted.Anything], call => JmesValue.Of(TypeName(call.First.Type))),
        new("values", [JmesWanted.Object], call => JmesValue.Of(call.First.Members(call.Work).Select(member => member.Value).ToList())),
    }.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    public static IEnumerable<string> Names => All.Keys.Order(StringComparer.Ordinal);

    /// <summary>The function, if the arguments fit as far as can be told before they have values.</summary>
    /// <exception cref="JmesException"><c>unknown-function</c>, <c>invalid-arity</c>, <c>invalid-type</c> for a missing or needless <c>&amp;</c>.</exception>
    public static JmesFunction Find(JmesToken name, List<JmesArgument> arguments)
    {
        if (!All.TryGetValue(name.Text, out var function))
        {
            throw new JmesException(
                JmesException.UnknownFunction, name.Offset, $"there is no function {name}; there are {string.Join(", ", Names)}.");
        }

        var needed = function.Arguments.Length;
        if (arguments.Count < needed || arguments.Count > needed && !function.Repeats)
        {
            throw new JmesException(
                JmesException.InvalidArity, name.Offset, $"{name} got {arguments.Count} arguments; it is called as {function}.");
        }

        for (var n = 0; n < arguments.Count; n++)
        {
            if (arguments[n].IsExpression != (function.Wanted(n) == JmesWanted.Expression))
            {
                throw new JmesException(
                    JmesException.InvalidType, arguments[n].Offset, $"argument {n + 1} of {function.Name}() must be {function.Wanted(n).Description}.");
            }
        }

        return function;
    }

    private static string TypeName(JmesType type) => type switch
    {
        JmesType.Null => "null",
        JmesType.Boolean => "boolean",
        JmesType.Number => "number",
        JmesType.String => "string",
        JmesType.Array => "array",
        _ => "object",
    };
}
