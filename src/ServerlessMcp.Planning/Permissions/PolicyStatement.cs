using System.Text.Json.Nodes;

namespace ServerlessMcp.Planning.Permissions;

/// <summary>A statement of an identity policy. Of <see cref="Actions"/> and <see cref="NotActions"/> one is set, and of the two of resources.</summary>
/// <param name="Source">The policy's name.</param>
/// <param name="Conditions">Context keys that its conditions look at; empty: it has none.</param>
internal sealed record PolicyStatement(
    string Source,
    bool IsDeny,
    IReadOnlyList<string>? Actions,
    IReadOnlyList<string>? NotActions,
    IReadOnlyList<string>? Resources,
    IReadOnlyList<string>? NotResources,
    IReadOnlyList<string> Conditions)
{
    /// <param name="document">JSON; percent-encoded, as IAM answers it, or not.</param>
    /// <exception cref="FormatException">It is not a policy that can be understood.</exception>
    public static IReadOnlyList<PolicyStatement> Parse(string source, string document)
    {
        try
        {
            var text = document.StartsWith('%') ? Uri.UnescapeDataString(document) : document;
            return JsonNode.Parse(text)?["Statement"] switch
            {
                JsonArray items => [.. items.Select(item => One(source, item!.AsObject()))],
                JsonObject only => [One(source, only)],
                _ => throw new FormatException($"policy {source} has no Statement"),
            };
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new FormatException($"policy {source} cannot be understood", e);
        }
    }

    private static PolicyStatement One(string source, JsonObject body)
    {
        var statement = new PolicyStatement(
            source,
            body["Effect"]?.ToString() == "Deny",
            Texts(body["Action"]),
            Texts(body["NotAction"]),
            Texts(body["Resource"]),
            Texts(body["NotResource"]),
            [.. (body["Condition"] as JsonObject ?? []).SelectMany(test => (test.Value as JsonObject ?? []).Select(one => one.Key)).Distinct()]);
        return body["Effect"]?.ToString() is "Allow" or "Deny" && (statement.Actions is null) != (statement.NotActions is null)
            && (statement.Resources is null) != (statement.NotResources is null)
            ? statement
            : throw new FormatException($"policy {source} has a statement without Effect, Action or Resource");
    }

    private static IReadOnlyList<string>? Texts(JsonNode? node) => node switch
    {
        null => null,
        JsonArray items => [.. items.Select(item => item!.GetValue<string>())],
        _ => [node.GetValue<string>()],
    };
}
