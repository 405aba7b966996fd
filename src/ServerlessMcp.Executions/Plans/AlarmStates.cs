using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Plans;

/// <summary>Reads the answer of CloudWatch's DescribeAlarms.</summary>
public static class AlarmStates
{
    private static readonly string[] Lists = ["MetricAlarms", "CompositeAlarms"];

    /// <returns>By alarm name.</returns>
    public static IReadOnlyDictionary<string, AlarmState> Of(JsonObject answer) => Lists
        .SelectMany(list => answer[list] as JsonArray ?? [])
        .OfType<JsonObject>()
        .DistinctBy(alarm => (string?)alarm["AlarmName"] ?? "")
        .ToDictionary(
            alarm => (string?)alarm["AlarmName"] ?? "", alarm => new AlarmState((string?)alarm["StateValue"] ?? "", (string?)alarm["StateReason"] ?? ""));
}

/// <param name="Value"><c>OK</c>, <c>ALARM</c> or <c>INSUFFICIENT_DATA</c>.</param>
public sealed record AlarmState(string Value, string Reason)
{
    public bool IsAlarm => Value == "ALARM";
}
