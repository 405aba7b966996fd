using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Policies;

/// <summary>The tags in AWS's JSON: those that a create gives to what it makes, and those that a read shows.</summary>
/// <remarks>
/// Services write them as a list of key and value (<c>Key</c>, <c>key</c>, <c>TagKey</c>) or as a map, under <c>Tags</c> and the like; EC2 one list for each
/// type of resource. A key with two values, and a value with a reference in it, has no known value. A member that is called tags and holds
/// something else makes them all unknown; <c>propagateTags</c>, <c>CopyTagsToSnapshot</c> and the like say where tags go.
/// </remarks>
public static class RequestTags
{
    private static readonly string[] Endings = ["tags", "taglist", "tagset", "tagging", "tagspecifications", "tagspecification"];

    private static readonly string[] Verbs = ["propagate", "copy", "enable"];

    /// <returns>Null: not known.</returns>
    public static IReadOnlyDictionary<string, string?>? Of(JsonObject parameters)
    {
        var found = new Dictionary<string, string?>(StringComparer.Ordinal);
        return parameters.Where(member => IsTags(member.Key)).All(member => Read(member.Value, found)) ? found : null;
    }

    /// <param name="tags">What a read shows under <c>Tags</c>.</param>
    public static IReadOnlyDictionary<string, string?>? OfList(JsonNode? tags)
    {
        var found = new Dictionary<string, string?>(StringComparer.Ordinal);
        return tags is not null && Read(tags, found) ? found : null;
    }

    private static bool IsTags(string name) => !Array.Exists(Verbs, verb => name.StartsWith(verb, StringComparison.OrdinalIgnoreCase)) && Array.Exists(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <returns>False: it is something else.</returns>
    private static bool Read(JsonNode? node, Dictionary<string, string?> found) => node switch
    {
        null => true,
        JsonArray items => items.All(item => item is JsonObject one && (ReadTag(one, found) || ReadGroup(one, found))),
        JsonObject map => map.All(member => member.Value is null or JsonValue) && map.All(member => Add(member.Key, member.Value, found)),
        _ => false,
    };

    private static bool ReadTag(JsonObject tag, Dictionary<string, string?> found) =>
        Text(tag, "Key", "key", "TagKey") is { } key && Add(key, tag["Value"] ?? tag["value"] ?? tag["TagValue"], found);

    private static bool ReadGroup(JsonObject group, Dictionary<string, string?> found) =>
        group.ContainsKey("ResourceType") && group["Tags"] is JsonArray tags && Read(tags, found);

    private static bool Add(string key, JsonNode? node, Dictionary<string, string?> found)
    {
        var value = node?.ToString() ?? "";
        if (key.Contains("${", StringComparison.Ordinal))
        {
            return false;
        }

        var isKnown = !value.Contains("${", StringComparison.Ordinal) && (!found.TryGetValue(key, out var other) || other == value);
        found[key] = isKnown ? value : null;
        return true;
    }

    private static string? Text(JsonObject members, params string[] names) =>
        names.Select(name => members[name]).OfType<JsonValue>().FirstOrDefault() is { } value && value.TryGetValue<string>(out var text) ? text : null;
}
