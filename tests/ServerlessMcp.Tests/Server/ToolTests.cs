using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Tests.Server;

public sealed class ToolTests
{
    internal const string Stop = "{" + StopMembers;

    internal const string StopOther = """{"service":"ec2","operation":"StopInstances","parameters":{"InstanceIds":["i-0def"]}}""";

    private const string StopMembers =
        """
        "service":"ec2","operation":"StopInstances","parameters":{"InstanceIds":["i-0abc"]}}
        """;

    internal const string NoUndo =
        """{"service":"ec2","operation":"ModifyVpcTenancy","parameters":{"VpcId":"vpc-1","InstanceTenancy":"default"}}""";

    private const string PlanOfOne =
        $$"""{"title":"Stop it","steps":[{"id":"stop",{{StopMembers}}]}""";

    [Fact]
    public async Task A_plan_is_made_shown_executed_once_and_watched()
    {
        await using var server = await TestEndpoint.StartAsync();

        var plan = (await server.CallAsync("create_plan", PlanOfOne))["structuredContent"]!;
        var (id, hash) = (plan["plan_id"]!.GetValue<string>(), plan["plan_hash"]!.GetValue<string>());
        var execute = $$"""{"plan_id":"{{id}}","plan_hash":"{{hash}}"}""";
        var first = (await server.CallAsync("execute_plan", execute))["structuredContent"]!;
        var again = (await server.CallAsync("execute_plan", execute))["structuredContent"]!;
        var steps = $$"""{"id":"{{first["execution_id"]}}","detail":"steps"}""";
        var shown = (await server.CallAsync("get_execution", steps))["structuredContent"]!;
        var planShown = (await server.CallAsync("get_execution", $$"""{"id":"{{id}}"}"""))["structuredContent"]!;
        var list = (await server.CallAsync("list_executions", "{}"))["structuredContent"]!;

        Assert.Equal("allow", plan["verdict"]!["is"]!.GetValue<string>());
        Assert.Equal("partial", plan["steps"]![0]!["class"]!.GetValue<string>());
        Assert.Equal("running", first["status"]!.GetValue<string>());
        Assert.Equal(first["execution_id"]!.GetValue<string>(), again["execution_id"]!.GetValue<string>());
        Assert.Single(Engine(server).Started);
        Assert.Equal(id, shown["plan_id"]!.GetValue<string>());
        Assert.Equal(first["execution_id"]!.GetValue<string>(), planShown["execution_id"]!.GetValue<string>());
        Assert.Single(list["executions"]!.AsArray());
    }

