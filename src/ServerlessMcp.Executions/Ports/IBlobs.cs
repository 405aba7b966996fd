namespace ServerlessMcp.Executions.Ports;

/// <summary>Where values stand that are too large for the table. A blob lives for as long as an execution is kept, counted from its last put.</summary>
/// <remarks>
/// A key is a path such as <c>EXEC/ex_.../a/output</c>, as <see cref="BlobKeys"/> says. Its adapters (a folder, later S3) pass one set of
/// contract tests.
/// </remarks>
public interface IBlobs
{
    /// <summary>Durable before it returns, whole or not at all; the same again is harmless.</summary>
    /// <param name="json">UTF-8.</param>
    /// <exception cref="ArgumentException">The key is not one.</exception>
    /// <exception cref="TableUnavailableException">No answer: it may or may not have been put.</exception>
    Task PutAsync(string key, ReadOnlyMemory<byte> json, CancellationToken cancellationToken);

    /// <returns>Null if it was never put, or is gone.</returns>
    /// <exception cref="ArgumentException">The key is not one.</exception>
    /// <exception cref="TableUnavailableException">No answer.</exception>
    Task<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken);
}
