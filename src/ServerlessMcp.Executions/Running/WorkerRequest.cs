using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Running;

internal enum Direction { Forward, Backward }

/// <summary>
/// What a task of the machine sends:
/// <c>{"verb", "executionId", "run", "mode", "count", "attempt"?, "direction"?, "stepId"?, "taskToken"?, "input"?}</c>.
/// </summary>
/// <param name="Count">Events of the run's history so far, as far as the worker knows.</param>
/// <param name="Attempt">How often the machine has retried this task.</param>
/// <param name="Error">Why the machine caught this verb's predecessor, from <c>input.error</c>.</param>
internal sealed record WorkerRequest(
    string Verb, string ExecutionId, int Run, string Mode, int Count, int Attempt, Direction Direction, string? StepId, string? TaskToken,
    string? Error)
{
    private const int LongestError = 300;

    /// <exception cref="ArgumentException">A member is missing: the machine's definition is not the one this worker serves.</exception>
    public static WorkerRequest Parse(JsonObject request) => new(
        Text(request, "verb") ?? throw Missing("verb"),
        Text(request, "executionId") ?? throw Missing("executionId"),
        Number(request, "run") ?? throw Missing("run"),
        Text(request, "mode") ?? "RUN",
        Number(request, "count") ?? 0,
        Number(request, "attempt") ?? 0,
        Text(request, "direction") == "backward" ? Direction.Backward : Direction.Forward,
        Text(request, "stepId") ?? Text(request["input"], "stepId"),
        Text(request, "taskToken"),
        ErrorOf(request["input"]?["error"]));

    private static string? ErrorOf(JsonNode? caught)
    {
        if (caught is null)
        {
            return null;
        }

        var text = $"{Text(caught, "Error")}: {Text(caught, "Cause")}";
        return text.Length <= LongestError ? text : text[..LongestError];
    }

    private static string? Text(JsonNode? node, string name) => node is JsonObject members ? members[name]?.GetValue<string>() : null;

    private static int? Number(JsonObject request, string name) => request[name]?.GetValue<int>();

    private static ArgumentException Missing(string name) => new($"The request has no '{name}'.", name);
}
