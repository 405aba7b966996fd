using System.Text.Json.Nodes;

namespace ServerlessMcp.Planning.Requests;

/// <param name="Until">JMESPath over the read's answer; must be true. May hold references to earlier steps, which stand for their values.</param>
/// <param name="TimeoutSeconds">How long it may take to become true; null or 0 looks once.</param>
/// <param name="Show">JMESPath over the answer: what a failure says it saw.</param>
public sealed record CheckRequest(string Until, int? TimeoutSeconds = null, string? Show = null);

/// <param name="Alarms">Names of CloudWatch alarms.</param>
/// <param name="MayBeInAlarm">True plans although one is in ALARM now: an earlier step is expected to mend it.</param>
public sealed record BakeRequest(IReadOnlyList<string> Alarms, int Seconds, bool MayBeInAlarm = false);

/// <param name="Decision"><c>confirm</c> or <c>approve</c>.</param>
/// <param name="TimeoutSeconds">Null: a day.</param>
public sealed record ApprovalRequest(string Decision = "confirm", int? TimeoutSeconds = null);

/// <param name="Select">JMESPath over the answer: what is kept of it.</param>
public sealed record ReadRequest(string Name, string Service, string Operation, JsonObject Parameters, string? Select = null);
