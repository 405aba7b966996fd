namespace ServerlessMcp.Tests.Lambda.Runtime;

/// <summary>One event on its way.</summary>
internal sealed record EmulatedInvocation(string RequestId, byte[] Payload, DateTimeOffset Deadline)
{
    public const string TraceId = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    public TaskCompletionSource<EmulatedAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Of the body of an answer, before it has ended.</summary>
    public TaskCompletionSource<byte[]> FirstBytes { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
