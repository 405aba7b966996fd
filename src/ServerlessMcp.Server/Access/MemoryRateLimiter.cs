using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Server.Access;

/// <summary>For one process alone, whose restart forgets. Thread safe; what is idle is forgotten when there are many.</summary>
public sealed class MemoryRateLimiter(TimeProvider time) : IRateLimiter
{
    private const int Most = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Subject, string Limit), DateTimeOffset> _next = [];

    public Task<RateAnswer> TakeAsync(string subject, RateLimit limit, CancellationToken cancellationToken) => Task.FromResult(Take(subject, limit));

    /// <inheritdoc cref="IRateLimiter.TakeAsync"/>
    public RateAnswer Take(string subject, RateLimit limit)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var next = _next.TryGetValue((subject, limit.Name), out var known) && known > now ? known : now;
            if (next - now > limit.Interval * (limit.Burst - 1))
            {
                return RateAnswer.Of(false, next, now, limit);
            }

            Forget(now);
            _next[(subject, limit.Name)] = next + limit.Interval;
            return RateAnswer.Of(true, next + limit.Interval, now, limit);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        if (_next.Count < Most)
        {
            return;
        }

        foreach (var idle in _next.Where(one => one.Value <= now).Select(one => one.Key).ToList())
        {
            _next.Remove(idle);
        }

        if (_next.Count >= Most)
        {
            _next.Remove(_next.MinBy(one => one.Value).Key);
        }
    }
}
