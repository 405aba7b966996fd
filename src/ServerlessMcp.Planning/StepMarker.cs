using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Checks;

namespace ServerlessMcp.Planning;

/// <summary>Puts the marker tag first in a create's <c>TagSpecifications</c>, so that its place is the same for every call.</summary>
internal static class StepMarker
{
    public const string Tag = "smcp:step";

    /// <summary>What stands there until the worker knows the execution.</summary>
    public const string Placeholder = "{marker}";

    public const string At = "/TagSpecifications/0/Tags/0/Value";

    private const string Member = "TagSpecifications";

    public static void Put(JsonObject parameters, string resourceType, string path, ProblemList problems)
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
