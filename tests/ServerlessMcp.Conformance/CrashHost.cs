using System.Diagnostics;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Local.Cli;

namespace ServerlessMcp.Conformance;

/// <summary><c>crash-host N serve ...</c>: the product's own command line, killed as by kill -9 right after its Nth commit (0: never).</summary>
internal static class CrashHost
{
    /// <summary>A tenth of the product's, in the same order, so that a sweep need not wait 90 s for each dead process's lease.</summary>
    private static readonly WorkerTiming Short = new()
    {
        Lease = TimeSpan.FromSeconds(9),
        LeaseLeft = TimeSpan.FromSeconds(5),
        Call = TimeSpan.FromSeconds(4),
        Verb = TimeSpan.FromSeconds(6),
    };

    public static Task<int> RunAsync(int commit, string[] arguments) =>
        Smcp.RunAsync(arguments, Terminal.System, new(number => DieAt(commit, number), Short));

    private static void DieAt(int commit, int number)
    {
        if (number == commit)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite); // The signal is on its way: nothing more may happen.
        }
    }
}
