namespace ServerlessMcp.Executions.Running;

/// <summary>
/// How long things may take. The order that makes a lease safe: the machine's task (120 s) &gt; the worker's process (100 s) &gt;
/// <see cref="Lease"/> &gt; <see cref="Call"/>, and no call is sent with less than <see cref="LeaseLeft"/> to go.
/// </summary>
public sealed record WorkerTiming
{
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(90);

    public TimeSpan LeaseLeft { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of one attempt.</summary>
    public TimeSpan Call { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>A verb that has run this long begins no other call, but answers WAIT.</summary>
    public TimeSpan Verb { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan ForwardDeadline { get; init; } = TimeSpan.FromHours(24);

    public TimeSpan BackwardDeadline { get; init; } = TimeSpan.FromHours(72);

    /// <summary>Of the engine's history; then a run hands over to the next (the engine's own limit is 25,000).</summary>
    public int MaxEvents { get; init; } = 20_000;

    /// <summary>How often the reaper starts another run.</summary>
    public int MaxReaps { get; init; } = 5;
}
