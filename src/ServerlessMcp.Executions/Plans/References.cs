using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ServerlessMcp.Executions.Plans;

/// <summary>A place in a step that is filled in when it runs.</summary>
/// <param name="StepId">Null: the step's own output or before (in its wait, after, undo and conditions).</param>
/// <param name="Source"><c>output</c> or <c>before</c>.</param>
/// <param name="Path">Names and <c>[n]</c>, dotted; empty for the whole.</param>
/// <param name="IsOptional">Written <c>${before.path?}</c>: null where it leads to nothing. Only of a step's own.</param>
public sealed record Reference(string? StepId, string Source, string Path, bool IsOptional = false)
{
    public override string ToString() =>
        $"${{{(StepId is null ? "" : $"steps.{StepId}.")}{Source}{(Path.Length == 0 || Path[0] == '[' ? "" : ".")}{Path}{(IsOptional ? "?" : "")}}}";
}

/// <summary>A reference leads to nothing, or to a structure inside a text.</summary>
public sealed class ReferenceException(Reference reference, string message) : Exception(message)
{
    public Reference Reference { get; } = reference;
}

/// <summary>
/// Finds and fills in <c>${steps.ID.output.path}</c>, <c>${steps.ID.before.path}</c> and, where <c>own</c> is true, <c>${output.path}</c> and
/// <c>${before.path}</c>. Any other <c>${</c> is literal; <c>$${</c> stands for a literal <c>${</c>.
/// As a whole value the type is kept, and members without a value are left out; inside longer text scalars only. <c>{"$json": value}</c> is resolved, then serialized to a string.
/// </summary>
public static partial class References
{
    public const string JsonMember = "$json";

    /// <summary>Every reference with the JSON path of the value that holds it.</summary>
    public static IEnumerable<(Reference Reference, string Where)> Find(JsonNode? node, bool own, string where = "$") => node switch
    {
        JsonObject members => members.SelectMany(member => Find(member.Value, own, $"{where}.{member.Key}")),
        JsonArray items => items.SelectMany((item, n) => Find(item, own, $"{where}[{n}]")),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => FindInText(value.GetValue<string>(), own).Select(r => (r, where)),
        _ => [],
    };

    public static IEnumerable<Reference> FindInText(string text, bool own) =>
        Pattern().Matches(text).Where(match => IsReference(match, own)).Select(ToReference);

    /// <summary>True if the whole text is one reference, so that its value may have any type.</summary>
    public static bool IsWhole(string text, bool own) =>
        Pattern().Match(text) is { Success: true } match && match.Length == text.Length && IsReference(match, own);

    /// <summary>Writes text so that it stays itself in a place where references are filled in.</summary>
    public static string Escape(string text) => text.Replace("${", "$${", StringComparison.Ordinal);

    /// <returns>A copy with every reference filled in.</returns>
    /// <exception cref="ReferenceException">A reference leads to nothing, or to a structure inside a text.</exception>
    public static JsonNode? Resolve(JsonNode? node, bool own, Func<Reference, JsonNode?> valueOf)
    {
        switch (node)
        {
            case JsonObject members when members.Count == 1 && members.TryGetPropertyValue(JsonMember, out var inner):
                return JsonValue.Create(Resolve(inner, own, valueOf)?.ToJsonString() ?? "null");
            case JsonObject members:
                return new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Resolve(m.Value, own, valueOf))));
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Resolve(item, own, valueOf))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return ResolveText(value.GetValue<string>(), own, valueOf);
            default:
                return node?.DeepClone();
        }
    }

    /// <summary>Fills in a JMESPath expression: a reference to an earlier step stands for its value, as a JSON literal.</summary>
    /// <exception cref="ReferenceException">A reference leads to nothing.</exception>
    public static string ResolveInExpression(string text, Func<Reference, JsonNode?> valueOf) => Pattern().Replace(text, match =>
        match.Groups["escape"].Success ? "${"
        : IsReference(match, own: false) ? Literal(Value(ToReference(match), valueOf))
        : match.Value);

    /// <summary>The expression as it is parsed, whatever the references' values will be.</summary>
    public static string ShapeOfExpression(string text) => Pattern().Replace(text, match =>
        match.Groups["escape"].Success ? "${" : IsReference(match, own: false) ? "`null`" : match.Value);

    /// <summary>A JMESPath literal: JSON between backticks. A backtick inside can only stand in a text, where an escape serves.</summary>
    private static string Literal(JsonNode value) => $"`{value.ToJsonString().Replace("`", "\\u0060", StringComparison.Ordinal)}`";

    public static string ResolveInText(string text, bool own, Func<Reference, JsonNode?> valueOf) =>
        Pattern().Replace(text, match => Fill(match, own, valueOf));

    private static JsonNode? ResolveText(string text, bool own, Func<Reference, JsonNode?> valueOf)
    {
        if (IsWhole(text, own))
        {
            var reference = ToReference(Pattern().Match(text));
            return reference.IsOptional && Find(reference, valueOf) is null ? null : WithoutNulls(Value(reference, valueOf));
        }

        return JsonValue.Create(ResolveInText(text, own, valueOf));
    }

    private static string Fill(Match match, bool own, Func<Reference, JsonNode?> valueOf)
    {
        if (match.Groups["escape"].Success)
        {
            return "${";
        }

        if (!IsReference(match, own))
        {
            return match.Value;
        }

        var reference = ToReference(match);
        return Value(reference, valueOf) switch
        {
            JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            JsonValue value => value.ToJsonString(),
            _ => throw new ReferenceException(reference, $"{reference} is a structure; inside a text only a string, number or boolean can stand."),
        };
    }

    private static JsonNode Value(Reference reference, Func<Reference, JsonNode?> valueOf) =>
        Find(reference, valueOf) ?? throw new ReferenceException(reference, $"{reference} leads to nothing.");

    private static JsonNode? Find(Reference reference, Func<Reference, JsonNode?> valueOf) =>
        Walk(valueOf(reference with { Path = "" }), reference.Path);

    /// <summary>A member that a select found nothing for is null; AWS knows no null.</summary>
    private static JsonNode? WithoutNulls(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(m => m.Value is not null).Select(m => KeyValuePair.Create(m.Key, WithoutNulls(m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithoutNulls)]),
        _ => node?.DeepClone(),
    };

    private static JsonNode? Walk(JsonNode? node, string path)
    {
        foreach (var segment in Segment().Matches(path).Select(match => match.Value))
        {
            node = (node, segment[0]) switch
            {
                (JsonArray items, '[') => int.Parse(segment.AsSpan(1, segment.Length - 2), null) is var n && n < items.Count ? items[n] : null,
                (JsonObject members, not '[') => members[segment.TrimStart('.')],
                _ => null,
            };
        }

        return node;
    }

    private static bool IsReference(Match match, bool own) =>
        !match.Groups["escape"].Success && (match.Groups["step"].Success ? !match.Groups["optional"].Success : own);

    private static Reference ToReference(Match match) => new(
        match.Groups["step"].Success ? match.Groups["step"].Value : null,
        match.Groups["source"].Value,
        match.Groups["path"].Value.TrimStart('.'),
        match.Groups["optional"].Success);

    [GeneratedRegex(@"(?<escape>\$\$\{)|\$\{(steps\.(?<step>[a-z][a-z0-9_-]{0,31})\.)?(?<source>output|before)(?<path>(\.[A-Za-z_][A-Za-z0-9_-]*|\[[0-9]{1,5}\])*)(?<optional>\?)?\}")]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\[[0-9]+\]|\.?[A-Za-z_][A-Za-z0-9_-]*")]
    private static partial Regex Segment();
}
