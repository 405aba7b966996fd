using System.Text.Json.Nodes;

namespace ServerlessMcp.StatesLanguage.Running;

/// <summary>What moves a run from one stored state to the next.</summary>
public abstract record Signal
{
    /// <summary>Enter the state.</summary>
    public sealed record Go : Signal;

    /// <summary>A time may have come: <see cref="RunState.NextTimer"/>.</summary>
    public sealed record Timer : Signal;

    /// <summary>The call was lost with its process and will be made again; a task without a token gets its full time again.</summary>
    public sealed record CallAgain : Signal;

    /// <summary>The call returned. With a token this only says that the request was sent.</summary>
    public sealed record Returned(JsonNode? Result) : Signal;

    /// <summary>The call failed.</summary>
    public sealed record Broke(string Error, string? Cause) : Signal;

    /// <summary>SendTaskSuccess; may come before the call has returned.</summary>
    public sealed record Answered(string Token, JsonNode? Result) : Signal;

    /// <summary>SendTaskFailure.</summary>
    public sealed record Refused(string Token, string Error, string? Cause) : Signal;

    /// <summary>SendTaskHeartbeat.</summary>
    public sealed record Heartbeat(string Token) : Signal;

    /// <summary>StopExecution.</summary>
    public sealed record Abort(string? Error, string? Cause) : Signal;
}
