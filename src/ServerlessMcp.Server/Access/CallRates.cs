using System.Globalization;
using Microsoft.AspNetCore.Http;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Server.Access;

/// <summary>Counts a caller's requests. While nothing can be counted reads go on, at a quarter of their rate and in this process alone.</summary>
internal sealed class CallRates(ServerOptions options, IRateLimiter limiter, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly MemoryRateLimiter _alone = new(time);

    /// <returns>Null: it must be counted and cannot be.</returns>
    public async Task<RateAnswer?> TakeAsync(Principal caller, RateLimit limit, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await limiter.TakeAsync(caller.Id, limit, patience.Token);
        }
        catch (Exception away) when (away is TableUnavailableException || (away is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return limit == options.Limits.Read ? _alone.Take(caller.Id, limit with { Interval = limit.Interval * 4, Burst = Math.Max(1, limit.Burst / 4) }) : null;
        }
    }

    /// <remarks>Source: draft-ietf-httpapi-ratelimit-headers-11; Retry-After is RFC 9110.</remarks>
    public static void Tell(IHeaderDictionary headers, RateLimit limit, RateAnswer answer)
    {
        var (window, wait) = ((int)Math.Ceiling(limit.Window.TotalSeconds), (int)Math.Ceiling(answer.Wait.TotalSeconds));
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{limit.Name}\";q={limit.Burst};w={window}");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{limit.Name}\";r={answer.Left};t={wait}");
        if (!answer.Fits)
        {
            headers.RetryAfter = Math.Max(1, wait).ToString(CultureInfo.InvariantCulture);
        }
    }
}
