using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Conformance.Asl;

/// <summary>One recorded execution: our interpreter runs it on a clock of its own; tasks answer what was recorded, in order.</summary>
internal sealed class RecordedRun(JsonObject recorded)
{
    private const int MostTransitions = 10_000;

    private readonly List<string> _history = [];
    private readonly Queue<JsonObject> _outcomes = new(Events(recorded).Where(IsOutcome));
    private readonly List<string> _differences = [];
    private readonly Queue<JsonNode?> _calls = new(Events(recorded)
        .Where(item => Type(item) == "TaskScheduled").Select(item => item["taskScheduledEventDetails"]!["parameters"]));

    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private int _tokens;

    /// <returns>The first difference, or null when all is as recorded.</returns>
    public string? Run()
    {
        StateMachine machine;
        try
        {
            machine = StateMachine.Parse(recorded["definition"]!.ToJsonString());
        }
        catch (DefinitionException refused)
        {
            return refused.Message;
        }

        var run = Drive(new Interpreter(machine));
        return run is null ? "the run does not end" : Compare(run) ?? _differences.FirstOrDefault();
    }

    private RunState? Drive(Interpreter interpreter)
    {
        var step = interpreter.Start("run", recorded["input"]?.DeepClone(), _now);
        for (var i = 0; i < MostTransitions; i++)
        {
            _history.AddRange(step.Events.Select(item => item.Type));
            if (step.Run.HasEnded)
            {
                return step.Run;
            }

            var signal = Next(interpreter, step.Run);
            if (signal is null || interpreter.Apply(step.Run, signal, Surroundings()) is not { } moved)
            {
                return null;
            }

            step = moved;
        }

        return null;
    }

    private Surroundings Surroundings() => new(_now, () => 0, () => string.Create(CultureInfo.InvariantCulture, $"token-{++_tokens}"));

    private Signal? Next(Interpreter interpreter, RunState run)
    {
        var events = Events(recorded).ToList();
        if (events.Count == _history.Count + 1 && Type(events[^1]) == "ExecutionAborted")
        {
            return new Signal.Abort(null, null);
        }

        switch (run.Phase)
        {
            case RunPhase.Entering:
                return new Signal.Go();
            case RunPhase.Waiting or RunPhase.Retrying:
                return Timer(run);
            default:
                CompareCall(interpreter.Call(run));
                return _outcomes.TryDequeue(out var outcome) ? Signal(run, outcome) : null;
        }
    }

    private Signal? Signal(RunState run, JsonObject outcome)
    {
        var details = outcome.First(member => member.Key.EndsWith("EventDetails", StringComparison.Ordinal)).Value!;
        return Type(outcome) switch
        {
            "TaskSucceeded" => new Signal.Returned(details["output"]?.DeepClone()),
            "TaskFailed" => new Signal.Broke(Text(details["error"]) ?? "", Text(details["cause"])),
            _ => Timer(run),
        };
    }

    private Signal.Timer Timer(RunState run)
    {
        _now = run.NextTimer is { } due && due > _now ? due : _now;
        return new();
    }

    private void CompareCall(TaskCall call)
    {
        if (_calls.TryDequeue(out var expected) && !Recorded.Equal(expected, call.Arguments))
        {
            _differences.Add($"the worker is called with {call.Arguments?.ToJsonString()}, recorded was {expected?.ToJsonString()}");
        }
    }

    private string? Compare(RunState run)
    {
        if (recorded["expectOutput"] is { } output)
        {
            return run.Phase == RunPhase.Succeeded && Recorded.Equal(output, run.Output) ? null : Differs($"Succeeded {output.ToJsonString()}", run);
        }

        var events = Events(recorded).ToList();
        var end = events[^1];
        var isSame = Type(end) == "Execution" + run.Phase && (run.Phase == RunPhase.Succeeded
            ? Recorded.Equal(end["executionSucceededEventDetails"]!["output"], run.Output)
            : Text(end["executionFailedEventDetails"]?["error"]) == run.Error);
        if (!isSame)
        {
            return Differs($"{Type(end)} {end["executionFailedEventDetails"]?.ToJsonString()}", run);
        }

        var sequence = events.Select(Type).ToList();
        return sequence.SequenceEqual(_history)
            ? null
            : $"the history is {string.Join(' ', _history)}, recorded was {string.Join(' ', sequence)}";
    }

    private static string Differs(string expected, RunState run) =>
        $"recorded was {expected}, ours is {run.Phase} {run.Output?.ToJsonString()} {run.Error} {run.Cause}";

    private static IEnumerable<JsonObject> Events(JsonObject recorded) => recorded["events"]?.AsArray().Select(item => item!.AsObject()) ?? [];

    private static bool IsOutcome(JsonObject item) => Type(item) is "TaskSucceeded" or "TaskFailed" or "TaskTimedOut";

    private static string Type(JsonObject item) => item["type"]!.GetValue<string>();

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString();
}
