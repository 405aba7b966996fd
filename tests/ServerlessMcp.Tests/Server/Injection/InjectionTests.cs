using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Cli;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Tests.Server.Injection;

/// <summary>500 texts that want to be more than data, planted wherever AWS or a caller can write, asked for by every tool, resource, prompt, task and screen.</summary>
public sealed class InjectionTests
{
    private const string Tasks = """{"elicitation":{"form":{}},"extensions":{"io.modelcontextprotocol/tasks":{}}}""";

    /// <summary>It shows names from the AWS models alone, and what it is asked.</summary>
    private static readonly string[] WithoutData = ["find_operations"];

    private readonly Payloads _payloads = new();

    private readonly ShownAnswers _shown = new();

    /// <summary>A change with every family in it with <c>SMCP_SWEEPS=full</c>, else with every other.</summary>
    private static int Stride => Environment.GetEnvironmentVariable("SMCP_SWEEPS") == "full" ? 1 : 2;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_planted_text_is_shown_as_data_by_every_tool_that_can_show_it()
    {
        await using var server = await StartAsync();

        await ReadAllAsync(server);
        await ReadElsewhereAsync(server);
        await FindAsync(server);
        await RefuseAsync(server);
        foreach (var (payload, n) in _payloads.Round(3).Select((payload, n) => (payload, n)).Where(one => one.n % Stride == 0))
        {
            await ChangeAsync(server, payload, n);
        }

        await ListAsync(server);

        Assert.Equal(Payloads.Count, _shown.Seen.Count);
        var tools = server.Services.GetRequiredService<ToolCatalog>().NamesFor(TestEndpoint.Everything);
        Assert.DoesNotContain(tools.Except(WithoutData), tool => _shown.By.GetValueOrDefault(tool) < 10);
        Assert.All(["execution://", "plan://", "resources://", "tasks/get", "prompts/get"], way => Assert.InRange(_shown.By.GetValueOrDefault(way), 10, 100_000));
    }

    [Fact]
    public void A_text_has_room_for_so_much_and_says_where_the_rest_is()
    {
        var lines = Enumerable.Range(0, 3_000).Select(n => $"{n} a line of an event");

        var text = new ServerAnswer("Ours.", []) { Data = string.Join('\n', lines), Source = "aws" }.Text(new(() => "MARK"), _ => true);

        Assert.InRange(text.Length, 20_000, 25_000);
        Assert.Matches("a line of an event\n</MARK>\n\\([0-9]+ characters; the rest is in the structured content.\\)$", text);
    }

    [Fact]
    public void A_persons_screen_shows_no_character_that_moves_or_hides()
    {
        foreach (var payload in _payloads.All)
        {
            ShownAnswers.CheckScreen(PlainText.OneLine(payload));
            var screen = new StringWriter();
            var terminal = new Terminal(screen, screen, IsPerson: true);
            terminal.Say($"  title   {PlainText.OneLine(payload)}");
            terminal.Warn(PlainText.OneLine($"  steps[0]: {payload}"));
            ShownAnswers.CheckScreen(screen.ToString());
            Assert.Equal(2, screen.ToString().Count(c => c == '\n'));
        }
    }

    private static Task<TestEndpoint> StartAsync() => TestEndpoint.StartAsync(also: services => services
        .AddSingleton<IAwsReads>(new AwsAnswers { Unknown = "NotAnswered" })
        .AddSingleton<IAwsCatalog>(new ServerlessMcp.AwsApi.Catalog.AwsCatalog()));

    /// <summary>All 500, in the places where AWS lets others write, page after page.</summary>
    private async Task ReadAllAsync(TestEndpoint server)
    {
        server.Aws.Answers["logs:FilterLogEvents"] = new() { ["events"] = new JsonArray([.. _payloads.All.Select(Planted.Place)]) };
        var arguments = new JsonObject { ["service"] = "logs", ["operation"] = "FilterLogEvents", ["limit"] = 1000 };
        string? cursor;
        do
        {
            var answer = await CallAsync(server, "aws_read", arguments);
            cursor = (string?)answer["structuredContent"]!["cursor"];
            arguments["cursor"] = cursor;
            Assert.Equal("aws_read", cursor is null ? "aws_read" : (string?)answer["structuredContent"]!["next"]!["tool"]);
        }
        while (cursor is not null);
    }

