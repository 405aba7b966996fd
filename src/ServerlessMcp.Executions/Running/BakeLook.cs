using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>One look of a bake at its alarms. Its time counts from the first look that AWS answered; the last look is at its end.</summary>
/// <remarks>
/// <code>
/// an alarm in ALARM                       NotPassed (alarm), with its reason
/// an alarm is not there                   NotPassed (alarm_missing): nobody watches any more
/// all OK or INSUFFICIENT_DATA, time left  WAIT min(30 s, rest)
/// the same, at the end                    Passed, with the states
/// refused                                 NotPassed, with AWS's code
/// busy                                    WAIT, until the deadline
/// </code>
/// Source: CloudWatch API, DescribeAlarms (StateValue is OK, ALARM or INSUFFICIENT_DATA).
/// </remarks>
internal sealed class BakeLook(WorkerPorts ports)
{
    private static readonly TimeSpan MostDelay = TimeSpan.FromSeconds(30);

    public async Task<Answer?> LookAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        var call = visit.Step.Call;
        switch (await LookEnding.ReadAsync(ports, visit, call, cancellationToken))
        {
            case CallOutcome.Succeeded answer:
                return await JudgeAsync(visit, AlarmStates.Of(answer.Output), cancellationToken);
            case CallOutcome.Refused refused:
                return await LookEnding.FailAsync(visit, LookEnding.TroubleOf(call, refused), null, cancellationToken);
            case CallOutcome.Busy busy:
                return await LookEnding.BusyAsync(ports, visit, visit.Facts, LookEnding.TroubleOf(call, busy), BakeOf(visit).Seconds, cancellationToken);
            default:
                throw new InvalidOperationException("A call ended in an unknown way.");
        }
    }

    private static async Task<Answer?> JudgeAsync(
        StepVisit visit, IReadOnlyDictionary<string, AlarmState> states, CancellationToken cancellationToken)
    {
        var bake = BakeOf(visit);
        var output = Output(bake, states);
        if (bake.Alarms.Where(name => !states.ContainsKey(name)).ToList() is { Count: > 0 } missing)
        {
            var gone = new StepTrouble("alarm_missing", $"{string.Join(", ", missing)}: there is no such alarm any more, so nobody would see a failure.");
            return await LookEnding.FailAsync(visit, gone, output, cancellationToken);
        }

        if (bake.Alarms.Where(name => states[name].IsAlarm).ToList() is { Count: > 0 } raised)
        {
            var alarm = new StepTrouble("alarm", string.Join(" ", raised.Select(name => $"{name} is in ALARM: {states[name].Reason}")));
            return await LookEnding.FailAsync(visit, alarm, output, cancellationToken);
        }

        var left = TimeSpan.FromSeconds(bake.Seconds) - (visit.Now - (visit.Facts.WaitingSince ?? visit.Now));
        if (left <= TimeSpan.Zero)
        {
            return await LookEnding.PassAsync(visit, output, $"no alarm of {bake.Alarms.Count} in {bake.Seconds} seconds.", cancellationToken);
        }

        await LookEnding.WatchAsync(visit, cancellationToken);
        return visit.Wait(left < MostDelay ? left : MostDelay);
    }

    private static JsonObject Output(StepBake bake, IReadOnlyDictionary<string, AlarmState> states) => new()
    {
        ["alarms"] = new JsonArray([.. bake.Alarms.Select(name => (JsonNode)new JsonObject
        {
            ["name"] = name,
            ["state"] = states.GetValueOrDefault(name)?.Value,
        })]),
    };

    private static StepBake BakeOf(StepVisit visit) =>
        visit.Step.Bake ?? throw new InvalidOperationException($"The bake {visit.Step.Id} has no alarms.");
}
