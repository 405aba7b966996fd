using System.Diagnostics;
using ServerlessMcp.Local.Emulator;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Local.Emulator;

[Collection(WithEmulator.Name)]
public sealed class EmulatorLauncherTests(EmulatorFixture emulator)
{
    [Fact]
    public void It_listens_on_loopback_only_and_says_its_version()
    {
        Assert.Equal("127.0.0.1", emulator.Running.Endpoint.Host);
        Assert.StartsWith("5.2.", emulator.Running.Version, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_when_the_other_end_of_its_input_is_closed_as_a_killed_parent_does()
    {
        var start = new ProcessStartInfo(emulator.Running.Python, ["-c", EmulatorResources.Text("emulator.py"), EmulatorLauncher.Wanted])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        Assert.StartsWith("PORT ", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        process.StandardInput.Close();

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await process.WaitForExitAsync(patience.Token);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Another_version_of_moto_is_not_taken()
    {
        var start = new ProcessStartInfo(emulator.Running.Python, ["-c", EmulatorResources.Text("emulator.py"), "99."])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(4, process.ExitCode);
    }

    [Fact]
    public async Task An_emulator_that_ends_by_itself_is_told()
    {
        using var folder = new TemporaryFolder();
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var running = await new EmulatorLauncher(folder.Path, TimeProvider.System).StartAsync(TestContext.Current.CancellationToken);
        running.Watch(line => told.TrySetResult(line));

        using (var process = Process.GetProcessById(running.ProcessId))
        {
            process.Kill();
        }

        Assert.Contains(running.LogFile, await told.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_never_takes_more_than_twice_its_bound()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "x.log");
        using var log = new BoundedLog(path, maxBytes: 1_000);

        for (var line = 0; line < 500; line++)
        {
            log.Write("a line of text that takes some bytes");
        }

        Assert.InRange(new DirectoryInfo(Path.GetDirectoryName(path)!).GetFiles().Sum(file => file.Length), 1, 2_200);
        log.Dispose();
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
