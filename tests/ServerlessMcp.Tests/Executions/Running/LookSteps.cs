using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>Steps that change nothing, on <see cref="Fakes.FakeAws"/>.</summary>
internal static class LookSteps
{
    /// <summary>Holds when the thing of that name has the value.</summary>
    public static Step Check(string id, string name, string value, int timeoutSeconds = 0, string? show = null) =>
        CheckOf(id, Steps.Call("Describe", ("name", name)), $"thing.value == '{value}'", timeoutSeconds, show);

    public static Step CheckOf(string id, ApiCall call, string until, int timeoutSeconds = 0, string? show = null) =>
        Step.Look(id, StepKind.Check, "See whether it holds", call) with { Check = new(until, timeoutSeconds, show) };

    public static Step Bake(string id, int seconds, params string[] alarms) => Step.Look(
        id, StepKind.Bake, "Watch",
        new("aws", "cloudwatch", "DescribeAlarms", new() { ["AlarmNames"] = new JsonArray([.. alarms.Select(name => (JsonNode)name)]) })) with
    {
        Bake = new(alarms, seconds),
    };

    public static Step Approval(string id, string decision = "confirm", int timeoutSeconds = 3600) =>
        Step.Look(id, StepKind.Approval, "Shall it go on?") with { Approval = new(decision, timeoutSeconds) };

    /// <summary>Reads each thing by its name, under its name.</summary>
    public static Step Collect(string id, params string[] names) => CollectOf(
        id, [.. names.Select(name => new StepCollect(name, Steps.Call("Describe", ("name", name)), null))]);

    public static Step CollectOf(string id, params StepCollect[] reads) => Step.Look(id, StepKind.Collect, "Read") with { Collect = reads };
}
