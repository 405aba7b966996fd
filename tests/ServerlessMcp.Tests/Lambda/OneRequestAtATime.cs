using Amazon.Runtime;

namespace ServerlessMcp.Tests.Lambda;

/// <summary>
/// DynamoDB checks a condition and writes in one moment; the emulator does it in two, on several threads, and lets two writers through that saw the
/// same item. So requests of many writers reach it one after the other, in whatever order they come.
/// </summary>
internal sealed class OneRequestAtATime : HttpClientFactory, IDisposable
{
    private readonly HttpClient _http = new(new Turns());

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _http;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    public void Dispose() => _http.Dispose();

    private sealed class Turns() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        private readonly SemaphoreSlim _turn = new(1);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                var answer = await base.SendAsync(request, cancellationToken);
                await answer.Content.LoadIntoBufferAsync(cancellationToken);
                return answer;
            }
            finally
            {
                _turn.Release();
            }
        }

        protected override void Dispose(bool disposing)
        {
            _turn.Dispose();
            base.Dispose(disposing);
        }
    }
}
