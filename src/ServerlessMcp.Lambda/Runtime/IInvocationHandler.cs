namespace ServerlessMcp.Lambda.Runtime;

/// <summary>What a function does with its events; one for each role.</summary>
internal interface IInvocationHandler
{
    /// <summary>Answers before it returns, and leaves nothing running: the process is frozen until the next event.</summary>
    /// <param name="deadline">Cancelled some time before Lambda ends the process.</param>
    Task HandleAsync(Invocation invocation, InvocationResponse response, CancellationToken deadline);

    /// <summary>Of what <see cref="HandleAsync"/> threw.</summary>
    InvocationFailure Explain(Exception failure) => InvocationFailure.Of(failure);
}
