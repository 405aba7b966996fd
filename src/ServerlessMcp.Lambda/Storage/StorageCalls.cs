using Amazon.Runtime;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Lambda.Storage;

/// <summary>A request to where state is kept: however it fails, the caller learns that the state is away, and may ask again.</summary>
internal static class StorageCalls
{
    /// <summary>Each is one small item or object: an answer that takes longer is taken as lost.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(5);

    /// <param name="absence">Begins the message, such as "DynamoDB does not answer now".</param>
    /// <exception cref="TableUnavailableException">The service refused, was out of reach, or took longer than the client waits.</exception>
    public static async Task<T> AskAsync<T>(string absence, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException)
        {
            throw new TableUnavailableException($"{absence}: {failure.Message}", failure);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TableUnavailableException($"{absence}: the answer took too long.", late);
        }
    }
}
