using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Planning.Undo;

/// <summary>
/// Fills in an entry's placeholders while planning. <c>{param.Name[0]}</c>, <c>{account}</c>, <c>{region}</c>, <c>{partition}</c>, <c>{type}</c> and
/// <c>&lt;&lt;JMESPath&gt;&gt;</c> read the scope <c>{param, before, account, region, partition, type}</c>. A whole text keeps the value's type.
/// <c>{param.QueueUrl|name}</c> is the part after the last slash or colon. A member whose name ends in <c>?</c> is left out when it has no value; one with <c>?(JMESPath)</c> also where that finds nothing.
/// In an expression <c>&lt;&lt;names:JMESPath&gt;&gt;</c> is <c>{"a": "a"}</c> of a list of names: those members of what stands before it. References (<c>${...}</c>) and <c>{marker}</c> pass through: the worker's.
/// </summary>
internal sealed partial class Template(IQueryLanguage query, JsonObject scope)
{
    private const string PlainMembers = "{none: none}";

    /// <param name="own">True where the result's <c>${output...}</c> and <c>${before...}</c> are references: what the caller wrote is escaped.</param>
    public JsonNode? Fill(JsonNode? template, bool own) => template switch
    {
        JsonObject members => FillObject(members, own),
        JsonArray items => new JsonArray([.. items.Select(item => Fill(item, own))]),
        JsonValue value when value.TryGetValue<string>(out var text) => FillText(text, own),
        _ => template?.DeepClone(),
    };

    public JsonObject FillObject(JsonObject members, bool own)
    {
        var filled = new JsonObject();
        foreach (var (name, value) in members)
        {
            var at = name.IndexOf('?', StringComparison.Ordinal);
            if (at > 0 && at < name.Length - 1 && query.Search(name[(at + 1)..], scope) is null)
            {
                continue;
            }

            var inner = Fill(value, own);
            if (at < 0 || inner is not null)
            {
                filled[MemberName(name)] = inner;
            }
        }

        return filled;
    }

    /// <summary>The parameter's name in a member of a template.</summary>
    public static string MemberName(string name) => name.Split('?')[0];

    /// <summary>Null when a placeholder has no value.</summary>
    public string? Text(string template) =>
        Pattern().Matches(template).Any(match => Value(match) is null)
            ? null
            : Pattern().Replace(template, match => Scalar(Value(match)));

    /// <summary>Fills a JMESPath expression: each placeholder becomes a JSON literal of it.</summary>
    /// <exception cref="NotLiteralException">A placeholder's value holds a reference, which nothing fills in inside an expression.</exception>
    public string Expression(string template) => Pattern().Replace(template, match =>
    {
        if (ExpressionOf(match) == "own")
        {
            return PlanningScope.NoOwn;
        }

        foreach (var name in ParameterName().Matches(ExpressionOf(match)).Select(found => found.Groups["name"].Value))
        {
            if (scope["param"]?[name] is { } given && References.Find(given, own: false).Any(found => ListOnly().IsMatch(found.Where)))
            {
                throw new NotLiteralException(name);
            }
        }

        var value = Value(match);
        return References.Find(value, own: false).Any()
            ? throw new NotLiteralException(ParameterName().Match(ExpressionOf(match)).Groups["name"].Value)
            : match.Groups["names"].Success ? Members(value as JsonArray ?? []) : Literal(value);
    });

    private static string Literal(JsonNode? value) => $"`{(value?.ToJsonString() ?? "null").Replace("`", "\\`", StringComparison.Ordinal)}`";

    private static string Members(JsonArray names) => names.Count == 0
        ? PlainMembers
        : $"{{{string.Join(", ", names.OfType<JsonValue>().Select(name => name.ToJsonString()).Select(name => $"{name}: {name}"))}}}";

    /// <summary>The expression with something in each placeholder's place, to check its grammar.</summary>
    public static string Plain(string template) =>
        Pattern().Replace(template, match => match.Groups["names"].Success ? PlainMembers : PlanningScope.NoOwn);

    /// <summary>The JMESPath of each placeholder.</summary>
    public static IEnumerable<string> ExpressionsIn(string template) => Pattern().Matches(template).Select(ExpressionOf);

    /// <summary>True if there is no condition, or it holds in the scope.</summary>
    public bool Holds(string? condition) => condition is null || IsTrue(query.Search(condition, scope));

    /// <summary>JMESPath's truth: null, false, and empty texts, lists and objects are false.</summary>
    public static bool IsTrue(JsonNode? value) => value switch
    {
        null => false,
        JsonArray items => items.Count > 0,
        JsonObject members => members.Count > 0,
        JsonValue single when single.TryGetValue<bool>(out var flag) => flag,
        JsonValue single when single.TryGetValue<string>(out var text) => text.Length > 0,
        _ => true,
    };

    private JsonNode? FillText(string text, bool own)
    {
        if (Pattern().Match(text) is { Success: true } match && match.Length == text.Length)
        {
            return Inserted(Value(match), own);
        }

        return Pattern().Replace(text, found => Protected(Scalar(Value(found)), own));
    }

    private JsonNode? Value(Match match)
    {
        var value = query.Search(ExpressionOf(match), scope);
        return match.Groups["filter"].Success ? NameIn(value) : value;
    }

    /// <summary>Null while the name is not known: the value is a reference.</summary>
    private static JsonValue? NameIn(JsonNode? value) =>
        value is JsonValue single && single.TryGetValue<string>(out var text) && !References.FindInText(text, own: false).Any()
            ? JsonValue.Create(text[(text.LastIndexOfAny(['/', ':']) + 1)..])
            : null;

    private static JsonNode? Inserted(JsonNode? value, bool own) => value switch
    {
        JsonObject members => new JsonObject(members.Where(member => member.Value is not null)
            .Select(member => KeyValuePair.Create(member.Key, Inserted(member.Value, own)))),
        JsonArray items => new JsonArray([.. items.Where(item => item is not null).Select(item => Inserted(item, own))]),
        JsonValue single when single.TryGetValue<string>(out var text) => Protected(text, own),
        _ => value?.DeepClone(),
    };

    private static string Protected(string text, bool own) => own ? OwnReference().Replace(text, "$$$&") : text;

    private static string Scalar(JsonNode? value) => value switch
    {
        null => "",
        JsonValue single when single.TryGetValue<string>(out var text) => text,
        _ => value.ToJsonString(),
    };

    private static string ExpressionOf(Match match) => match.Groups["jmes"].Success ? match.Groups["jmes"].Value : match.Groups["path"].Value;

    [GeneratedRegex(@"<<(?<names>names:)?(?<jmes>.+?)>>|(?<!\$)\{(?<path>param(?:\.[A-Za-z][A-Za-z0-9]*|\[[0-9]+\])+|account|region|partition|type)(?<filter>\|name)?\}")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"param\.(?<name>[A-Za-z][A-Za-z0-9]*)")]
    private static partial Regex ParameterName();

    [GeneratedRegex(@"^\$(\[[0-9]+\])*$")]
    private static partial Regex ListOnly();

    /// <summary>A <c>${output</c> or <c>${before</c> that the caller wrote in a forward call, where it is literal.</summary>
    [GeneratedRegex(@"(?<!\$)\$(?=\{(output|before)[.\[}])")]
    private static partial Regex OwnReference();
}

/// <summary>A parameter that an expression of the catalogue reads must be literal.</summary>
internal sealed class NotLiteralException(string parameter) : Exception($"The parameter {parameter} must not hold a reference.")
{
    public string Parameter { get; } = parameter;
}
