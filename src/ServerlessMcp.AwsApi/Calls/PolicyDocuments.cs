using System.Text.Json.Nodes;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>IAM answers policies URL-encoded, and takes them plain: decoded, an answer can be read and sent back.</summary>
/// <remarks>
/// Source: IAM API reference, GetRolePolicy: "Policies returned by this operation are URL-encoded compliant with RFC 3986".
/// A policy is a JSON object, so that only what begins with an encoded brace is one.
/// </remarks>
internal static class PolicyDocuments
{
    /// <returns>The answer itself, changed in place.</returns>
    public static JsonObject Decode(string service, JsonObject answer)
    {
        if (service == "iam")
        {
            Walk(answer);
        }

        return answer;
    }

    private static void Walk(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    if (name.EndsWith("Document", StringComparison.Ordinal) && Encoded(value) is { } text)
                    {
                        members[name] = Uri.UnescapeDataString(text);
                    }
                    else
                    {
                        Walk(value);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Walk(item);
                }

                break;
        }
    }

    private static string? Encoded(JsonNode? value) =>
        value is JsonValue single && single.TryGetValue<string>(out var text) && text.StartsWith("%7B", StringComparison.OrdinalIgnoreCase) ? text : null;
}
