using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.Running;

/// <summary>The code behind the machine's tasks: eight verbs, each safe to be asked again.</summary>
/// <remarks>
/// Request and answer: <see cref="WorkerRequest"/>, <see cref="Answer"/>.
/// <code>
/// before every verb
///   the execution has ended     the word of its end
///   META.run is another run     CONTINUED
///   another writer was first    the verb again, three times, then WAIT 1 s
///   the table is away           WAIT; from gate the exception: a machine that waits with an unknown token would sleep
/// </code>
/// </remarks>
public sealed class Worker(WorkerPorts ports, WorkerTiming? timing = null)
{
    private const int Tries = 3;

    private readonly WorkerTiming _timing = timing ?? new();

    public async Task<JsonObject> InvokeAsync(JsonObject request, CancellationToken cancellationToken)
    {
        var parsed = WorkerRequest.Parse(request);
        var answer = await AnswerAsync(parsed, cancellationToken);
        var count = parsed.Count + EventCount.Of(parsed, answer);
        return (MustHandOver(parsed, answer, count) ? answer with { Next = Next.Continue, DelaySeconds = null } : answer).ToJson(parsed, count);
    }

    private bool MustHandOver(WorkerRequest request, Answer answer, int count) =>
        count >= _timing.MaxEvents
        && request.Verb is not ("start" or "gate" or "continue")
        && answer.Next is (Next.Wait or Next.Step or Next.Undo or Next.Done or Next.Gate);

    private async Task<Answer> AnswerAsync(WorkerRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(request, cancellationToken);
            }
            catch (TableConflictException)
            {
                if (attempt == Tries)
                {
                    return Answer.WaitFor(TimeSpan.Zero, request.StepId);
                }
            }
            catch (TableUnavailableException) when (request.Verb != "gate")
            {
                // Nothing can be written, so nothing is counted: half a minute is between the 5 s and the 5 min of a busy service.
                return Answer.WaitFor(TimeSpan.FromSeconds(20 + (20 * ports.Random())), request.StepId);
            }
        }
    }

    private async Task<Answer> OnceAsync(WorkerRequest request, CancellationToken cancellationToken)
    {
        var journal = new Journal(ports, Ids.New("in"));
        var snapshot = await journal.LoadAsync(request.ExecutionId, cancellationToken);
        if (request.Verb == "continue")
        {
            return await new ContinueVerb(ports, journal).RunAsync(snapshot, request, cancellationToken);
        }

        if (snapshot.Execution.IsTerminal)
        {
            return new(Words.OfEnd(snapshot.Execution.Status));
        }

        return snapshot.Execution.Run == request.Run
            ? await DispatchAsync(journal, snapshot, request, cancellationToken)
            : new(Next.Continued);
    }

    private async Task<Answer> DispatchAsync(Journal journal, Snapshot snapshot, WorkerRequest request, CancellationToken cancellationToken)
    {
        var gate = new GateVerb(ports, journal);
        var start = new StartVerb(ports, _timing, journal);
        var next = new NextVerb(ports, journal, gate, start);
        var turn = new TurnVerb(ports, journal, next);
        return request.Verb switch
        {
            "start" => await start.RunAsync(snapshot, cancellationToken),
            "gate" => await gate.RunAsync(snapshot, request.TaskToken, cancellationToken),
            "next" => await next.RunAsync(snapshot, cancellationToken),
            "act" or "poll" => await new StepVerb(ports, _timing, journal).RunAsync(snapshot, request, cancellationToken),
            "turn" => await turn.RunAsync(snapshot, request, cancellationToken),
            "fail" => await new FailVerb(_timing, journal, turn, next).RunAsync(snapshot, request, cancellationToken),
            _ => throw new ArgumentException($"There is no verb '{request.Verb}'.", nameof(request)),
        };
    }
}
