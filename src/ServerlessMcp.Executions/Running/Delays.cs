namespace ServerlessMcp.Executions.Running;

/// <summary>How long to wait before the next look.</summary>
internal static class Delays
{
    private const double BusyFirst = 5;
    private const double BusyMost = 300;
    private const double SettleMost = 10;

    /// <summary>5 s, doubling to 5 min, of which the upper half is random: many executions do not come back at once.</summary>
    /// <param name="count">How often in a row it was busy before: 0 the first time.</param>
    public static TimeSpan Busy(int count, Func<double> random)
    {
        var most = Math.Min(BusyMost, BusyFirst * Math.Pow(2, Math.Min(count, 16)));
        return TimeSpan.FromSeconds(Math.Max(BusyFirst, most * (0.5 + (random() / 2))));
    }

    /// <summary>Looks often at first: half of what has passed, at least 1 s, at most what the service asks for.</summary>
    public static TimeSpan Poll(TimeSpan passed, int most) => TimeSpan.FromSeconds(Math.Clamp(passed.TotalSeconds / 2, 1, Math.Max(1, most)));

    public static TimeSpan Settle(TimeSpan passed, TimeSpan left) =>
        TimeSpan.FromSeconds(Math.Clamp(passed.TotalSeconds / 2, 1, Math.Clamp(left.TotalSeconds, 1, SettleMost)));
}
