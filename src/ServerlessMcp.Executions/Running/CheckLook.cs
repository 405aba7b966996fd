using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>One look of a check: does its condition hold?</summary>
/// <remarks>
/// <code>
/// answered, condition true                   Passed, with the answer
/// answered, anything else; not there yet     WAIT while there is time, with a last look at its end; then NotPassed, with what was seen
/// not there, but made a moment ago           WAIT as <see cref="OwnLag"/> says, whatever time there is
/// refused otherwise                          NotPassed, with AWS's code
/// a reference leads to nothing               NotPassed (reference)
/// busy                                       WAIT, until the deadline
/// </code>
/// </remarks>
internal sealed class CheckLook(WorkerPorts ports)
{
    private const int MostDelay = 15;

    public async Task<Answer?> LookAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        var call = visit.Step.Call;
        switch (await LookEnding.ReadAsync(ports, visit, call, cancellationToken))
        {
            case CallOutcome.Succeeded answer:
                return await JudgeAsync(visit, answer.Output, cancellationToken);
            case CallOutcome.Refused { Class: TroubleClass.NotFound or TroubleClass.EventualConsistency } refused:
                return await OwnLag.WaitAsync(visit, LookEnding.TroubleOf(call, refused), cancellationToken)
                    ?? await NotYetAsync(visit, $"{call.Service}:{call.Operation} answered {refused.Code}: {refused.Message}", cancellationToken);
            case CallOutcome.Refused refused:
                return await LookEnding.FailAsync(visit, LookEnding.TroubleOf(call, refused), null, cancellationToken);
            case CallOutcome.Busy busy:
                return await LookEnding.BusyAsync(
                    ports, visit, visit.Facts, LookEnding.TroubleOf(call, busy), CheckOf(visit).TimeoutSeconds, cancellationToken);
            default:
                throw new InvalidOperationException("A call ended in an unknown way.");
        }
    }

    private async Task<Answer?> JudgeAsync(StepVisit visit, JsonObject answer, CancellationToken cancellationToken)
    {
        var check = CheckOf(visit);
        try
        {
            if (StepReader.IsTrue(ports.Language.Search(StepCalls.Expression(visit, check.Until), answer)))
            {
                var kept = StoredOutput.Trim(visit.Snapshot.Plan, visit.Step, answer);
                return await LookEnding.PassAsync(visit, kept, $"it holds that {check.Until}.", cancellationToken);
            }
        }
        catch (ReferenceException wrong)
        {
            return await LookEnding.FailAsync(visit, new("reference", wrong.Message), null, cancellationToken);
        }
        catch (FormatException wrong)
        {
            return await NotYetAsync(visit, $"{wrong.Message} {Seen(visit, answer)}", cancellationToken);
        }

        return await NotYetAsync(visit, Seen(visit, answer), cancellationToken);
    }

    private static async Task<Answer?> NotYetAsync(StepVisit visit, string seen, CancellationToken cancellationToken)
    {
        var check = CheckOf(visit);
        var passed = visit.Now - (visit.Facts.WaitingSince ?? visit.Now);
        var left = TimeSpan.FromSeconds(check.TimeoutSeconds) - passed;
        if (left <= TimeSpan.Zero)
        {
            var after = check.TimeoutSeconds == 0 ? "" : $" after {check.TimeoutSeconds} seconds";
            var trouble = new StepTrouble("check_failed", $"It does not hold that {check.Until}{after}. {seen}");
            return await LookEnding.FailAsync(visit, trouble, null, cancellationToken);
        }

        await LookEnding.WatchAsync(visit, cancellationToken);
        var delay = Delays.Poll(passed, MostDelay);
        return visit.Wait(delay < left ? delay : left);
    }

    private string Seen(StepVisit visit, JsonObject answer)
    {
        var call = visit.Step.Call;
        if (CheckOf(visit).Show is not { } show)
        {
            return $"{call.Service}:{call.Operation} answered {LookEnding.Cut(answer)}";
        }

        try
        {
            return $"{show} is {LookEnding.Cut(ports.Language.Search(show, answer))}";
        }
        catch (FormatException wrong)
        {
            return $"{show}: {wrong.Message}";
        }
    }

    private static StepCheck CheckOf(StepVisit visit) =>
        visit.Step.Check ?? throw new InvalidOperationException($"The check {visit.Step.Id} has no condition.");
}
