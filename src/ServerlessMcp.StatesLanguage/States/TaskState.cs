using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Errors;
using ServerlessMcp.StatesLanguage.Parsing;
using ServerlessMcp.StatesLanguage.Paths;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.StatesLanguage.States;

/// <summary>
/// Invokes the worker; with <c>.waitForTaskToken</c> it then waits for an answer with its token. Source: ASL, Task State.
/// </summary>
internal sealed class TaskState(string name, string? next, Filters filters, TaskCallTemplates templates) : State(name, "Task")
{
    private const string Invoke = "arn:aws:states:::lambda:invoke";
    private const string InvokeAndWait = Invoke + ".waitForTaskToken";

    public override IEnumerable<string> Targets => Catchers.Select(catcher => catcher.Next).Concat(next is null ? [] : [next]);

    public override bool IsTerminal => next is null;

    public required string Resource { get; init; }

    public required TaskLimits Limits { get; init; }

    public required IReadOnlyList<Retrier> Retriers { get; init; }

    public required IReadOnlyList<Catcher> Catchers { get; init; }

    public bool WaitsForToken => Resource == InvokeAndWait;

    public static TaskState Read(string name, Fields fields)
    {
        var resource = fields.Text("Resource", required: true) ?? "";
        if (resource is not (Invoke or InvokeAndWait) && resource.Length > 0)
        {
            fields.Problem("Resource", $"{resource} is outside the subset: {Invoke} and {InvokeAndWait} are supported.");
        }

        var templates = new TaskCallTemplates(PayloadTemplate.Read(fields, "Parameters"), PayloadTemplate.Read(fields, "ResultSelector"));
        return new(name, StateReader.Next(fields), Filters.Read(fields), templates)
        {
            Resource = resource,
            Limits = TaskLimits.Read(fields),
            Retriers = Retrier.ReadAll(fields),
            Catchers = Catcher.ReadAll(fields),
        };
    }

    public override Move Enter(Scope scope, DateTimeOffset now) => new Move.Invoke();

    /// <summary>What the worker is called with.</summary>
    public JsonNode? Arguments(Scope scope)
    {
        var input = scope with { Input = filters.Input.Apply(scope) };
        return templates.Parameters is null ? input.Input : templates.Parameters.Fill(input);
    }

    /// <summary>After the worker's or the answer's result.</summary>
    public Move Leave(Scope scope, JsonNode? result)
    {
        var selected = templates.ResultSelector is null ? result : templates.ResultSelector.Fill(scope with { Input = result });
        return new Move.Leave(filters.Output(scope, selected), next);
    }
}

internal sealed record TaskCallTemplates(PayloadTemplate? Parameters, PayloadTemplate? ResultSelector);

/// <summary>Times in seconds, written down or picked from the state's input (not from Parameters: recorded on AWS).</summary>
internal sealed record TaskLimits(int? Timeout, JsonPath? TimeoutPath, int? Heartbeat, JsonPath? HeartbeatPath)
{
    public static TaskLimits Read(Fields fields)
    {
        var limits = new TaskLimits(
            fields.Seconds("TimeoutSeconds", 1), fields.Path("TimeoutSecondsPath"),
            fields.Seconds("HeartbeatSeconds", 1), fields.Path("HeartbeatSecondsPath"));
        fields.RefuseBoth("TimeoutSeconds", "TimeoutSecondsPath");
        fields.RefuseBoth("HeartbeatSeconds", "HeartbeatSecondsPath");
        if (limits.Heartbeat >= limits.Timeout)
        {
            fields.Problem("HeartbeatSeconds", "It must be smaller than TimeoutSeconds.");
        }

        return limits;
    }

    /// <returns>Null means no limit.</returns>
    public double? TimeoutSeconds(Scope scope) => Timeout ?? Pick(TimeoutPath, "TimeoutSecondsPath", scope);

    public double? HeartbeatSeconds(Scope scope) => Heartbeat ?? Pick(HeartbeatPath, "HeartbeatSecondsPath", scope);

    private static double? Pick(JsonPath? path, string field, Scope scope)
    {
        if (path is null)
        {
            return null;
        }

        var node = scope.Get(path);
        return node.Is(JsonValueKind.Number) && JsonValues.Number(node!) is >= 1 and <= Fields.MaxSeconds and var seconds
            ? Math.Floor(seconds) == seconds ? seconds : throw Wrong(path, field)
            : throw Wrong(path, field);
    }

    private static RunFailureException Wrong(JsonPath path, string field) =>
        new(ErrorNames.Runtime, $"{field} '{path.Text}' must lead to a whole number from 1 to {Fields.MaxSeconds}.");
}
