using Amazon.Runtime;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>The request did not reach AWS, or its answer did not come back.</summary>
/// <remarks>An <see cref="IOException"/>, so that the SDK's retries of reads take it for what it is.</remarks>
/// <param name="wasSent">False when the connection was never made.</param>
internal sealed class ConnectionException(bool wasSent, string message, Exception cause) : IOException(message, cause)
{
    public bool WasSent { get; } = wasSent;
}

/// <summary>The answer is longer than the client reads; the request was carried out.</summary>
internal sealed class AnswerTooLongException(long limit, Exception? cause) : Exception(
    $"The answer is longer than {limit / (1024 * 1024)} MB, which is all that is read of one: ask for less at once (fewer items, or a Range of an object).", cause);

/// <summary>The HTTP clients of one <see cref="AwsClient"/>: reads share connections, changes never do.</summary>
/// <remarks>
/// A pooled connection may have been closed by the server a moment ago, and a change must not end in doubt for that. And SocketsHttpHandler sends a request
/// without a body up to three times more when the connection closes without an answer; a body, even an empty one, stops it.
/// </remarks>
internal sealed class Transport : HttpClientFactory, IDisposable
{
    private readonly HttpClient _client;

    public Transport(AwsClientOptions options, bool isForChanges)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            AllowAutoRedirect = false,
            UseCookies = false,
            // A sealed client also ignores HTTP_PROXY and its like.
            UseProxy = options.Endpoint is null,
            PooledConnectionLifetime = isForChanges ? TimeSpan.Zero : TimeSpan.FromMinutes(5),
        };
        _client = new HttpClient(new ConnectionWatch(handler, isForChanges, options.MaxAnswerBytes)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _client.Dispose();

    /// <summary>Sorts failures into "never connected" and "sent, but no answer" while the difference is still visible.</summary>
    private sealed class ConnectionWatch(HttpMessageHandler inner, bool isForChanges, long maxAnswerBytes) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (isForChanges && request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)
            {
                request.Content ??= new ByteArrayContent([]);
            }

            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (request.Method != HttpMethod.Head)
                {
                    // The SDK would read the body without the call's deadline, and without an end.
                    await response.Content.LoadIntoBufferAsync(maxAnswerBytes, cancellationToken);
                }

                return response;
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
            {
                throw new AnswerTooLongException(maxAnswerBytes, e);
            }
            catch (HttpRequestException e)
            {
                var wasSent = e.HttpRequestError is not (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                    or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError);
                throw new ConnectionException(wasSent, e.Message, e);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                // Nobody cancelled: this is the handler's own connect timeout.
                throw new ConnectionException(wasSent: false, "The connection was not made in time.", e);
            }
        }
    }
}
