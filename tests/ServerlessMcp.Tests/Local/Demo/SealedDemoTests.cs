using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Local.Cli;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Local.Demo;

/// <summary>The composed sandbox against every way out that the environment offers.</summary>
[Collection(WithProgramEmulator.Name)]
public sealed class SealedDemoTests(EmulatorFixture emulator) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task With_every_AWS_and_proxy_variable_set_the_demo_holds_and_nothing_leaves()
    {
        _ = emulator.Running;
        using var trap = new TcpListener(IPAddress.Loopback, 0);
        trap.Start();
        var away = $"http://127.0.0.1:{((IPEndPoint)trap.LocalEndpoint).Port}";

        await using var demo = SmcpProcess.Start(["demo", "--json"], Environment(away));
        var (code, output, error) = await demo.EndAsync(TestContext.Current.CancellationToken);

        Assert.True(code == 0, error);
        var result = JsonDocument.Parse(output).RootElement;
        Assert.True(result.GetProperty("ok").GetBoolean());
        Assert.Equal(
            ["succeeded", "rolled_back", "cancelled", "succeeded"],
            result.GetProperty("scenes").EnumerateArray().Select(scene => scene.GetProperty("status").GetString()));
        Assert.False(trap.Pending(), "Something called the address that the environment names.");
    }

    private Dictionary<string, string> Environment(string away)
    {
        var profile = $"[default]\nregion = us-west-2\nendpoint_url = {away}\n[profile other]\nendpoint_url = {away}\nrole_arn = arn:aws:iam::111122223333:role/x\ncredential_source = Environment\n";
        File.WriteAllText(_folder.File("config"), profile);
        File.WriteAllText(_folder.File("credentials"), "[default]\naws_access_key_id = AKIAREAL\naws_secret_access_key = real\n");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AWS_ACCESS_KEY_ID"] = "AKIAREAL",
            ["AWS_SECRET_ACCESS_KEY"] = "real",
            ["AWS_SESSION_TOKEN"] = "real",
            ["AWS_PROFILE"] = "other",
            ["AWS_CONFIG_FILE"] = _folder.File("config"),
            ["AWS_SHARED_CREDENTIALS_FILE"] = _folder.File("credentials"),
            ["AWS_REGION"] = "us-west-2",
            ["AWS_DEFAULT_REGION"] = "us-west-2",
            ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = away,
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = away,
            ["AWS_WEB_IDENTITY_TOKEN_FILE"] = _folder.File("credentials"),
            ["AWS_ROLE_ARN"] = "arn:aws:iam::111122223333:role/x",
            ["AWS_USE_FIPS_ENDPOINT"] = "true",
            ["AWS_USE_DUALSTACK_ENDPOINT"] = "true",
        };
        foreach (var service in new[] { "", "_EC2", "_S3", "_STS", "_IAM", "_SQS", "_SNS", "_SSM", "_DYNAMODB" })
        {
            variables["AWS_ENDPOINT_URL" + service] = away;
        }

        foreach (var proxy in new[] { "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy" })
        {
            variables[proxy] = away;
        }

        return variables;
    }
}
