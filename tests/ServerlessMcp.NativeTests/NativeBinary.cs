using System.Diagnostics;

namespace ServerlessMcp.NativeTests;

/// <summary>The programs as native code, in <c>artifacts/native</c>; <c>.ci/run --full</c> publishes them there.</summary>
internal static class NativeBinary
{
    public static string OrSkip(string name = "ServerlessMcp.Local")
    {
        var path = Path.Combine(Root(AppContext.BaseDirectory), "artifacts", "native", name);
        Assert.SkipUnless(File.Exists(path), "There is no native build in artifacts/native; .ci/run --full publishes one.");
        return path;
    }

    /// <returns>Exit code, standard output and standard error.</returns>
    public static async Task<(int Code, string Output, string Error)> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(OrSkip(), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The native binary did not start.");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output, await error);
    }

    private static string Root(string folder) => File.Exists(Path.Combine(folder, "ServerlessMcp.sln"))
        ? folder
        : Root(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run inside a clone of the repository."));
}
