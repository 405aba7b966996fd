namespace ServerlessMcp.Executions.Ports;

/// <summary>Counts requests against a rate. Two adapters (memory for one process, DynamoDB for many) pass one set of contract tests.</summary>
/// <remarks>GCRA: from any moment on at most <c>burst + t / interval</c> fit in a time t, whoever asks and however many at once.</remarks>
public interface IRateLimiter
{
    /// <summary>Counts one request of <paramref name="subject"/>, if it fits.</summary>
    /// <exception cref="TableUnavailableException">Nothing can be counted now.</exception>
    Task<RateAnswer> TakeAsync(string subject, RateLimit limit, CancellationToken cancellationToken);
}

/// <param name="Name">In lower case, such as <c>read</c>; a subject has one count for each.</param>
/// <param name="Burst">How many fit at once, from 1.</param>
/// <param name="Interval">How long until one more fits.</param>
public sealed record RateLimit(string Name, int Burst, TimeSpan Interval)
{
    /// <summary>In which <see cref="Burst"/> requests fit again.</summary>
    public TimeSpan Window => Interval * Burst;
}

/// <param name="Fits">True: it was counted.</param>
/// <param name="Left">How many more fit now.</param>
/// <param name="Wait">Until the next fits; zero if one does now.</param>
public readonly record struct RateAnswer(bool Fits, int Left, TimeSpan Wait)
{
    /// <param name="next">The theoretical arrival time after the request was counted, or as it stands when it was not.</param>
    public static RateAnswer Of(bool fits, DateTimeOffset next, DateTimeOffset now, RateLimit limit)
    {
        var room = now + (limit.Interval * (limit.Burst - 1)) - next;
        return new(fits, room < TimeSpan.Zero ? 0 : (int)(room / limit.Interval) + 1, room < TimeSpan.Zero ? -room : TimeSpan.Zero);
    }
}
