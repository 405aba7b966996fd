using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Tests.StatesLanguage;

/// <summary>Drives one run by hand, on a clock of its own; keeps the history.</summary>
internal sealed class Driver
{
    private readonly Interpreter _interpreter;
    private int _tokens;

    public Driver(string definition, string input = "{}")
    {
        _interpreter = new(StateMachine.Parse(definition));
        Accept(_interpreter.Start("run", JsonNode.Parse(input), Now));
    }

    public static DateTimeOffset Begin { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public DateTimeOffset Now { get; private set; } = Begin;

    public RunState Run { get; private set; } = null!;

    public List<string> History { get; } = [];

    public double Random { get; set; } = 0.5;

    /// <summary>Goes through the stored form between all transitions, as after a crash.</summary>
    public bool RestoresEachStep { get; init; }

    public TaskCall Call => _interpreter.Call(Run);

    /// <returns>Whether the signal fitted.</returns>
    public bool Send(Signal signal)
    {
        var moved = _interpreter.Apply(Run, signal, new(Now, () => Random, () => string.Create(CultureInfo.InvariantCulture, $"t{++_tokens}")));
        if (moved is not null)
        {
            Accept(moved);
        }

        return moved is not null;
    }

    /// <summary>Enters states until one waits for something.</summary>
    public Driver Go()
    {
        while (Send(new Signal.Go()))
        {
        }

        return this;
    }

    public Driver After(double seconds)
    {
        Now = Now.AddSeconds(seconds);
        return this;
    }

    public bool Timer() => Send(new Signal.Timer());

    /// <summary>Goes on to the next moment at which a time moves the run.</summary>
    public bool TimerWhenDue()
    {
        Now = Run.NextTimer is { } due && due > Now ? due : Now;
        return Timer();
    }

    private void Accept(Transition moved)
    {
        History.AddRange(moved.Events.Select(item => $"{item.Type} {item.Details?.ToJsonString()}"));
        Run = RestoresEachStep ? Restore(moved.Run) : moved.Run;
    }

    private static RunState Restore(RunState run) =>
        JsonSerializer.Deserialize(JsonSerializer.Serialize(run, RunStateJson.Default.RunState), RunStateJson.Default.RunState)!;
}
