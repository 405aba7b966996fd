using System.Text.Json.Nodes;
using Amazon.EC2.Model;
using ModelContextProtocol.Client;
using ServerlessMcp.Executions;
using ServerlessMcp.Local.Access;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Integration;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Local.Hosting;

/// <summary>Two accounts of the emulator: the server's own, and one by a role of it. What is there is looked at by the EC2 package with that account's own keys.</summary>
[Collection(WithHostEmulator.Name)]
public sealed class TargetsOnTheEmulatorTests(EmulatorFixture emulator) : IAsyncLifetime
{
    private const string ExternalId = "sesame-open";

    private readonly TemporaryFolder _folder = new();
    private EmulatedAccount _second = null!;
    private LocalHost _host = null!;
    private McpClient _client = null!;
    private string _region = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _region = emulator.NewRegion();
        _second = emulator.NewAccount();
        await File.WriteAllTextAsync(_folder.File("smcp.yaml"), $"""
            targets:
              second:
                account: {_second.Id}
                role_arn: arn:aws:iam::{_second.Id}:role/smcp
                external_id: {ExternalId}
              narrow:
                account: 999900001111
                role_arn: arn:aws:iam::999900001111:role/smcp
                regions: [af-south-1]
            changes:
              role_arn: arn:aws:iam::{EmulatorFixture.Account}:role/smcp-changes
            """, Cancelled);
        var flags = new Dictionary<string, string>
        {
            ["--data"] = _folder.Path,
            ["--port"] = "0",
            ["--aws-endpoint"] = emulator.Endpoint.ToString(),
            ["--region"] = _region,
            ["--tool-cache-time"] = "0",
        };
        _host = await LocalHost.StartAsync(new SettingsReader(_ => null, _folder.Path).Read(flags), TimeProvider.System, _ => { }, sweep: null, Cancelled);
        _client = await EndpointUnderTest.ConnectAsync(_host.Url, _host.Keys.Agent, Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_plan_is_made_executed_and_undone_in_another_account()
    {
        var before = (Own: await VpcsAsync(null), Second: await VpcsAsync(_second));

        var plan = await CallAsync("create_plan", """
            {"title":"a network over there","account":"second","steps":[
             {"id":"vpc","service":"ec2","operation":"CreateVpc","parameters":{"CidrBlock":"10.88.0.0/16"}},
             {"id":"subnet","service":"ec2","operation":"CreateSubnet","parameters":{"VpcId":"${steps.vpc.output.Vpc.VpcId}","CidrBlock":"10.88.1.0/24"}}]}
            """);
        var made = await RunAsync(plan);
        var there = (Own: await VpcsAsync(null), Second: await VpcsAsync(_second));
        var undo = await CallAsync("rollback_execution", $$"""{"execution_id":"{{made["execution_id"]}}"}""");
        var undone = await RunAsync(undo);

        Assert.False((bool)undo["isError"]!, undo.ToJsonString());
        Assert.Equal((_second.Id, _region), ((string)plan["account"]!, (string)plan["region"]!));
        Assert.Equal("succeeded", (string?)made["status"]);
        Assert.Equal(before.Own, there.Own);
        Assert.Equal("10.88.0.0/16", Assert.Single(there.Second.Except(before.Second)).Split(' ')[1]);
        Assert.Equal("succeeded", (string?)undone["status"]);
        Assert.Contains($"role session {made["execution_id"]}.subnet", await TraceAsync(made), StringComparison.Ordinal);
        Assert.Equal(before.Second, await VpcsAsync(_second));
    }

    [Fact]
    public async Task The_own_account_is_changed_in_sessions_of_its_change_role_and_what_is_not_narrowed_is_said()
    {
        var before = await VpcsAsync(null);

        var plan = await CallAsync("create_plan", """
            {"title":"here","steps":[
             {"id":"vpc","service":"ec2","operation":"CreateVpc","parameters":{"CidrBlock":"10.93.0.0/16"}},
             {"id":"keys","service":"ec2","operation":"CreateKeyPair","parameters":{"KeyName":"narrowed"},"undo":{"service":"ec2","operation":"DeleteKeyPair","parameters":{"KeyName":"narrowed"}}}]}
            """);
        var alone = await RunAsync(await CallAsync("create_plan", """
            {"title":"one","steps":[{"id":"vpc","service":"ec2","operation":"CreateVpc","parameters":{"CidrBlock":"10.94.0.0/16"}}]}
            """));

        Assert.Contains("'keys' is not narrowed to one operation", plan["preview"]!["warnings"]!.ToJsonString().Replace("\\u0027", "'"), StringComparison.Ordinal);
        Assert.Equal("succeeded", (string?)alone["status"]);
        Assert.Contains($"role session {alone["execution_id"]}.vpc", await TraceAsync(alone), StringComparison.Ordinal);
        Assert.Single((await VpcsAsync(null)).Except(before));
    }

    [Fact]
    public async Task A_change_role_of_another_account_is_refused_at_the_start()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("smcp.yaml"), $"changes: {{role_arn: 'arn:aws:iam::{_second.Id}:role/smcp'}}", Cancelled);
        var flags = new Dictionary<string, string> { ["--data"] = folder.Path, ["--port"] = "0", ["--aws-endpoint"] = emulator.Endpoint.ToString() };

