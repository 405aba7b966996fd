using System.Net;

namespace ServerlessMcp.Tests.Integration;

/// <summary>Asks again, some times, where a server says that it counts too many requests or cannot count them now: neither was carried out.</summary>
internal sealed class PatientHandler() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
{
    private const int Tries = 10;

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(1);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (attempt == Tries || answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            {
                return answer;
            }

            var pause = answer.Headers.RetryAfter?.Delta ?? Usual;
            answer.Dispose();
            await Task.Delay(pause, TimeProvider.System, cancellationToken);
        }
    }
}
