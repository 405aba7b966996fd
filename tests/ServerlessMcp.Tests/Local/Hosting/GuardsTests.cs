using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.EC2.Model;
using ModelContextProtocol.Client;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Emulator.Proxy;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Local.Hosting;

/// <summary>Alternatives, locks and idempotency keys as a client meets them: real endpoint, engine, table, worker and emulator.</summary>
[Collection(WithHostEmulator.Name)]
public sealed class GuardsTests(EmulatorFixture emulator) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _name = $"guard-{Guid.NewGuid():N}";
    private LocalHost _host = null!;
    private McpClient _client = null!;
    private string _region = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var flags = new Dictionary<string, string> { ["--data"] = _folder.Path, ["--port"] = "0", ["--aws-endpoint"] = emulator.Endpoint.ToString() };
        _host = await LocalHost.StartAsync(new SettingsReader(_ => null, _folder.Path).Read(flags), TimeProvider.System, _ => { }, sweep: null, Cancelled);
        _region = emulator.NewRegion();
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
        emulator.Proxy.Rules.Clear();
        await _client.DisposeAsync();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1, "succeeded", 1)]
    [InlineData(2, "rolled_back", 0)]
    public async Task A_step_takes_its_next_alternative_and_when_all_are_refused_it_says_what_helps(int times, string status, int made)
    {
        emulator.Proxy.Rules.Add(new ProxyRule
        {
            Operation = "CreateVpc",
            Action = ProxyAction.Refuse,
            Code = "InsufficientInstanceCapacity",
            Status = 500,
            Times = times,
        });
        var plan = await PlanAsync("""[{"id":"vpc","service":"ec2","operation":"CreateVpc","parameters":{"CidrBlock":"10.91.0.0/16"},"alternatives":[{"parameters":{"CidrBlock":"10.92.0.0/16"}}]}]""");

        var ended = await EndAsync((string)(await ExecuteAsync(plan))["execution_id"]!);

        Assert.Equal(status, (string?)ended["status"]);
        using var eye = emulator.Ec2(_region);
        Assert.Equal(made, ((await eye.DescribeVpcsAsync(new DescribeVpcsRequest { Filters = [new("cidr", ["10.92.0.0/16"])] }, Cancelled)).Vpcs ?? []).Count);
        if (made == 0)
        {
            Assert.Equal("capacity", (string?)ended["failure"]!["class"]);
            Assert.Contains("alternatives", (string?)ended["failure"]!["advice"], StringComparison.Ordinal);
            var again = await CallAsync("retry_execution", $$"""{"execution_id":"{{ended["execution_id"]}}"}""");
            Assert.Equal((string?)ended["execution_id"], (string?)again["retry_of"]);
            var retried = await EndAsync((string)(await ExecuteAsync(again))["execution_id"]!);
            Assert.Equal("succeeded", (string?)retried["status"]);
        }
    }

    [Fact]
    public async Task A_plan_on_a_resource_where_another_is_at_work_is_refused_until_that_one_has_ended()
    {
        var url = await QueueAsync();
        emulator.Proxy.Rules.Add(new ProxyRule { Operation = "SetQueueAttributes", Action = ProxyAction.DelayAfter, Ms = 3_000, Times = 1 });
        var (first, second) = (await PlanAsync(Visibility(url, 40)), await PlanAsync(Visibility(url, 50)));

        var running = (string)(await ExecuteAsync(first))["execution_id"]!;
        var refused = await ExecuteAsync(second);
        await EndAsync(running);
        var later = await ExecuteAsync(second);
        var ended = await EndAsync((string)later["execution_id"]!);

        Assert.Equal("resource_locked", (string?)refused["code"]);
        Assert.Contains(running, (string?)refused["message"], StringComparison.Ordinal);

        // The second saw 30 seconds when it was planned; now there are 40.
        Assert.Equal(("rejected", "drifted"), ((string?)ended["status"], (string?)ended["failure"]!["code"]));
    }

    [Fact]
    public async Task An_idempotency_key_is_one_execution_and_no_others()
    {
        var url = await QueueAsync();
        var (first, second) = (await PlanAsync(Visibility(url, 40)), await PlanAsync(Visibility(url, 50)));

        var started = await ExecuteAsync(first, "k1");
        await EndAsync((string)started["execution_id"]!);
        var again = await ExecuteAsync(first, "k1");
        var other = await ExecuteAsync(second, "k1");
        var changes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CallAsync(
            "aws_change",
            $$$"""{"region":"{{{_region}}}","service":"sqs","operation":"CreateQueue","parameters":{"QueueName":"{{{_name}}}-k"},"idempotency_key":"k2"}""")));

        Assert.Equal((string?)started["execution_id"], (string?)again["execution_id"]);
        Assert.Equal("idempotency_key_reused", (string?)other["code"]);
        Assert.Single(changes.Select(change => (string?)change["execution_id"]).Where(id => id is not null).Distinct());
    }

    private async Task<string> QueueAsync()
    {
        var made = await CallAsync(
            "aws_change", $$$"""{"region":"{{{_region}}}","service":"sqs","operation":"CreateQueue","parameters":{"QueueName":"{{{_name}}}"}}""");
        Assert.Equal("succeeded", (string?)(await EndAsync((string)made["execution_id"]!))["status"]);
        var read = await CallAsync(
            "aws_read", $$$"""{"region":"{{{_region}}}","service":"sqs","operation":"GetQueueUrl","parameters":{"QueueName":"{{{_name}}}"}}""");
        return (string)read["data"]!["QueueUrl"]!;
    }

    private static string Visibility(string url, int seconds) =>
        $$$$"""[{"id":"set","service":"sqs","operation":"SetQueueAttributes","parameters":{"QueueUrl":"{{{{url}}}}","Attributes":{"VisibilityTimeout":"{{{{seconds}}}}"}}}]""";

    private Task<JsonObject> PlanAsync(string steps) => CallAsync("create_plan", $$"""{"title":"A guard","region":"{{_region}}","steps":{{steps}}}""");

    private Task<JsonObject> ExecuteAsync(JsonObject plan, string? key = null)
    {
        var also = key is null ? "" : $",\"idempotency_key\":\"{key}\"";
        return CallAsync("execute_plan", $$"""{"plan_id":"{{plan["plan_id"]}}","plan_hash":"{{plan["plan_hash"]}}"{{also}}}""");
    }

    private async Task<JsonObject> CallAsync(string tool, string arguments)
    {
        var values = JsonElement.Parse(arguments).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value);
        var answer = await _client.CallToolAsync(tool, values, cancellationToken: Cancelled);
        return JsonObject.Create(answer.StructuredContent!.Value)!;
    }

    private async Task<JsonObject> EndAsync(string id)
    {
        while (true)
        {
            var look = await CallAsync("get_execution", $$"""{"id":"{{id}}","wait_seconds":20}""");
            if (look["ended_at"] is not null)
            {
                return look;
            }
        }
    }
}
