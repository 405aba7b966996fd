using ServerlessMcp.Executions.Running;

namespace ServerlessMcp.Local.Hosting;

/// <summary>What a crash sweep sets otherwise than a person's server: when the process dies, and how long a dead process holds its leases.</summary>
/// <param name="Committed">Called after each commit of the database with its running number.</param>
internal sealed record CrashSweep(Action<int> Committed, WorkerTiming Timing);
