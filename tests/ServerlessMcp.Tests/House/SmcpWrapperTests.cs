using System.Diagnostics;

namespace ServerlessMcp.Tests.House;

/// <summary>The wrapper with a dotnet of our own that only notes its calls and "builds" a program that echoes its arguments.</summary>
public sealed class SmcpWrapperTests : IDisposable
{
    private const string Dotnet = """
        #!/usr/bin/env bash
        echo "$1" >> "$HOME/calls"
        case $1 in
          --version) cat "$HOME/sdk" 2>/dev/null || exit 1 ;;
          build)
            echo "msbuild was here"
            mkdir -p "$HOME/artifacts/bin/ServerlessMcp.Local/release"
            printf '#!/usr/bin/env bash\necho "ran: $*"\nexit 7\n' > "$HOME/artifacts/bin/ServerlessMcp.Local/release/ServerlessMcp.Local"
            chmod +x "$HOME/artifacts/bin/ServerlessMcp.Local/release/ServerlessMcp.Local" ;;
        esac
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("smcp-wrapper-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_builds_once_says_so_on_stderr_and_becomes_the_program()
    {
        Prepare();

        var first = await RunAsync("serve", "--port", "0");
        var second = await RunAsync("stdio");

        Assert.Equal((7, "ran: serve --port 0\n"), (first.Code, first.Output));
        Assert.StartsWith("Building ServerlessMcp (first time: about a minute)...\nmsbuild was here\n", first.Error, StringComparison.Ordinal);
        Assert.Equal((7, "ran: stdio\n", ""), (second.Code, second.Output, second.Error));
        Assert.Equal(1, Builds());
    }

    [Fact]
    public async Task It_builds_again_when_a_source_is_newer()
    {
        Prepare();
        await RunAsync("help");
        File.SetLastWriteTimeUtc(Path.Combine(folder, "src", "Program.cs"), File.GetLastWriteTimeUtc(Path.Combine(folder, "artifacts/smcp/built")).AddSeconds(5));

        var again = await RunAsync("help");

        Assert.StartsWith("Building ServerlessMcp (its sources changed)...\n", again.Error, StringComparison.Ordinal);
        Assert.Equal(2, Builds());
    }

    [Fact]
    public async Task A_missing_sdk_is_one_sentence_with_the_command_that_brings_it()
    {
        Prepare();
        File.WriteAllText(Path.Combine(folder, "sdk"), "9.0.100\n");

        var run = await RunAsync("demo");

        Assert.Equal((3, ""), (run.Code, run.Output));
        Assert.StartsWith("smcp: building needs the .NET SDK 10, which is missing; get it with: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.AsSpan().Count('\n'));
        Assert.Equal(0, Builds());
    }

    [Fact]
    public async Task Two_at_once_build_once()
    {
        Prepare();

        var runs = await Task.WhenAll(RunAsync("a"), RunAsync("b"));

        Assert.Equal(["ran: a\n", "ran: b\n"], runs.Select(run => run.Output));
        Assert.Equal(1, Builds());
    }

    private void Prepare()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The wrapper for Windows is smcp.cmd.");
        File.Copy(Path.Combine(Repository.Root, "smcp"), Path.Combine(folder, "smcp"));
        File.WriteAllText(Path.Combine(folder, "sdk"), "10.0.100\n");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "src")).FullName, "Program.cs"), "");
        var dotnet = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "tools")).FullName, "dotnet");
        File.WriteAllText(dotnet, Dotnet);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private int Builds() => File.Exists(Path.Combine(folder, "calls")) ? File.ReadLines(Path.Combine(folder, "calls")).Count(call => call == "build") : 0;

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(folder, "smcp"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Path.Combine(folder, "tools")}:{start.Environment["PATH"]}";
        start.Environment["HOME"] = folder;
        using var process = Process.Start(start)!;
        var cancellationToken = TestContext.Current.CancellationToken;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
