using System.Text.Json.Nodes;

namespace ServerlessMcp.Conformance.Asl;

/// <summary>
/// Which definitions our subset leaves out, judged by their text and not by our own reader: what it refuses wrongly must fail.
/// </summary>
internal static class Subset
{
    private static readonly (string Text, string Why)[] Marks =
    [
        ("\"QueryLanguage\":\"JSONata\"", "JSONata is outside the subset"),
        ("\"Type\":\"Map\"", "state type Map is outside the subset"),
        ("\"Type\":\"Parallel\"", "state type Parallel is outside the subset"),
        ("\"Assign\":", "variables are outside the subset"),
        ("States.", "intrinsic functions are outside the subset"),
        ("[?(", "JSONPath filters are outside the subset"),
    ];

    public static string? WhyOutside(JsonObject definition)
    {
        var text = definition.ToJsonString();
        var why = Marks.FirstOrDefault(mark => mark.Text == "States." ? HasIntrinsic(definition) : text.Contains(mark.Text, StringComparison.Ordinal)).Why;
        return why ?? (Resources(definition).All(IsInvoke) ? null : "task resources other than lambda:invoke are outside the subset");
    }

    private static bool IsInvoke(string resource) =>
        resource is "arn:aws:states:::lambda:invoke" or "arn:aws:states:::lambda:invoke.waitForTaskToken";

    private static IEnumerable<string> Resources(JsonObject definition) =>
        definition["States"]!.AsObject().Select(state => state.Value?["Resource"]?.GetValue<string>()).OfType<string>();

    /// <summary>A member <c>x.$</c>, ErrorPath or CausePath that calls a function; error names begin with States. too.</summary>
    private static bool HasIntrinsic(JsonNode? node) => node switch
    {
        JsonObject members => members.Any(member => IsCall(member) || HasIntrinsic(member.Value)),
        JsonArray items => items.Any(HasIntrinsic),
        _ => false,
    };

    private static bool IsCall(KeyValuePair<string, JsonNode?> member) =>
        (member.Key.EndsWith(".$", StringComparison.Ordinal) || member.Key.EndsWith("Path", StringComparison.Ordinal))
        && member.Value is JsonValue value && value.TryGetValue<string>(out var text) && text.StartsWith("States.", StringComparison.Ordinal);
}
