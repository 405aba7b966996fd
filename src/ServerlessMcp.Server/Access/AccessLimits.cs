using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Server.Access;

/// <summary>How much one caller may do.</summary>
/// <param name="Read">What only reads.</param>
/// <param name="Operate">What may start or end something.</param>
/// <param name="Failures">Requests of one address whose key or token does not open; after them it is refused without a look.</param>
/// <param name="ChangesADay">Executions one principal may start in a day (UTC).</param>
/// <param name="OpenExecutions">Executions of one principal that have not ended.</param>
public sealed record AccessLimits(RateLimit Read, RateLimit Operate, RateLimit Failures, int ChangesADay, int OpenExecutions)
{
    /// <summary>Executions of all principals that have not ended.</summary>
    public int AllOpenExecutions { get; init; } = 500;

    /// <summary>Requests of one principal that one process answers at the same time; a look that waits is one.</summary>
    public int InFlight { get; init; } = 500;

    /// <summary>Where many callers share an account.</summary>
    public static AccessLimits Shared { get; } = new(
        new("read", 40, TimeSpan.FromMilliseconds(100)),
        new("operate", 5, TimeSpan.FromSeconds(5)),
        new("auth-fail", 10, TimeSpan.FromSeconds(6)),
        ChangesADay: 500,
        OpenExecutions: 20)
    {
        AllOpenExecutions = 200,
        InFlight = 20,
    };

    /// <summary>One person at one machine: only what runs wild is stopped.</summary>
    public static AccessLimits OnePerson { get; } = new(
        new("read", 2_000, TimeSpan.FromMilliseconds(1)),
        new("operate", 200, TimeSpan.FromMilliseconds(50)),
        new("auth-fail", 600, TimeSpan.FromMilliseconds(100)),
        ChangesADay: 10_000,
        OpenExecutions: 200);
}
