using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Local.Engine;

/// <summary>What the embedded engine needs beside its database, machine and worker.</summary>
internal sealed record EngineSettings
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Worker calls at a time, over all runs; the others wait for their turn before their time-out begins.</summary>
    public int MostCalls { get; init; } = 16;

    /// <summary>
    /// How long calls under way may go on when the engine stops; one that does not make it is made again at the next start.
    /// </summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Called at least once after each end, again after a crash; repeated until it returns.</summary>
    public Func<string, RunStatus, CancellationToken, Task>? RunEnded { get; init; }

    /// <summary>Called after each stored transition: for live displays. It must not throw.</summary>
    public Action<RunState>? Moved { get; init; }
}

/// <summary>
/// The code behind the machine's tasks: the value of <c>Parameters.Payload</c> in, the value of <c>Payload</c> of the result out.
/// </summary>
/// <remarks>
/// It may be called again with the same payload after a crash. A <see cref="TaskFailureException"/> gives the error its name; any other
/// exception, such as <see cref="TableUnavailableException"/>, is <c>Lambda.Unknown</c>, which the machine's retriers cover.
/// </remarks>
internal delegate Task<JsonObject> TaskWorker(JsonObject payload, CancellationToken cancellationToken);
