using System.Text.Json.Nodes;
using ServerlessMcp.StatesLanguage.Errors;
using ServerlessMcp.StatesLanguage.Running;

namespace ServerlessMcp.Local.Engine;

/// <summary>A call under way.</summary>
/// <param name="EndAsync">Asks the worker to end.</param>
internal sealed record Calling(Task<Signal> Outcome, Func<Task> EndAsync);

/// <summary>Calls the worker for all runs, a bounded number at a time, in the shape of lambda:invoke. Failures are data.</summary>
internal sealed partial class TaskCalls(TaskWorker worker, EngineSettings settings) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(settings.MostCalls);

    /// <summary>Taken before the intent is stored, so that no time-out runs while a call waits for its turn.</summary>
    public Task TakeSlotAsync(CancellationToken cancellationToken) => _slots.WaitAsync(cancellationToken);

    public void FreeSlot() => _slots.Release();

    /// <summary>Frees the slot when the worker has really returned, also when nobody waits for it any more.</summary>
    /// <param name="killed">Ends the call when the engine gives up on it.</param>
    public Calling Begin(string run, TaskCall call, CancellationToken killed)
    {
        var ending = new CancellationTokenSource();
        return new(CallAsync(run, call, ending, killed), ending.CancelAsync);
    }

    private async Task<Signal> CallAsync(string run, TaskCall call, CancellationTokenSource ending, CancellationToken killed)
    {
        try
        {
            await using var registration = killed.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), ending);
            return await CallWorkerAsync(run, call, ending.Token);
        }
        finally
        {
            FreeSlot();
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task<Signal> CallWorkerAsync(string run, TaskCall call, CancellationToken cancellationToken)
    {
        if (Payload(call) is not { } payload)
        {
            return new Signal.Broke(ErrorNames.Runtime, "The Payload of the task must be an object.");
        }

        try
        {
            var result = await Task.Run(() => worker(payload, cancellationToken), cancellationToken);
            return new Signal.Returned(new JsonObject { ["ExecutedVersion"] = "$LATEST", ["Payload"] = result, ["StatusCode"] = 200 });
        }
        catch (TaskFailureException failure)
        {
            return new Signal.Broke(failure.Error, failure.Message);
        }
        catch (Exception failure)
        {
            // The host's edge: whatever the worker threw, the machine goes on and its retriers decide.
            LogBroke(settings.Logger, run, failure);
            return new Signal.Broke("Lambda.Unknown", $"The worker failed with {failure.GetType().Name}; the log has the details.");
        }
    }

    private static JsonObject? Payload(TaskCall call) =>
        call.Arguments is JsonObject arguments && arguments.TryGetPropertyValue("Payload", out var payload)
            ? payload?.DeepClone() as JsonObject
            : [];

    [LoggerMessage(Level = LogLevel.Warning, Message = "The worker failed in run {Run}.")]
    private static partial void LogBroke(ILogger logger, string run, Exception failure);
}
