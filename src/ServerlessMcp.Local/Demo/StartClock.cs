using System.Diagnostics;

namespace ServerlessMcp.Local.Demo;

/// <summary>Counts from the start of this process, the runtime's own start-up included.</summary>
internal sealed class StartClock(TimeProvider time)
{
    private readonly DateTimeOffset _started = StartTime();

    /// <summary>With two decimals.</summary>
    public double Seconds => Math.Round((time.GetUtcNow() - _started).TotalSeconds, 2);

    private static DateTimeOffset StartTime()
    {
        using var self = Process.GetCurrentProcess();
        return self.StartTime.ToUniversalTime();
    }
}
