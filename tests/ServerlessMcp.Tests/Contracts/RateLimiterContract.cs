using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Tests.Contracts;

/// <summary>What every rate limiter does.</summary>
public abstract class RateLimiterContract
{
    private static readonly RateLimit Slow = new("slow", 3, TimeSpan.FromSeconds(10));

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-25T10:00:00Z", null));

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract ValueTask<IRateLimiter> OpenAsync(TimeProvider clock);

    [Fact]
    public async Task A_burst_fits_and_then_one_each_interval()
    {
        var limiter = await OpenAsync(_time);

        var burst = new[] { await TakeAsync(limiter), await TakeAsync(limiter), await TakeAsync(limiter) };
        var refused = await TakeAsync(limiter);
        _time.Advance(TimeSpan.FromSeconds(9));
        var early = await TakeAsync(limiter);
        _time.Advance(TimeSpan.FromSeconds(1));
        var later = await TakeAsync(limiter);
        _time.Advance(TimeSpan.FromDays(2));
        var idle = await TakeAsync(limiter);

        Assert.Equal([(true, 2, 0), (true, 1, 0), (true, 0, 10)], burst);
        Assert.Equal((false, 0, 10), refused);
        Assert.Equal((false, 0, 1), early);
        Assert.Equal((true, 0, 10), later);
        Assert.Equal((true, 2, 0), idle);
    }

    [Fact]
    public async Task Subjects_and_limits_are_counted_apart()
    {
        var limiter = await OpenAsync(_time);
        for (var n = 0; n < 4; n++)
        {
            await TakeAsync(limiter);
        }

        Assert.True((await limiter.TakeAsync("b", Slow, Cancel)).Fits);
        Assert.True((await limiter.TakeAsync("a", Slow with { Name = "other" }, Cancel)).Fits);
        Assert.False((await limiter.TakeAsync("a", Slow, Cancel)).Fits);
    }

    [Fact]
    public async Task Sixteen_writers_together_never_get_more_than_the_rate_and_the_burst()
    {
        var limiter = await OpenAsync(TimeProvider.System);
        var limit = new RateLimit("shared", 10, TimeSpan.FromMilliseconds(50));
        var clock = Stopwatch.StartNew();
        var taken = 0;

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < TimeSpan.FromSeconds(3))
            {
                if ((await limiter.TakeAsync("a", limit, Cancel)).Fits)
                {
                    Interlocked.Increment(ref taken);
                }
            }
        })));

        Assert.InRange(taken, limit.Burst, (clock.Elapsed / limit.Interval) + limit.Burst + 1);
    }

    private static async Task<(bool Fits, int Left, int Wait)> TakeAsync(IRateLimiter limiter)
    {
        var answer = await limiter.TakeAsync("a", Slow, Cancel);
        return (answer.Fits, answer.Left, (int)answer.Wait.TotalSeconds);
    }
}
