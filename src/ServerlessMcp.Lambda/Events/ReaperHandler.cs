using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Lambda.Engine;

namespace ServerlessMcp.Lambda.Events;

/// <summary>Hears from EventBridge that a run has ended, and sweeps when its schedule says so.</summary>
/// <remarks>
/// Source: Step Functions Developer Guide, "Events of Step Functions in EventBridge"; EventBridge User Guide, scheduled rules.
/// Events come at least once, late and in any order; the reaper and the sweep are made for that.
/// </remarks>
/// <param name="machine">ARN of the state machine: runs of another are none of ours.</param>
internal sealed class ReaperHandler(Reaper reaper, Sweeper sweeper, string machine) : JsonHandler
{
    protected override string Takes =>
        """EventBridge events: {"detail-type": "Step Functions Execution Status Change", "detail": {"stateMachineArn", "name", "status"}} and {"detail-type": "Scheduled Event"}""";

    protected override async Task<JsonObject> AnswerAsync(JsonObject @event, CancellationToken cancellationToken)
    {
        switch (Text(@event["detail-type"]))
        {
            case "Scheduled Event":
                return new() { ["open"] = await sweeper.SweepAsync(cancellationToken) };
            case "Step Functions Execution Status Change" when @event["detail"] is JsonObject detail:
                await HearAsync(detail, cancellationToken);
                return [];
            default:
                throw Unknown();
        }
    }

    private Task HearAsync(JsonObject detail, CancellationToken cancellationToken)
    {
        if (Text(detail["name"]) is not { } name || Text(detail["stateMachineArn"]) is not { } of || RunStatusNames.Parse(Text(detail["status"])) is not { } status)
        {
            throw Unknown();
        }

        return of == machine ? reaper.RunEndedAsync(name, status, cancellationToken) : Task.CompletedTask;
    }
}
