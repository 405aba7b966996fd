namespace ServerlessMcp.Executions.Running;

/// <summary>How many events of the engine's history a verb costs. Source: Step Functions' history event types, counted on this machine.</summary>
/// <remarks>
/// A task is five events (entered, scheduled, started, succeeded, exited), one more with a token (submitted); a retry is three; the choice
/// after it two; the wait after that two. A run begins with three: started, and the first choice.
/// </remarks>
internal static class EventCount
{
    private const int Start = 3;
    private const int Task = 5;
    private const int Choice = 2;
    private const int Wait = 2;
    private const int Retry = 3;

    public static int Of(WorkerRequest request, Answer answer) =>
        (request.Count == 0 ? Start : 0)
        + Task
        + (request.Verb == "gate" ? 0 : Choice)
        + (answer.Next == Next.Wait ? Wait : 0)
        + (Retry * request.Attempt);
}