    [Fact]
    public async Task A_wrong_hash_starts_nothing()
    {
        await using var server = await TestEndpoint.StartAsync();
        var plan = (await server.CallAsync("create_plan", PlanOfOne))["structuredContent"]!;

        var answer = await server.CallAsync(
            "execute_plan", $$"""{"plan_id":"{{plan["plan_id"]}}","plan_hash":"sha256:{{new string('0', 64)}}"}""");

        Assert.Equal("hash_mismatch", Code(answer));
        Assert.Empty(Engine(server).Started);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_names_the_next_call()
    {
        await using var server = await TestEndpoint.StartAsync();

        var answer = await server.CallAsync("aws_change", Stop.Insert(1, "\"dry_run\":true,"));

        Assert.Empty(Engine(server).Started);
        Assert.Contains("Next: execute_plan {", Text(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_idempotency_key_is_the_same_execution_and_other_arguments_are_refused()
    {
        await using var server = await TestEndpoint.StartAsync();

        var first = await server.CallAsync("aws_change", Stop.Insert(1, "\"idempotency_key\":\"k\","));
        var again = await server.CallAsync("aws_change", Stop.Insert(1, "\"idempotency_key\":\"k\","));
        var changed = Stop.Replace("i-0abc", "i-0abd", StringComparison.Ordinal);
        var other = await server.CallAsync("aws_change", changed.Insert(1, "\"idempotency_key\":\"k\","));

        Assert.Equal(ExecutionId(first), ExecutionId(again));
        Assert.Equal("idempotency_key_reused", Code(other));
        Assert.Single(Engine(server).Started);
    }

    [Fact]
    public async Task Wrong_arguments_are_an_error_result_with_every_problem()
    {
        await using var server = await TestEndpoint.StartAsync();

        var answer = await server.CallAsync("aws_change", """{"service":"ec2","opration":"x","parameters":[]}""");

        var problems = answer["structuredContent"]!["problems"]!.AsArray().Select(problem => problem!["path"]!.GetValue<string>());
        Assert.True(answer["isError"]!.GetValue<bool>());
        Assert.Equal(["operation", "opration", "parameters"], problems.Order(StringComparer.Ordinal));
        Assert.Contains("Did you mean 'operation'?", Text(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_planner_finds_wrong_is_at_the_callers_own_arguments()
    {
        await using var server = await TestEndpoint.StartAsync();

        var answer = await server.CallAsync("aws_change", """{"service":"ec2","operation":"StopInstances","parameters":{}}""");

        Assert.Equal("parameters.InstanceIds", answer["structuredContent"]!["problems"]![0]!["path"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_confirm_gate_names_the_command_for_a_client_that_cannot_ask()
    {
        await using var server = await TestEndpoint.StartAsync();

        var answer = await server.CallAsync("aws_change", NoUndo);

        Assert.Equal("awaiting_approval", answer["structuredContent"]!["status"]!.GetValue<string>());
        Assert.Contains($"smcp confirm {answer["structuredContent"]!["execution_id"]}", Text(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"action":"accept","content":{"confirm":true}}""", GateDecision.Approve)]
    [InlineData("""{"action":"accept","content":{"confirm":false}}""", GateDecision.Deny)]
    [InlineData("""{"action":"decline"}""", GateDecision.Deny)]
    [InlineData("""{"action":"accept","content":{}}""", null)]
    [InlineData("""{"action":"accept","content":{"confirm":"true"}}""", null)]
    [InlineData("""{"action":"cancel"}""", null)]
    public async Task A_client_that_can_ask_brings_the_answer_with_the_same_call(string said, GateDecision? expected)
    {
        await using var server = await TestEndpoint.StartAsync();
        const string canAsk = """{"elicitation":{"form":{}}}""";

        var asked = await server.CallAsync("aws_change", NoUndo, capabilities: canAsk);
        var key = asked["inputRequests"]!.AsObject().Single().Key;
        var executionId = TestEndpoint.AskedAbout(asked);
        await server.CallAsync("aws_change", NoUndo, capabilities: canAsk, also: new()
        {
            ["requestState"] = asked["requestState"]!.DeepClone(),
            ["inputResponses"] = new JsonObject { [key] = JsonNode.Parse(said) },
        });

        var stands = await server.Executions.DecisionAsync(executionId, 1, TestContext.Current.CancellationToken);
        Assert.Equal("input_required", asked["resultType"]!.GetValue<string>());
        Assert.Equal(expected, stands?.Decision);
        Assert.Single(Engine(server).Started);
    }

    [Fact]
    public async Task Anothers_execution_and_an_unknown_one_get_the_same_answer()
    {
        await using var server = await TestEndpoint.StartAsync();
        var other = await server.NewKeyAsync("read", "operate");
        var mine = (await server.CallAsync("aws_change", Stop))["structuredContent"]!["execution_id"]!.GetValue<string>();
        var unknown = $"ex_{new string('a', 26)}";

        foreach (var tool in (string[])["get_execution", "cancel_execution", "rollback_execution"])
        {
            var argument = tool == "get_execution" ? "id" : "execution_id";
            var foreign = await server.CallAsync(tool, $$"""{"{{argument}}":"{{mine}}"}""", other);
            var absent = await server.CallAsync(tool, $$"""{"{{argument}}":"{{unknown}}"}""", other);

            Assert.Equal("execution_not_found", Code(foreign));
            Assert.Equal(Text(absent).Replace(unknown, mine, StringComparison.Ordinal), Text(foreign));
        }
    }

    [Fact]
    public async Task What_a_key_may_not_do_is_not_listed_and_refused()
    {
        await using var server = await TestEndpoint.StartAsync();
        var reader = await server.NewKeyAsync("read");

        var list = await server.ToolNamesAsync(reader);
        var refused = await server.CallAsync("aws_change", Stop, reader);

        Assert.Equal(["whoami", "find_operations", "aws_read", "find_resources", "get_resource", "get_execution", "list_executions"], list);
        Assert.Equal("insufficient_scope", (string?)refused["data"]!["error"]);
        Assert.Empty(Engine(server).Started);
    }

    [Fact]
    public async Task Tools_that_are_switched_off_are_unknown()
    {
        await using var server = await TestEndpoint.StartAsync(new() { EnabledTools = ["get_*"], CriticalTools = ["whoami"] });

        var list = await server.ToolNamesAsync();
        var answer = await server.CallAsync("aws_read", "{}");

        Assert.Equal(["whoami", "get_resource", "get_execution"], list);
        Assert.Equal(-32602, answer["code"]!.GetValue<int>());
    }

    [Fact]
    public async Task With_changes_off_plans_are_made_and_nothing_starts()
    {
        await using var server = await TestEndpoint.StartAsync(new() { ChangesAllowed = false, Region = "eu-west-1" });

        var answer = await server.CallAsync("aws_change", Stop);

        Assert.Equal("changes_off", Code(answer));
        Assert.Empty(Engine(server).Started);
    }

    [Fact]
    public async Task A_bug_is_hidden_and_what_aws_says_is_shown()
    {
        await using var server = await TestEndpoint.StartAsync();
        const string read = """{"service":"ec2","operation":"DescribeInstances"}""";

        server.Aws.Fails = new InvalidOperationException("the inner secret");
        var hidden = await server.CallAsync("aws_read", read);
        server.Aws.Fails = new AwsCallException(AwsFailure.Refused, "UnauthorizedOperation", "You may not.", 403, "req-9", false);
        var shown = await server.CallAsync("aws_read", read);

        Assert.Equal("internal", Code(hidden));
        Assert.DoesNotContain("secret", hidden.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("aws_refused", Code(shown));
        Assert.Contains("UnauthorizedOperation: You may not. (request req-9)", Text(shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancel_is_asked_for_and_an_execution_that_ended_without_one_refuses_it()
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = ExecutionId(await server.CallAsync("aws_change", Stop));
        var ended = ExecutionId(await server.CallAsync("aws_change", StopOther));

        var cancelled = await server.CallAsync("cancel_execution", $$"""{"execution_id":"{{id}}"}""");
        await server.ChangeAsync(ended, execution => execution with { Status = ExecutionStatus.Succeeded });
        var late = await server.CallAsync("cancel_execution", $$"""{"execution_id":"{{ended}}"}""");

        Assert.Contains("takes back", Text(cancelled), StringComparison.Ordinal);
        Assert.True(await server.Executions.IsCancelRequestedAsync(id, TestContext.Current.CancellationToken));
        Assert.Equal("already_ended", Code(late));
    }

    [Fact]
    public async Task Pages_are_joined_cut_and_the_rest_is_one_call_away()
    {
        await using var server = await TestEndpoint.StartAsync();
        server.Aws.Answers["ec2:DescribeInstances"] = JsonNode.Parse("""{"Reservations":[{"n":1},{"n":2}],"NextToken":"x"}""")!.AsObject();
        server.Aws.MorePages.Add(JsonNode.Parse("""{"Reservations":[{"n":3}]}""")!.AsObject());
        async Task<JsonNode> ReadAsync(string more) => (await server.CallAsync(
            "aws_read", $$"""{"service":"ec2","operation":"DescribeInstances","limit":2{{more}}}"""))["structuredContent"]!;

        var first = await ReadAsync("");
        var rest = await ReadAsync($",\"cursor\":\"{first["cursor"]}\"");
        var asked = await ReadAsync(",\"query\":\"Reservations[].n | max(@)\"");

        Assert.Equal("""[{"n":1},{"n":2}]""", first["data"]!["Reservations"]!.ToJsonString());
        Assert.Equal("""[{"n":3}]""", rest["data"]!["Reservations"]!.ToJsonString());
        Assert.Null(rest["cursor"]);
        Assert.Equal(3, asked["data"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_answer_without_a_list_is_given_whole()
    {
        await using var server = await TestEndpoint.StartAsync();

        var answer = await server.CallAsync("aws_read", """{"service":"sts","operation":"GetCallerIdentity"}""");

        Assert.Equal("111122223333", (string?)answer["structuredContent"]!["data"]?["Account"]);
    }

    [Fact]
    public async Task A_wrong_query_is_said_to_be_the_callers()
    {
        await using var server = await TestEndpoint.StartAsync();

        var answer = await server.CallAsync("aws_read", """{"service":"ec2","operation":"DescribeInstances","query":"a["}""");

        Assert.Equal("invalid_query", Code(answer));
    }

    internal static FakeEngine Engine(TestEndpoint server) => (FakeEngine)server.Services.GetRequiredService<IExecutionEngine>();

    private static string ExecutionId(JsonNode answer) => answer["structuredContent"]!["execution_id"]!.GetValue<string>();

    private static string Code(JsonNode answer) => answer["structuredContent"]!["code"]!.GetValue<string>();

    private static string Text(JsonNode answer) => answer["content"]![0]!["text"]!.GetValue<string>();
}
