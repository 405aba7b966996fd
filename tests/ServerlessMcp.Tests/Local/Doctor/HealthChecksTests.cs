using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Doctor;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Local.Doctor;

public sealed class HealthChecksTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_subject_is_looked_at_and_what_is_not_well_has_a_remedy()
    {
        var findings = await RunAsync(port: "0", TimeProvider.System);

        Assert.Equal(
            [".NET SDK", "Node", "python", "moto", "data folder", "port", "key", "credentials", "clock"], findings.Select(finding => finding.Subject));
        Assert.All(findings.Where(finding => finding.Health != Health.Ok), finding => Assert.False(string.IsNullOrEmpty(finding.Remedy)));
    }

    [Fact]
    public async Task A_taken_port_is_a_problem_with_its_remedy()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        var finding = (await RunAsync(port, TimeProvider.System)).Single(one => one.Subject == "port");

        Assert.Equal(Health.Problem, finding.Health);
        Assert.Contains("--port 0", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_that_others_may_read_is_a_problem()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var files = new LocalFiles(_folder.Path);
        files.Keep(new LocalKeys("smcp_a", "smcp_o"));
        Assert.Equal(Health.Ok, (await RunAsync("0", TimeProvider.System)).Single(one => one.Subject == "key").Health);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(files.KeysPath, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        }

        Assert.Equal(Health.Problem, (await RunAsync("0", TimeProvider.System)).Single(one => one.Subject == "key").Health);
    }

    [Fact]
    public async Task A_clock_before_this_program_was_built_is_a_problem()
    {
        var past = new FakeTimeProvider(new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal(Health.Problem, (await RunAsync("0", past)).Single(one => one.Subject == "clock").Health);
    }

    private async Task<List<Finding>> RunAsync(string port, TimeProvider time)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal) { ["--port"] = port, ["--data"] = _folder.Path };
        var settings = new SettingsReader(_ => null, _folder.Path).Read(flags);
        return await new HealthChecks(settings, time, _ => null).RunAsync().ToListAsync(TestContext.Current.CancellationToken);
    }
}
