using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.EC2.Model;
using ModelContextProtocol.Client;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Local.Hosting;

/// <summary>Made, found, changed by another hand, deleted by another hand: on the whole of local mode.</summary>
[Collection(WithHostEmulator.Name)]
public sealed class ResourcesOnTheEmulatorTests(EmulatorFixture emulator) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private LocalHost _host = null!;
    private McpClient _client = null!;
    private string _region = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _region = emulator.NewRegion();
        var flags = new Dictionary<string, string>
        {
            ["--data"] = _folder.Path,
            ["--port"] = "0",
            ["--aws-endpoint"] = emulator.Endpoint.ToString(),
            ["--region"] = _region,
            ["--tool-cache-time"] = "0",
        };
        _host = await LocalHost.StartAsync(new SettingsReader(_ => null, _folder.Path).Read(flags), TimeProvider.System, _ => { }, sweep: null, Cancelled);
        _client = await McpClient.CreateAsync(
            new HttpClientTransport(new()
            {
                Endpoint = _host.Url,
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {_host.Keys.Agent}" },
            }),
            cancellationToken: Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_network_is_tracked_drifts_by_another_hand_and_is_gone_by_it()
    {
        var made = await ChangeAsync("""{"service":"ec2","operation":"CreateVpc","parameters":{"CidrBlock":"10.7.0.0/16"}}""");

        var found = await CallAsync("find_resources", $$"""{"execution_id":"{{made}}"}""");
        var arn = (string)found["resources"]!.AsArray().Single()!["arn"]!;
        var vpc = arn[(arn.LastIndexOf('/') + 1)..];
        var present = await CallAsync("get_resource", $$"""{"arn":"{{arn}}","include":["executions","changes"]}""");
        using var foreign = emulator.Ec2(_region);
        await foreign.CreateTagsAsync(new CreateTagsRequest { Resources = [vpc], Tags = [new("team", "other")] }, Cancelled);
        var drifted = await CallAsync("get_resource", $$"""{"arn":"{{arn}}"}""");
        await foreign.DeleteVpcAsync(new DeleteVpcRequest { VpcId = vpc }, Cancelled);
        var gone = await CallAsync("get_resource", $$"""{"type":"vpc","identifier":"{{vpc}}"}""");
        var hidden = await CallAsync("find_resources", """{"type":"vpc","owned_by_agent":true}""");
        var shown = await CallAsync("find_resources", """{"type":"vpc","state":"gone"}""");

        Assert.Equal(("present", "made", made), ((string)present["state"]!, (string)present["how"]!, (string)present["execution_id"]!));
        Assert.Equal("10.7.0.0/16", (string)present["present"]!["CidrBlock"]!);
        Assert.Equal("ec2:CreateVpc", (string)present["executions"]![0]!["operation"]!);
        Assert.Equal("10.7.0.0/16", (string)present["changes"]![0]!["after"]!["cidr"]!);
        Assert.Equal(("rollback_execution", made), ((string)present["options"]![0]!["tool"]!, (string)present["options"]![0]!["arguments"]!["execution_id"]!));
        Assert.Equal(["get_execution", "aws_read"], drifted["options"]!.AsArray().Select(option => (string)option!["tool"]!));
        Assert.Equal(("changed_since", "Somebody changed it since our last step: tags."), ((string)drifted["state"]!, (string)drifted["why"]!));
        Assert.Contains("team", drifted["drift"]!["now"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("team", drifted["drift"]!["left"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("gone", (string)gone["state"]!);
        Assert.Empty(hidden["resources"]!.AsArray());
        Assert.Equal(arn, (string)shown["resources"]!.AsArray().Single()!["arn"]!);
    }

    [Fact]
    public async Task What_was_taken_back_afterwards_says_by_which_execution()
    {
        var name = $"undo-{Guid.NewGuid():N}";
        var made = await ChangeAsync($$$"""{"service":"sqs","operation":"CreateQueue","parameters":{"QueueName":"{{{name}}}"}}""");
        var plan = await CallAsync("rollback_execution", $$"""{"execution_id":"{{made}}"}""");
        var undo = plan["execution_id"]?.ToString()
            ?? (string)(await CallAsync("execute_plan", $$"""{"plan_id":"{{plan["plan_id"]}}","plan_hash":"{{plan["plan_hash"]}}"}"""))["execution_id"]!;
        await EndAsync(undo);

        var arn = $"arn:aws:sqs:{_region}:{EmulatorFixture.Account}:{name}";
        var shown = await CallAsync("get_resource", $$"""{"arn":"{{arn}}","include":["executions"]}""");

        Assert.Equal(("gone", made, undo), ((string)shown["state"]!, (string)shown["execution_id"]!, (string?)shown["undone_by"]));
        Assert.Equal([undo, made], shown["executions"]!.AsArray().Select(touch => (string)touch!["execution_id"]!));
    }

    [Fact]
    public async Task What_nobody_here_made_is_found_live_and_every_list_answers()
    {
        var name = $"foreign-{Guid.NewGuid():N}";
        using var s3 = emulator.S3("us-east-1");
        await s3.PutBucketAsync(name, Cancelled);

        var found = await CallAsync("find_resources", $$"""{"text":"{{name}}"}""");
        var shown = await CallAsync("get_resource", $$"""{"arn":"arn:aws:s3:::{{name}}"}""");

        var row = found["resources"]!.AsArray().Single()!;
        Assert.Equal(($"arn:aws:s3:::{name}", "s3:ListBuckets", false), ((string)row["arn"]!, (string)row["source"]!, (bool)row["owned_by_agent"]!));
        Assert.Equal("[]", found["not_looked_at"]?.ToJsonString() ?? "[]");
        Assert.Equal("present", (string)shown["state"]!);
    }

    private async Task<string> ChangeAsync(string arguments)
    {
        var id = (string)(await CallAsync("aws_change", arguments))["execution_id"]!;
        Assert.Equal("succeeded", (string?)(await EndAsync(id))["status"]);
        return id;
    }

    private async Task<JsonObject> EndAsync(string id)
    {
        for (var n = 0; n < 30; n++)
        {
            var look = await CallAsync("get_execution", $$"""{"id":"{{id}}","wait_seconds":20}""");
            if ((string?)look["status"] == "awaiting_approval")
            {
                using var door = new ServerlessMcp.Local.Access.ServerDoor(_host.Url, _host.Keys.Operator);
                await door.DecideAsync(id, true, null, Cancelled);
            }
            else if (look["poll_after_seconds"] is null)
            {
                return look;
            }
        }

        throw new TimeoutException($"Execution {id} does not end.");
    }

    private async Task<JsonObject> CallAsync(string tool, string arguments)
    {
        var values = JsonElement.Parse(arguments).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value);
        var answer = await _client.CallToolAsync(tool, values, cancellationToken: Cancelled);
        return JsonObject.Create(answer.StructuredContent!.Value)!;
    }
}
