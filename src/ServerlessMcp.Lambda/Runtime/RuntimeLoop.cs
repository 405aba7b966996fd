namespace ServerlessMcp.Lambda.Runtime;

/// <summary>Takes event after event. A handler that fails costs its own invocation alone; only a Runtime API that cannot be spoken with ends the loop.</summary>
internal sealed partial class RuntimeLoop(RuntimeClient runtime, IInvocationHandler handler, TimeProvider time, ILogger log)
{
    /// <summary>Before Lambda's own deadline: time to say that the time is over.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <exception cref="RuntimeApiException">The process has to end.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await AnswerAsync(await runtime.NextAsync(stopping));
        }
    }

    private async Task AnswerAsync(Invocation invocation)
    {
        // The AWS client passes it on, so that X-Ray sees one trace.
        Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", invocation.TraceId);
        InvocationScope.RequestId = invocation.RequestId;
        var response = new InvocationResponse(runtime, invocation.RequestId);
        using var deadline = new CancellationTokenSource(Left(invocation), time);
        try
        {
            await handler.HandleAsync(invocation, response, deadline.Token);
        }
        catch (RuntimeApiException)
        {
            throw;
        }
        catch (Exception failure)
        {
            // The host's edge: whatever the handler threw, the next event is served.
            Failed(failure);
            await response.FailAsync(handler.Explain(failure));
        }

        if (response.Status is >= 400 and var status)
        {
            NotTaken(status);
        }
    }

    private TimeSpan Left(Invocation invocation)
    {
        var left = invocation.Deadline - time.GetUtcNow() - Reserve ?? Longest;
        return left < TimeSpan.Zero ? TimeSpan.Zero : left > Longest ? Longest : left;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The invocation failed.")]
    private partial void Failed(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Runtime API did not take the answer ({Status}): its time may be over.")]
    private partial void NotTaken(int status);
}