        var refused = await Assert.ThrowsAsync<CallerException>(
            () => LocalHost.StartAsync(new SettingsReader(_ => null, folder.Path).Read(flags), TimeProvider.System, _ => { }, sweep: null, Cancelled));

        Assert.Equal("wrong_account", refused.Code);
    }

    [Fact]
    public async Task A_failing_step_in_another_account_is_taken_back_there()
    {
        var before = await VpcsAsync(_second);

        var failed = await RunAsync(await CallAsync("create_plan", $$$"""
            {"title":"fails over there","account":"{{{_second.Id}}}","steps":[
             {"id":"vpc","service":"ec2","operation":"CreateVpc","parameters":{"CidrBlock":"10.89.0.0/16"}},
             {"id":"subnet","service":"ec2","operation":"CreateSubnet","parameters":{"VpcId":"${steps.vpc.output.Vpc.VpcId}","CidrBlock":"10.99.1.0/24"}}]}
            """));

        Assert.Equal("rolled_back", (string?)failed["status"]);
        Assert.Equal(before, await VpcsAsync(_second));
    }

    [Fact]
    public async Task A_single_change_goes_to_the_account_that_it_names()
    {
        var before = await VpcsAsync(_second);

        var started = await CallAsync("aws_change", """{"account":"second","service":"ec2","operation":"CreateVpc","parameters":{"CidrBlock":"10.90.0.0/16"}}""");
        var made = await EndpointUnderTest.EndAsync(_client, (string)started["execution_id"]!, Cancelled);

        Assert.Equal("succeeded", (string?)made["status"]);
        Assert.Single((await VpcsAsync(_second)).Except(before));
    }

    [Fact]
    public async Task One_read_sees_two_accounts_in_two_regions_and_says_which_place_failed()
    {
        var other = emulator.NewRegion();
        using var ec2 = emulator.Ec2(other, account: _second);
        var made = (await ec2.CreateVpcAsync(new CreateVpcRequest("10.91.0.0/16"), Cancelled)).Vpc.VpcId;

        var read = await CallAsync("aws_read", $$"""
            {"service":"ec2","operation":"DescribeVpcs","accounts":["{{EmulatorFixture.Account}}","second","narrow"],"regions":["{{_region}}","{{other}}"],"query":"Vpcs[].VpcId"}
            """);

        var results = read["results"]!.AsArray();
        Assert.Equal(
            [$"{EmulatorFixture.Account} {_region}", $"{EmulatorFixture.Account} {other}", $"{_second.Id} {_region}", $"{_second.Id} {other}", $"999900001111 {_region}", $"999900001111 {other}"],
            results.Select(one => $"{one!["account"]} {one["region"]}"));
        Assert.Equal((4, 2), ((int)read["answered"]!, (int)read["failed"]!));
        Assert.Contains(made, results[3]!["data"]!.AsArray().Select(id => (string)id!));
        Assert.DoesNotContain(made, results[1]!["data"]!.ToJsonString() + results[2]!["data"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.All(results.Skip(4), one => Assert.Equal("region_not_allowed", (string)one!["error"]!["code"]!));
    }

    [Fact]
    public async Task Resources_of_another_account_and_region_are_found_there_and_not_here()
    {
        var other = emulator.NewRegion();
        using var ec2 = emulator.Ec2(other, account: _second);
        var team = Guid.NewGuid().ToString("N");
        var made = (await ec2.CreateVpcAsync(
            new CreateVpcRequest("10.92.0.0/16") { TagSpecifications = [new() { ResourceType = "vpc", Tags = [new("team", team)] }] }, Cancelled)).Vpc.VpcId;
        var tag = $$"""{"key":"team","value":"{{team}}"}""";

        var there = await CallAsync("find_resources", $$"""{"account":"second","region":"{{other}}","tags":[{{tag}}]}""");
        var here = await CallAsync("find_resources", $$"""{"region":"{{other}}","tags":[{{tag}}]}""");
        var unknown = await CallAsync("find_resources", """{"account":"third"}""");

        Assert.Equal(
            $"arn:aws:ec2:{other}:{_second.Id}:vpc/{made}", (string)Assert.Single(there["resources"]!.AsArray())!["arn"]!);
        Assert.Empty(here["resources"]!.AsArray());
        Assert.Equal("unknown_account", (string)unknown["code"]!);
    }

    [Fact]
    public async Task The_accounts_are_shown_without_the_external_id()
    {
        var who = await CallAsync("whoami", "{}");
        var configuration = await _client.ReadResourceAsync("config://server", cancellationToken: Cancelled);

        var text = ((ModelContextProtocol.Protocol.TextResourceContents)configuration.Contents[0]).Text;
        Assert.Equal(["second", "narrow"], who["targets"]!.AsArray().Select(target => (string)target!["name"]!));
        Assert.Equal(_second.Id, (string)JsonNode.Parse(text)!["targets"]![0]!["account"]!);
        Assert.DoesNotContain(ExternalId, who.ToJsonString() + text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("narrow", null, "af-south-1")]
    [InlineData("second", "eu-wets-1", "eu-west-1")]
    [InlineData("third", null, "second (")]
    public async Task What_is_not_right_is_refused_with_what_is(string account, string? region, string right)
    {
        var at = region is null ? $"\"region\":\"{_region}\"" : $"\"region\":\"{region}\"";

        var refused = await CallAsync("create_plan", $$$"""
            {"title":"wrong","account":"{{{account}}}",{{{at}}},"steps":[{"id":"vpc","service":"ec2","operation":"CreateVpc","parameters":{"CidrBlock":"10.1.0.0/16"}}]}
            """);

        Assert.True((bool)refused["isError"]!);
        Assert.Contains(right, refused["problems"]!.ToJsonString(), StringComparison.Ordinal);
    }

    private Task<JsonObject> CallAsync(string tool, string arguments) => EndpointUnderTest.CallAsync(_client, tool, arguments, Cancelled);

    private async Task<string> TraceAsync(JsonObject execution)
    {
        using var door = new ServerDoor(_host.Url, _host.Keys.Operator);
        return await door.TraceAsync((string)execution["execution_id"]!, Cancelled);
    }

    private async Task<JsonObject> RunAsync(JsonObject plan)
    {
        var started = await CallAsync("execute_plan", $$"""{"plan_id":"{{plan["plan_id"]}}","plan_hash":"{{plan["plan_hash"]}}"}""");
        return await EndpointUnderTest.EndAsync(_client, (string)started["execution_id"]!, Cancelled);
    }

    private async Task<List<string>> VpcsAsync(EmulatedAccount? account)
    {
        using var ec2 = emulator.Ec2(_region, account: account);
        var answer = await ec2.DescribeVpcsAsync(new DescribeVpcsRequest(), Cancelled);
        return [.. answer.Vpcs.Select(vpc => $"{vpc.VpcId} {vpc.CidrBlock}").Order()];
    }
}
