namespace ServerlessMcp.Lambda.Runtime;

/// <summary>One event to be answered.</summary>
/// <param name="Deadline">When Lambda ends the process; null when it did not say.</param>
/// <param name="TraceId">X-Ray's: <c>Root=1-...;Parent=...;Sampled=1</c>.</param>
/// <param name="Event">JSON, as it came.</param>
internal sealed record Invocation(string RequestId, DateTimeOffset? Deadline, string? TraceId, string? FunctionArn, ReadOnlyMemory<byte> Event);
