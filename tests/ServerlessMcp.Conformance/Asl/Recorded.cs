using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Conformance.Asl;

/// <summary>Compares with what was recorded: numbers by value; a text that the recorders redacted matches any text.</summary>
internal static class Recorded
{
    private static readonly HashSet<string> Redacted = new(StringComparer.Ordinal) { "date", "timestamp", "snf_role_arn", "lambda_function_name" };

    public static bool Equal(JsonNode? expected, JsonNode? actual) => (expected, actual) switch
    {
        (null, null) => true,
        (JsonObject a, JsonObject b) => a.Count == b.Count && a.All(member => b.ContainsKey(member.Key) && Equal(member.Value, b[member.Key])),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => Equal(pair.First, pair.Second)),
        (JsonValue a, JsonValue b) => IsRedacted(a) ? b.GetValueKind() == JsonValueKind.String : Same(a, b),
        _ => false,
    };

    private static bool Same(JsonValue a, JsonValue b) => (a.GetValueKind(), b.GetValueKind()) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => Number(a) == Number(b),
        (JsonValueKind.String, JsonValueKind.String) => a.GetValue<string>() == b.GetValue<string>(),
        var (left, right) => left == right,
    };

    private static double Number(JsonValue value) => double.Parse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Such as <c>&lt;uuid:1&gt;</c> or <c>date</c>.</summary>
    private static bool IsRedacted(JsonValue value) =>
        value.TryGetValue<string>(out var text)
        && (Redacted.Contains(text) || (text.Contains('<', StringComparison.Ordinal) && text.Contains('>', StringComparison.Ordinal)));
}
