using System.Text.Json.Nodes;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Resources;

namespace ServerlessMcp.Server.Tools;

/// <summary>Values of a resource, cut to what a model can take.</summary>
internal static class ResourceValues
{
    private const int MostPresent = 6_000;
    private const int MostOfChange = 1_500;

    /// <summary>If the whole is too large, its single values without its lists and objects.</summary>
    public static void AddPresent(JsonObject view, LiveSight? now)
    {
        ExecutionViews.Add(view, "read", now?.Read);
        if (now?.Value is not { } value)
        {
            return;
        }

        var size = Views.Compact(value).Length;
        if (size > MostPresent)
        {
            view["present_characters"] = size;
            var single = value is JsonObject members ? new JsonObject(members.Where(member => member.Value is JsonValue).Select(Copy)) : null;
            value = single is not null && Views.Compact(single).Length <= MostPresent ? single : null;
        }

        if (value is not null)
        {
            view["present"] = value.DeepClone();
        }
    }

    public static void AddDrift(JsonObject view, ResourceSight? sight, ResourceState state)
    {
        if (sight is { State: ResourceState.ChangedSince } && state == ResourceState.ChangedSince)
        {
            view["drift"] = new JsonObject { ["left"] = Cut(sight.Left), ["now"] = Cut(sight.Now) };
        }
    }

    public static JsonNode Touch(ResourceTouch touch) => new JsonObject
    {
        ["execution_id"] = touch.ExecutionId,
        ["step_id"] = touch.StepId,
        ["operation"] = touch.Operation,
        ["how"] = ResourceViews.Word(touch.How),
        ["mark"] = ResourceViews.Word(touch.Mark),
        ["at"] = ExecutionViews.Time(touch.At),
    };

    public static JsonNode Change(StepFacts facts, string executionId)
    {
        var view = new JsonObject { ["execution_id"] = executionId, ["step_id"] = facts.StepId, ["at"] = ExecutionViews.Time(facts.StartedAt) };
        if (facts.BeforeRead)
        {
            view["before"] = Cut(facts.Before);
        }

        if (facts.AfterRead)
        {
            view["after"] = Cut(facts.After);
        }

        return view;
    }

    private static JsonNode? Cut(JsonNode? value)
    {
        var size = Views.Compact(value).Length;
        return size <= MostOfChange ? value?.DeepClone() : JsonValue.Create($"({size} characters)");
    }

    private static KeyValuePair<string, JsonNode?> Copy(KeyValuePair<string, JsonNode?> member) => new(member.Key, member.Value?.DeepClone());
}
