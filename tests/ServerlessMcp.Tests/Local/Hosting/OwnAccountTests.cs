using Amazon.EC2.Model;
using ModelContextProtocol.Client;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Integration;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Local.Hosting;

/// <summary><c>--aws --allow-changes</c>, with the emulator in the place of AWS, put there in code: what is asked, refused, said, and with which keys it runs.</summary>
[Collection(WithEmulator.Name)]
public sealed class OwnAccountTests(EmulatorFixture emulator) : IDisposable
{
    private const string Role = "changes: {role_arn: 'arn:aws:iam::123456789012:role/smcp-changes'}\n";

    private readonly TemporaryFolder _folder = new();
    private readonly string _region = emulator.NewRegion();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_policy_of_ones_own_a_person_says_yes_to_every_change_and_it_runs_in_a_session()
    {
        await using var host = await StartAsync(Role);
        using var door = new ServerDoor(host.Url, host.Keys.Operator);
        await using var silent = await McpClient.CreateAsync(Transport(host), cancellationToken: Cancelled);
        await using var client = await EndpointUnderTest.ConnectAsync(host.Url, host.Keys.Agent, Cancelled);

        var waiting = await EndpointUnderTest.CallAsync(silent, "aws_change", CreateVpc("10.71.0.0/16"), Cancelled);
        var before = await VpcsAsync();
        await door.DecideAsync((string)waiting["execution_id"]!, approve: true, null, Cancelled);
        var made = await EndpointUnderTest.EndAsync(client, (string)waiting["execution_id"]!, Cancelled);

        Assert.Equal(
            [
                $"AWS account 123456789012 as arn:aws:sts::123456789012:user/moto in {_region}; changes: ON",
                $"  policy: built-in for your own account, {PolicyHash.Of(BuiltInPolicy.OfOwnAccount)}",
                "  keys of changes: a session of arn:aws:iam::123456789012:role/smcp-changes for each step, narrowed to it",
            ],
            host.Banner!.Split(Environment.NewLine));
        Assert.DoesNotContain(before, vpc => vpc.EndsWith("10.71.0.0/16", StringComparison.Ordinal));
        Assert.Equal("succeeded", (string?)made["status"]);
        Assert.Contains(await VpcsAsync(), vpc => vpc.EndsWith("10.71.0.0/16", StringComparison.Ordinal));
        Assert.Contains($"role session {waiting["execution_id"]}.", await door.TraceAsync((string)waiting["execution_id"]!, Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_decides_freeze_and_protection_hold_and_keys_that_are_not_narrowed_are_told()
    {
        await File.WriteAllTextAsync(_folder.File("policy.yaml"), "rules:\n  - id: networks\n    allow: [\"ec2:CreateVpc\", \"ec2:CreateTags\"]\n", Cancelled);
        await using var host = await StartAsync("policy_file: policy.yaml\n");
        using var door = new ServerDoor(host.Url, host.Keys.Operator);
        await using var client = await EndpointUnderTest.ConnectAsync(host.Url, host.Keys.Agent, Cancelled);
        using var ec2 = emulator.Ec2(_region);
        var kept = (await ec2.CreateVpcAsync(
            new CreateVpcRequest("10.72.0.0/16") { TagSpecifications = [new() { ResourceType = "vpc", Tags = [new("serverlessmcp:protected", "true")] }] }, Cancelled)).Vpc.VpcId;

        var plan = await EndpointUnderTest.CallAsync(client, "create_plan", """
            {"title":"a network","steps":[{"id":"vpc","service":"ec2","operation":"CreateVpc","parameters":{"CidrBlock":"10.73.0.0/16"}}]}
            """, Cancelled);
        var unnamed = await EndpointUnderTest.CallAsync(client, "aws_change", """{"service":"sqs","operation":"CreateQueue","parameters":{"QueueName":"not-allowed"}}""", Cancelled);
        var touched = await EndpointUnderTest.CallAsync(client, "aws_change", $$$"""
            {"service":"ec2","operation":"CreateTags","parameters":{"Resources":["{{{kept}}}"],"Tags":[{"Key":"a","Value":"b"}]}}
            """, Cancelled);
        await door.FreezeAsync(isFrozen: true, "a test", Cancelled);
        var frozen = await EndpointUnderTest.CallAsync(client, "aws_change", CreateVpc("10.74.0.0/16"), Cancelled);

        Assert.Contains("NOT NARROWED", host.Banner, StringComparison.Ordinal);
        Assert.Equal("allow", (string?)plan["verdict"]!["is"]);
        Assert.Contains("not narrowed: the calls run with all", plan["preview"]!["warnings"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("forbidden_by_policy", (string?)unnamed["code"]);
        Assert.Equal("protected", (string?)touched["code"]);
        Assert.Equal("frozen", (string?)frozen["code"]);
    }

    [Fact]
    public async Task A_broken_policy_refuses_every_change_and_without_the_flag_nothing_runs()
    {
        await File.WriteAllTextAsync(_folder.File("policy.yaml"), "rules: 7\n", Cancelled);
        await using (var host = await StartAsync("policy_file: policy.yaml\n"))
        {
            await using var client = await EndpointUnderTest.ConnectAsync(host.Url, host.Keys.Agent, Cancelled);
            var broken = await EndpointUnderTest.CallAsync(client, "aws_change", CreateVpc("10.75.0.0/16"), Cancelled);

            Assert.Contains("policy: BROKEN, so nothing is changed", host.Banner, StringComparison.Ordinal);
            Assert.Equal("policy_broken", (string?)broken["code"]);
        }

        await using var reading = await StartAsync("", allowChanges: false);
        await using var reader = await EndpointUnderTest.ConnectAsync(reading.Url, reading.Keys.Agent, Cancelled);
        var off = await EndpointUnderTest.CallAsync(reader, "aws_change", CreateVpc("10.76.0.0/16"), Cancelled);

        Assert.EndsWith("changes: OFF (plans and previews only)", reading.Banner, StringComparison.Ordinal);
        Assert.Equal("changes_off", (string?)off["code"]);
    }

    private Task<LocalHost> StartAsync(string file, bool allowChanges = true)
    {
        File.WriteAllText(_folder.File("smcp.yaml"), file);
        var flags = new Dictionary<string, string> { ["--data"] = _folder.Path, ["--port"] = "0", ["--region"] = _region, ["--aws"] = "true" };
        if (allowChanges)
        {
            flags["--allow-changes"] = "true";
        }

        return LocalHost.StartAsync(
            new SettingsReader(_ => null, _folder.Path).Read(flags), TimeProvider.System, _ => { }, sweep: null, AwsClientOptions.Sandbox(emulator.Endpoint), Cancelled);
    }

    private static HttpClientTransport Transport(LocalHost host) => new(new()
    {
        Endpoint = host.Url,
        TransportMode = HttpTransportMode.StreamableHttp,
        AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {host.Keys.Agent}" },
    });

    private static string CreateVpc(string cidr) => $$$"""{"service":"ec2","operation":"CreateVpc","parameters":{"CidrBlock":"{{{cidr}}}"}}""";

    private async Task<List<string>> VpcsAsync()
    {
        using var ec2 = emulator.Ec2(_region);
        return [.. (await ec2.DescribeVpcsAsync(new DescribeVpcsRequest(), Cancelled)).Vpcs.Select(vpc => $"{vpc.VpcId} {vpc.CidrBlock}")];
    }
}
