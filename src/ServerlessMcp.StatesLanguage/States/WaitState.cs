using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Errors;
using ServerlessMcp.StatesLanguage.Parsing;
using ServerlessMcp.StatesLanguage.Paths;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.StatesLanguage.States;

/// <summary>Waits for a number of seconds from entry, or until a moment; a past one ends at once. Source: ASL, Wait State.</summary>
internal sealed class WaitState(string name, string? next, FilterPath inputPath, FilterPath outputPath, WaitTime time) : State(name, "Wait")
{
    private static readonly string[] Ways = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];

    public override IEnumerable<string> Targets => next is null ? [] : [next];

    public override bool IsTerminal => next is null;

    public static WaitState Read(string name, Fields fields)
    {
        if (Ways.Count(fields.Has) != 1)
        {
            fields.Problem("", $"Exactly one of {string.Join(", ", Ways)} must stand.");
        }

        var timestamp = fields.Text("Timestamp");
        if (timestamp is not null && Timestamps.Parse(timestamp) is null)
        {
            fields.Problem("Timestamp", "A moment such as 2026-01-31T12:00:00Z is expected.");
        }

        var time = new WaitTime(
            fields.Seconds("Seconds", 0), fields.Path("SecondsPath"), Timestamps.Parse(timestamp), fields.Path("TimestampPath"));
        return new(name, StateReader.Next(fields), fields.Filter("InputPath"), fields.Filter("OutputPath"), time);
    }

    public override Move Enter(Scope scope, DateTimeOffset now) =>
        new Move.WaitUntil(time.Until(scope with { Input = inputPath.Apply(scope) }, now));

    /// <summary>When the time has come.</summary>
    public Move Leave(Scope scope)
    {
        var input = inputPath.Apply(scope);
        return new Move.Leave(outputPath.Apply(scope with { Input = input }), next);
    }
}

/// <summary>One of the four is there.</summary>
internal sealed record WaitTime(int? Seconds, JsonPath? SecondsPath, DateTimeOffset? Timestamp, JsonPath? TimestampPath)
{
    public DateTimeOffset Until(Scope scope, DateTimeOffset now)
    {
        if (SecondsPath is not null)
        {
            return now.AddSeconds(WholeSeconds(scope.Get(SecondsPath), SecondsPath));
        }

        if (TimestampPath is not null)
        {
            return Timestamps.Parse(scope.Get(TimestampPath).AsText()) ?? throw new RunFailureException(
                ErrorNames.Runtime, $"TimestampPath '{TimestampPath.Text}' must lead to a moment such as 2026-01-31T12:00:00Z.");
        }

        return Timestamp ?? now.AddSeconds(Seconds!.Value);
    }

    private static double WholeSeconds(JsonNode? node, JsonPath path) =>
        node.Is(JsonValueKind.Number)
        && JsonValues.Number(node!) is >= 0 and <= Fields.MaxSeconds and var seconds
        && seconds == Math.Floor(seconds)
            ? seconds
            : throw new RunFailureException(
                ErrorNames.Runtime, $"SecondsPath '{path.Text}' must lead to a whole number from 0 to {Fields.MaxSeconds}.");
}
