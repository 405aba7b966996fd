using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Moves one step on, in either direction, until it is over, has to wait, or has to turn. Serves <c>act</c> and <c>poll</c> alike.</summary>
/// <remarks>
/// <code>
/// facts                     forward                       backward
/// none; Intended, not sent  read before, intend, call     DONE
/// Intended, sent            find out, by its repeat rule  find out
/// Intended, with an error   TURN                          find out
/// Waiting                   look at its wait              the same: nothing is undone in mid-air
/// Settling                  read after                    the same
/// Done                      DONE                          check for conflicts, undo
/// Failed                    TURN                          check for conflicts, undo
/// NoEffect, Refused         DONE, TURN                    DONE
/// UndoIntended              TURN                          send the undo again
/// UndoWaiting               TURN                          look at the undo's wait
/// Undone, UndoSkipped, UndoFailed  TURN                   DONE
/// </code>
/// A step of a kind that changes nothing has no lease and no intent: its reads may be made twice. What it does is <see cref="LookRunner"/>'s:
/// <code>
/// none                      begin: Looking                DONE
/// Looking                   look, WAIT or end             DONE
/// Passed                    DONE                          DONE
/// NotPassed                 TURN                          DONE
/// </code>
/// </remarks>
internal sealed class StepRunner
{
    private readonly ForwardCall _call;
    private readonly EffectFinder _effects;
    private readonly StepTail _tail;
    private readonly StepUndoing _undoing;
    private readonly LookRunner _looks;

    public StepRunner(WorkerPorts ports, WorkerTiming timing)
    {
        var reader = new StepReader(ports, timing);
        _call = new(ports, reader);
        _effects = new(ports, reader, _call);
        _tail = new(ports, reader);
        _undoing = new(ports, reader, new(ports, reader));
        _looks = new(ports);
    }

    public async Task<Answer> RunAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        if (visit.IsBackward)
        {
            visit.BeginBackward();
        }

        visit.NoteUnknown();
        if (visit.Step.Kind == StepKind.Call)
        {
            await GoneValues.EndAsync(visit, cancellationToken);
        }

        while (visit.HasTime)
        {
            var answer = visit.IsBackward ? await BackwardAsync(visit, cancellationToken) : await ForwardAsync(visit, cancellationToken);
            if (answer is not null)
            {
                return answer;
            }
        }

        return visit.Wait(TimeSpan.Zero);
    }

    private async Task<Answer?> ForwardAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        if (StepTurns.HasFailed(visit.Facts))
        {
            return new(Next.Turn, visit.Step.Id);
        }

        return visit.Facts switch
        {
            { Status: StepStatus.Intended or StepStatus.Looking } when visit.Step.Kind != StepKind.Call => await _looks.RunAsync(visit, cancellationToken),
            { Status: StepStatus.Intended, Sent: false } => await _call.BeginAsync(visit, cancellationToken),
            { Status: StepStatus.Intended } => await _effects.ForwardAsync(visit, cancellationToken),
            { Status: StepStatus.Waiting } => await _tail.WaitAsync(visit, cancellationToken),
            { Status: StepStatus.Settling } => await _tail.SettleAsync(visit, cancellationToken),
            _ => new(Next.Done, visit.Step.Id),
        };
    }

    private async Task<Answer?> BackwardAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        if (!StepTurns.NeedsUndo(visit.Facts))
        {
            return new(Next.Done, visit.Step.Id);
        }

        return visit.Facts.Status switch
        {
            StepStatus.Intended => await _effects.BackwardAsync(visit, cancellationToken),
            StepStatus.Waiting => await _tail.WaitAsync(visit, cancellationToken),
            StepStatus.Settling => await _tail.SettleAsync(visit, cancellationToken),
            _ => await UndoAsync(visit, cancellationToken),
        };
    }

    private async Task<Answer?> UndoAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        try
        {
            return visit.Facts.Status switch
            {
                StepStatus.UndoIntended => await _undoing.RepeatAsync(visit, cancellationToken),
                StepStatus.UndoWaiting => await _undoing.WaitAsync(visit, cancellationToken),
                _ => await _undoing.BeginAsync(visit, cancellationToken),
            };
        }
        catch (FormatException wrong)
        {
            var why = $"A condition of its undo is wrong: {wrong.Message}";
            return await StepEnding.LeaveAsync(visit, StepStatus.UndoFailed, why, cancellationToken);
        }
    }
}
