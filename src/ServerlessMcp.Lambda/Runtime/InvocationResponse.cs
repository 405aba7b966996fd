namespace ServerlessMcp.Lambda.Runtime;

/// <summary>How a handler answers one invocation: at once, or as a stream. Exactly one answer goes out, whatever fails.</summary>
internal sealed class InvocationResponse(RuntimeClient runtime, string requestId)
{
    private bool _isStreaming;

    /// <summary>Some of it is sent and cannot be taken back.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>What the Runtime API said of it; null until all of it is sent.</summary>
    public int? Status { get; private set; }

    /// <exception cref="PayloadTooLargeException">Nothing was taken: send less.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> body)
    {
        var status = await runtime.RespondAsync(requestId, body);
        if (status == StatusCodes.Status413PayloadTooLarge)
        {
            throw new PayloadTooLargeException();
        }

        (Status, HasStarted) = (status, true);
    }

    public async ValueTask StreamAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        if (HasStarted)
        {
            await runtime.StreamAsync(chunk, cancellationToken);
            return;
        }

        cancellationToken.ThrowIfCancellationRequested(); // Nothing is sent then, and another answer can be.
        HasStarted = _isStreaming = true;
        await runtime.BeginStreamAsync(requestId, chunk, cancellationToken);
    }

    /// <param name="failure">Null: it is whole.</param>
    public async Task EndStreamAsync(InvocationFailure? failure) => Status = await runtime.EndStreamAsync(failure);

    public async Task FailAsync(InvocationFailure failure)
    {
        if (_isStreaming && Status is null)
        {
            await EndStreamAsync(failure);
        }
        else if (!HasStarted)
        {
            Status = await runtime.FailAsync(requestId, failure);
        }
    }
}

/// <summary>Lambda takes no answer of this size.</summary>
internal sealed class PayloadTooLargeException() : Exception("The answer is larger than Lambda takes.");
