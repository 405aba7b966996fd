using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Executions.Running;

/// <summary>Moves on a step that changes nothing: a check, a bake or a collect. An approval is <see cref="ApprovalGates"/>'s.</summary>
/// <remarks>
/// There is nothing to find out after a crash and nothing to undo: whoever comes next looks again. What must survive is when it began
/// (<see cref="StepFacts.WaitingSince"/>) and what was read so far; both are on the facts.
/// <code>
/// look's outcome    check                       bake                             collect
/// answered, good    Passed                      WAIT min(30 s, rest); Passed     the answer is kept; all there: Passed
/// answered, bad     WAIT while there is time,   an alarm in ALARM, or not there: a part that a later step needs is
///                   else NotPassed              NotPassed                        too large: NotPassed
/// refused           not there yet: as bad;      NotPassed                        its error is kept; needed by a later step,
///                   else NotPassed                                               or all refused: NotPassed
/// busy              WAIT, until the deadline: NotPassed; a bake's and a check's time goes on meanwhile
/// </code>
/// </remarks>
internal sealed class LookRunner
{
    private readonly CheckLook _check;
    private readonly BakeLook _bake;
    private readonly CollectLook _collect;

    public LookRunner(WorkerPorts ports) => (_check, _bake, _collect) = (new(ports), new(ports), new(ports));

    /// <returns>Null: the facts say what comes next.</returns>
    public async Task<Answer?> RunAsync(StepVisit visit, CancellationToken cancellationToken)
    {
        if (visit.Step.Kind == StepKind.Approval)
        {
            return new(Next.Done, visit.Step.Id); // The machine's next asks; there is nothing to act on.
        }

        if (visit.Facts.Status == StepStatus.Intended)
        {
            var line = visit.Event("step_begun", $"{visit.Step.Id} begins: {visit.Step.Title}.");
            await visit.SaveAsync(visit.Facts with { Status = StepStatus.Looking }, fenced: true, cancellationToken, line);
            return null;
        }

        return visit.Step.Kind switch
        {
            StepKind.Check => await _check.LookAsync(visit, cancellationToken),
            StepKind.Bake => await _bake.LookAsync(visit, cancellationToken),
            StepKind.Collect => await _collect.LookAsync(visit, cancellationToken),
            var kind => throw new InvalidOperationException($"A step of kind {kind} does not look."),
        };
    }
}
