using System.Diagnostics;
using ServerlessMcp.Local.Cli;

namespace ServerlessMcp.Conformance;

/// <summary><c>crash-host N serve ...</c>: the product's own command line, killed as by kill -9 right after its Nth commit.</summary>
internal static class CrashHost
{
    public static Task<int> RunAsync(int commit, string[] arguments) => Smcp.RunAsync(arguments, Terminal.System, committed =>
    {
        if (committed == commit)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite); // The signal is on its way: nothing more may happen.
        }
    });
}
