using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Running;

namespace ServerlessMcp.Lambda.Events;

/// <summary>The tasks of the state machine: the task's Payload is the event, the answer is what the machine goes on with.</summary>
internal sealed class WorkerHandler(Worker worker) : JsonHandler
{
    protected override string Takes => """the tasks of the state machine: {"verb", "executionId", "run", ...}""";

    /// <summary>The machine's retriers know it: whatever failed here, the verb is asked again. Other names would end the run.</summary>
    protected override string ErrorType => "Lambda.Unknown";

    protected override Task<JsonObject> AnswerAsync(JsonObject @event, CancellationToken cancellationToken) =>
        Text(@event["verb"]) is not null && Text(@event["executionId"]) is not null ? worker.InvokeAsync(@event, cancellationToken) : throw Unknown();
}