    private async Task ReadElsewhereAsync(TestEndpoint server)
    {
        server.Aws.Answers["ec2:DescribeVpcs"] = new() { ["Vpcs"] = new JsonArray([.. _payloads.Round(0).Select(Planted.Place)]) };
        await CallAsync(server, "aws_read", Json("""{"service":"ec2","operation":"DescribeVpcs","query":"Vpcs[]"}"""));
        await CallAsync(server, "aws_read", Json("""{"service":"ec2","operation":"DescribeVpcs","regions":["eu-west-1","us-east-1"]}"""));
    }

    private async Task FindAsync(TestEndpoint server)
    {
        foreach (var payload in _payloads.Round(1))
        {
            server.Aws.Answers["ec2:DescribeInstances"] = Planted.Instances(payload);
            server.Aws.Answers["dynamodb:ListTables"] = new() { ["TableNames"] = new JsonArray(payload, "orders") };
            server.Aws.Answers["dynamodb:DescribeTable"] = new() { ["Table"] = new JsonObject { ["TableName"] = "orders", ["Note"] = payload } };
            server.Aws.Answers["cloudwatch:DescribeAlarms"] = new()
            {
                ["MetricAlarms"] = new JsonArray(new JsonObject { ["AlarmArn"] = $"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{payload}", ["AlarmName"] = payload, ["MetricName"] = payload }),
            };
            server.Aws.Answers["resource-groups-tagging-api:GetResources"] = new()
            {
                ["ResourceTagMappingList"] = new JsonArray(new JsonObject
                {
                    ["ResourceARN"] = $"arn:aws:sqs:eu-west-1:111122223333:{payload}",
                    ["Tags"] = new JsonArray(new JsonObject { ["Key"] = payload, ["Value"] = payload }),
                }),
            };
            var key = await server.NewKeyAsync(Scope.Read); // Lists are kept for a while, for each caller.
            await CallAsync(server, "find_resources", [], key);
            await CallAsync(server, "get_resource", Json("""{"type":"ec2:instance","identifier":"i-0abc"}"""), key);
            await CallAsync(server, "get_resource", Json("""{"arn":"arn:aws:dynamodb:eu-west-1:111122223333:table/orders"}"""), key);
            foreach (var uri in new[] { "resources://ec2/instances", "resources://dynamodb/tables", "resources://cloudwatch/alarms" })
            {
                _shown.Check("resources://", await server.AskAsync("resources/read", new() { ["uri"] = uri }, uri, key));
            }
        }
    }

    /// <summary>AWS's own words when it says no.</summary>
    private async Task RefuseAsync(TestEndpoint server)
    {
        foreach (var payload in _payloads.Round(2))
        {
            server.Aws.Fails = new AwsCallException(AwsFailure.Refused, "Denied", payload, 400, "req-1", false);
            var key = await server.NewKeyAsync(Scope.Read, Scope.Operate);
            var refused = await CallAsync(server, "aws_read", Json("""{"service":"ec2","operation":"DescribeInstances"}"""), key);
            Assert.StartsWith("aws_refused: AWS said no.", (string)refused["content"]![0]!["text"]!, StringComparison.Ordinal);
            await CallAsync(server, "aws_read", Json("""{"service":"ec2","operation":"DescribeInstances","regions":["eu-west-1","us-east-1"]}"""), key);
            await CallAsync(server, "whoami", [], key);
            await CallAsync(server, "find_resources", [], key);
            await CallAsync(server, "get_resource", Json("""{"arn":"arn:aws:dynamodb:eu-west-1:111122223333:table/orders"}"""), key);
            _shown.Check("resources://", await server.AskAsync("resources/read", new() { ["uri"] = "resources://ec2/instances" }, "resources://ec2/instances", key));
            server.Aws.Fails = null;
        }
    }

