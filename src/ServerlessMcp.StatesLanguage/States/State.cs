using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.StatesLanguage.States;

/// <summary>One state, as read. It holds no run; what a run is at stands in <see cref="RunState"/>.</summary>
internal abstract class State(string name, string type)
{
    public string Name { get; } = name;

    /// <summary>As in the definition; the history's event names begin with it.</summary>
    public string Type { get; } = type;

    /// <summary>Every state it can lead to.</summary>
    public abstract IEnumerable<string> Targets { get; }

    /// <summary>Whether a run can end here as designed.</summary>
    public abstract bool IsTerminal { get; }

    /// <summary>What the state does when a run comes in.</summary>
    /// <param name="scope">The raw input.</param>
    public abstract Move Enter(Scope scope, DateTimeOffset now);
}

/// <summary>What a state asks the interpreter to do.</summary>
internal abstract record Move
{
    /// <param name="Next">Null ends the run.</param>
    public sealed record Leave(JsonNode? Output, string? Next) : Move;

    public sealed record Fail(string? Error, string? Cause) : Move;

    public sealed record WaitUntil(DateTimeOffset Due) : Move;

    public sealed record Invoke : Move;
}
