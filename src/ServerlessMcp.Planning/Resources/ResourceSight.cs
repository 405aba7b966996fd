using System.Text.Json.Nodes;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Resources;

/// <summary>What a look at a resource showed.</summary>
/// <param name="Why">A sentence; null where the state says it all.</param>
/// <param name="Left">What our last step left, where it is compared.</param>
/// <param name="Now">What is there now, by the same read.</param>
public sealed record ResourceSight(ResourceState State, string? Why, JsonNode? Left, JsonNode? Now)
{
    internal static ResourceSight Unknown(string why) => new(ResourceState.Unknown, why, null, null);
}