    /// <summary>A change whose caller wrote the title, whose worker heard AWS say it, and everything that tells of it afterwards.</summary>
    private async Task ChangeAsync(TestEndpoint server, string payload, int n)
    {
        var title = payload[..Math.Min(payload.Length, 190)];
        server.Aws.Answers["ec2:DescribeInstances"] = Planted.Instances(payload);
        var step = new JsonObject { ["id"] = "stop", ["title"] = title, ["service"] = "ec2", ["operation"] = "StopInstances", ["parameters"] = Json("""{"InstanceIds":["i-0abc"]}""") };
        var plan = (await CallAsync(server, "create_plan", new() { ["title"] = title, ["steps"] = new JsonArray(step) }))["structuredContent"]!;
        await CallAsync(server, "aws_change", new() { ["service"] = "ec2", ["operation"] = "StopInstances", ["parameters"] = Json("""{"InstanceIds":["i-0abc"]}"""), ["reason"] = title, ["dry_run"] = true });
        var started = (await CallAsync(server, "execute_plan", new() { ["plan_id"] = (string)plan["plan_id"]!, ["plan_hash"] = (string)plan["plan_hash"]! }))["structuredContent"]!;
        var id = (string)started["execution_id"]!;
        await Planted.PutAsync(server, id, payload);
        await EndAsync(server, id, execution => execution with { Status = ExecutionStatus.Running, Busy = new("Throttled", payload) });
        await LookAsync(server, id, (string)plan["plan_id"]!);
        await CallAsync(server, "cancel_execution", new() { ["execution_id"] = id, ["reason"] = title });
        await EndAsync(server, id, execution => execution with { Status = ExecutionStatus.Succeeded });
        _shown.Check("prompts/get", await server.AskAsync("prompts/get", new() { ["name"] = "undo_last_change", ["arguments"] = new JsonObject { ["execution_id"] = id } }, "undo_last_change"));
        server.Aws.Answers["ec2:DescribeInstances"] = Planted.Instances("theirs", "stopping");
        await CallAsync(server, "rollback_execution", new() { ["execution_id"] = id });
        await EndAsync(server, id, execution => execution with
        {
            Status = n % 4 == 0 ? ExecutionStatus.RollbackFailed : ExecutionStatus.RolledBack,
            Failure = new("stop", "Denied", payload),
            Left = [new("stop", $"arn:aws:ec2:::{payload}", payload, $"ec2:DescribeInstances {payload}")],
            LateLookAt = TimeProvider.System.GetUtcNow(),
        });
        await LookAsync(server, id, (string)plan["plan_id"]!);
        await CallAsync(server, "cancel_execution", new() { ["execution_id"] = id });
        await CallAsync(server, "retry_execution", new() { ["execution_id"] = id, ["dry_run"] = true });
    }

    private async Task LookAsync(TestEndpoint server, string id, string planId)
    {
        foreach (var detail in new[] { "summary", "steps", "events" })
        {
            await CallAsync(server, "get_execution", new() { ["id"] = id, ["detail"] = detail });
        }

        await CallAsync(server, "get_execution", new() { ["id"] = planId });
        _shown.Check("tasks/get", await server.AskAsync("tasks/get", new() { ["taskId"] = id }, id, capabilities: Tasks));
        foreach (var uri in new[] { $"execution://{id}", $"plan://{planId}" })
        {
            _shown.Check(uri[..(uri.IndexOf('/', StringComparison.Ordinal) + 2)], await server.AskAsync("resources/read", new() { ["uri"] = uri }, uri));
        }
    }

    private async Task ListAsync(TestEndpoint server)
    {
        await CallAsync(server, "list_executions", new() { ["limit"] = 100 });
        foreach (var template in new[] { "execution://{id}", "plan://{id}" })
        {
            var asked = Json("""{"ref":{"type":"ref/resource"},"argument":{"name":"id","value":""}}""");
            asked["ref"]!["uri"] = template;
            _shown.Check("completion/complete", await server.AskAsync("completion/complete", asked));
        }
    }

    private static Task EndAsync(TestEndpoint server, string id, Func<Execution, Execution> change) =>
        server.ChangeAsync(id, execution => change(execution with { Failure = null, Left = [], Busy = null }));

    private async Task<JsonNode> CallAsync(TestEndpoint server, string tool, JsonObject arguments, string? key = null)
    {
        var answer = await server.CallAsync(tool, arguments.ToJsonString(), key);
        _shown.Check(tool, answer);
        return answer;
    }

    private static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();
}
