namespace ServerlessMcp.Tests;

/// <summary>Cases recorded or written by others; they are no part of the repository.</summary>
public static class ConformanceFolder
{
    /// <summary>From <c>CONFORMANCE_DIR</c>, else <c>../shared/conformance</c> beside the repository; the test is skipped if there is none.</summary>
    public static string OrSkip(params string[] path)
    {
        var root = Environment.GetEnvironmentVariable("CONFORMANCE_DIR") ?? Path.Combine(Repository.Root, "..", "shared", "conformance");
        var wanted = Path.GetFullPath(Path.Combine([root, .. path]));
        if (!Path.Exists(wanted))
        {
            Assert.Skip($"There is no {wanted}; set CONFORMANCE_DIR to the folder with the open conformance cases.");
        }

        return wanted;
    }
}
