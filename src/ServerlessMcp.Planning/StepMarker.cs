using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Checks;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Planning;

/// <summary>Puts the marker tag first among a create's tags, so that its place is the same for every call.</summary>
internal static class StepMarker
{
    public const string Tag = "smcp:step";

    /// <summary>What stands there until the worker knows the execution.</summary>
    public const string Placeholder = "{marker}";

    private const string At = "/TagSpecifications/0/Tags/0/Value";

    private const string Member = "TagSpecifications";

    /// <summary>JSON pointer to the marker; null if the entry has none.</summary>
    public static string? PlaceOf(UndoEntry? entry) => entry switch
    {
        { Marker: not null } => At,
        { MarkerIn: { } member } when member.EndsWith(']') => $"/{Plain(member)}/0/{Names(member).Value}",
        { MarkerIn: { } member } => $"/{member}/{Tag}",
        _ => null,
    };

    public static void Put(JsonObject parameters, UndoEntry? entry, string path, ProblemList problems)
    {
        if (entry?.Marker is { } resourceType)
        {
            PutSpecification(parameters, resourceType, path, problems);
        }
        else if (entry?.MarkerIn is { } member)
        {
            PutTag(parameters, member, path, problems);
        }
    }

    private static void PutTag(JsonObject parameters, string place, string path, ProblemList problems)
    {
        Remove(parameters);
        var (member, isList) = (Plain(place), place.EndsWith(']'));
        switch (parameters[member])
        {
            case null:
            case JsonArray when isList:
            case JsonObject when !isList:
                break;
            default:
                problems.Add($"{path}.{member}", "must be written out here, not a reference: the marker by which the step knows what is its own goes into it");
                return;
        }

        var names = Names(place);
        parameters[member] = isList
            ? new JsonArray([
                new JsonObject { [names.Key] = Tag, [names.Value] = Placeholder },
                .. (parameters[member] as JsonArray ?? []).Select(tag => tag?.DeepClone())])
            : new JsonObject([
                KeyValuePair.Create<string, JsonNode?>(Tag, Placeholder),
                .. (parameters[member] as JsonObject ?? []).Select(tag => KeyValuePair.Create(tag.Key, tag.Value?.DeepClone()))]);
    }

    private static string Plain(string place) => place.Split('[')[0];

    /// <summary>A service that writes <c>tags</c> writes <c>key</c> and <c>value</c> too (ECS), unless the place says otherwise: <c>tags[Key]</c> (ECR).</summary>
    private static (string Key, string Value) Names(string place) =>
        char.IsLower(place[0]) && !place.EndsWith("[Key]", StringComparison.Ordinal) ? ("key", "value") : ("Key", "Value");

    private static void PutSpecification(JsonObject parameters, string resourceType, string path, ProblemList problems)
    {
        Remove(parameters);
        if (parameters[Member] is not null and not JsonArray)
        {
            problems.Add($"{path}.{Member}", "must be a list here, not a reference to one: the marker by which the step is found again goes into it");
            return;
        }

        var given = (parameters[Member] as JsonArray)?.Select(item => item!.DeepClone()).ToList() ?? [];
        var own = given.FirstOrDefault(item => (item as JsonObject)?["ResourceType"]?.ToString() == resourceType) as JsonObject;
        var tags = (own?["Tags"] as JsonArray)?.Select(tag => tag!.DeepClone()) ?? [];
        var marker = new JsonObject { ["Key"] = Tag, ["Value"] = Placeholder };
        var specification = new JsonObject { ["ResourceType"] = resourceType, ["Tags"] = new JsonArray([marker, .. tags]) };
        parameters[Member] = new JsonArray([specification, .. given.Where(item => item != own)]);
    }

    /// <summary>Takes the marker tag out again, to plan a step a second time.</summary>
    public static void Remove(JsonObject parameters)
    {
        foreach (var member in new[] { "Tags", "tags" })
        {
            var isEmpty = parameters[member] switch
            {
                JsonArray list => list.RemoveAll(tag => tag is JsonObject one && (one["Key"] ?? one["key"])?.ToString() == Tag) > 0 && list.Count == 0,
                JsonObject map => map.Remove(Tag) && map.Count == 0,
                _ => false,
            };
            if (isEmpty)
            {
                parameters.Remove(member);
            }
        }

        if (parameters[Member] is not JsonArray specifications)
        {
            return;
        }

        foreach (var tags in specifications.OfType<JsonObject>().Select(item => item["Tags"]).OfType<JsonArray>())
        {
            foreach (var marker in tags.OfType<JsonObject>().Where(tag => tag["Key"]?.ToString() == Tag).ToList())
            {
                tags.Remove(marker);
            }
        }

        foreach (var empty in specifications.OfType<JsonObject>().Where(item => item["Tags"] is JsonArray { Count: 0 }).ToList())
        {
            specifications.Remove(empty);
        }

        if (specifications.Count == 0)
        {
            parameters.Remove(Member);
        }
    }
}
