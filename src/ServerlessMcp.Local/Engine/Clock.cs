namespace ServerlessMcp.Local.Engine;

/// <summary>Waiting for an absolute moment.</summary>
internal static class Clock
{
    /// <summary>
    /// A timer counts in milliseconds and overflows after 24 days; an hour also bounds what a changed wall clock can cost.
    /// </summary>
    private static readonly TimeSpan Slice = TimeSpan.FromHours(1);

    /// <param name="due">Null never comes.</param>
    public static async Task UntilAsync(this TimeProvider time, DateTimeOffset? due, CancellationToken cancellationToken)
    {
        while (true)
        {
            var left = due is { } moment ? moment - time.GetUtcNow() : TimeSpan.MaxValue;
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            await Task.Delay(left < Slice ? left : Slice, time, cancellationToken);
        }
    }
}
