using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Tests.Server;

/// <summary>What retry_execution answers, by the end of what is tried again.</summary>
public sealed class RetryTests
{
    [Theory]
    [InlineData(ExecutionStatus.RolledBack)]
    [InlineData(ExecutionStatus.Cancelled)]
    [InlineData(ExecutionStatus.Rejected)]
    public async Task The_same_steps_are_planned_anew_and_not_started(ExecutionStatus status)
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = await EndedAsync(server, status);
        var reads = server.Aws.Sent.Count;

        var answer = await RetryAsync(server, id);

        var plan = answer["structuredContent"]!;
        Assert.Equal(id, (string?)plan["retry_of"]);
        Assert.Equal("ec2", (string?)plan["steps"]![0]!["service"]);
        Assert.Equal("StopInstances", (string?)plan["steps"]![0]!["operation"]);
        Assert.Equal("execute_plan", (string?)plan["next"]!["tool"]);
        Assert.True(server.Aws.Sent.Count > reads);
        Assert.Single(ToolTests.Engine(server).Started);
    }

    [Fact]
    public async Task A_drifted_world_gives_another_hash()
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = await EndedAsync(server, ExecutionStatus.Rejected);
        var first = (await server.CallAsync("get_execution", $$"""{"id":"{{id}}"}"""))["structuredContent"]!["plan_hash"];
        var instance = server.Aws.Answers["ec2:DescribeInstances"]["Reservations"]![0]!["Instances"]![0]!;
        instance["InstanceType"] = "t3.large";
        instance["PublicIpAddress"] = "203.0.113.99";

        var plan = (await RetryAsync(server, id))["structuredContent"]!;

        Assert.NotEqual((string?)first, (string?)plan["plan_hash"]);
    }

    [Fact]
    public async Task Asked_twice_it_is_the_same_plan_then_its_execution_and_after_its_expiry_another()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-11-25T10:00:00Z", null));
        await using var server = await TestEndpoint.StartAsync(also: services => services.AddSingleton<TimeProvider>(time));
        var id = await EndedAsync(server, ExecutionStatus.RolledBack);
        var first = (await RetryAsync(server, id))["structuredContent"]!;
        var again = (await RetryAsync(server, id))["structuredContent"]!;
        time.Advance(TimeSpan.FromDays(2));
        var fresh = (await RetryAsync(server, id))["structuredContent"]!;
        var execution = (await server.CallAsync(
            "execute_plan", $$"""{"plan_id":"{{fresh["plan_id"]}}","plan_hash":"{{fresh["plan_hash"]}}"}"""))["structuredContent"]!;
        time.Advance(TimeSpan.FromDays(2));
        var last = (await RetryAsync(server, id))["structuredContent"]!;
        var shown = (await server.CallAsync("get_execution", $$"""{"id":"{{id}}"}"""))["structuredContent"]!;

        Assert.Equal((string?)first["plan_id"], (string?)again["plan_id"]);
        Assert.NotEqual((string?)first["plan_id"], (string?)fresh["plan_id"]);
        Assert.Equal((string?)execution["execution_id"], (string?)last["execution_id"]);
        Assert.Equal(id, (string?)last["retry_of"]);
        Assert.Equal((string?)execution["execution_id"], (string?)shown["retried_by"]);
    }

    [Theory]
    [InlineData(ExecutionStatus.Running, "not_ended", "get_execution")]
    [InlineData(ExecutionStatus.AwaitingApproval, "not_ended", "get_execution")]
    [InlineData(ExecutionStatus.RollingBack, "not_ended", "get_execution")]
    [InlineData(ExecutionStatus.Succeeded, "nothing_to_retry", "rollback_execution")]
    public async Task What_has_not_failed_is_told_what_to_do_instead(ExecutionStatus status, string code, string says)
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = await EndedAsync(server, status);

        var answer = await RetryAsync(server, id);

        Assert.Equal(code, (string?)answer["structuredContent"]!["code"]);
        Assert.Contains(says, (string?)answer["structuredContent"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollback_that_failed_is_gone_on_with_at_once_and_dry_run_only_shows_it()
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = await EndedAsync(server, ExecutionStatus.RollbackFailed);
        await server.ChangeAsync(id, execution => execution with { Left = [new("stop", "arn:x", "AWS said no.", null)] });

        var dry = await RetryAsync(server, id, ""","dry_run":true""");
        var started = await RetryAsync(server, id);
        var again = await RetryAsync(server, id);
        var shown = (await server.CallAsync("get_execution", $$"""{"id":"{{id}}"}"""))["structuredContent"]!;

        Assert.Equal(id, (string?)dry["structuredContent"]!["execution_id"]);
        Assert.Contains("AWS said no.", (string?)dry["content"]![0]!["text"], StringComparison.Ordinal);
        var resumed = (string?)started["structuredContent"]!["execution_id"];
        Assert.NotEqual(id, resumed);
        Assert.Equal("rolling_back", (string?)started["structuredContent"]!["status"]);
        Assert.Equal(resumed, (string?)again["structuredContent"]!["execution_id"]);
        Assert.Equal(resumed, (string?)shown["retried_by"]);
        Assert.Equal("rollback_failed", (string?)shown["status"]);
        Assert.Equal(2, ToolTests.Engine(server).Started.Count);
    }

    [Fact]
    public async Task Nobody_tries_again_what_is_anothers()
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = await EndedAsync(server, ExecutionStatus.RolledBack);
        var other = await server.NewKeyAsync("read", "operate");
        var reader = await server.NewKeyAsync("read");

        var foreign = await server.CallAsync("retry_execution", $$"""{"execution_id":"{{id}}"}""", other);
        var unscoped = await server.AskAsync("tools/call", new JsonObject { ["name"] = "retry_execution", ["arguments"] = new JsonObject { ["execution_id"] = id } }, "retry_execution", reader);

        Assert.Equal("execution_not_found", (string?)foreign["structuredContent"]!["code"]);
        Assert.DoesNotContain("plan_id", unscoped.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_changes_are_off_a_rollback_is_not_gone_on_with()
    {
        await using var server = await TestEndpoint.StartAsync(new() { Region = "eu-west-1", ChangesAllowed = false });
        var plan = (await server.CallAsync("aws_change", ToolTests.Stop.Insert(1, "\"dry_run\":true,")))["structuredContent"]!;
        var caller = await server.Services.GetRequiredService<ServerlessMcp.Server.Access.KeyStore>()
            .VerifyAsync(server.Keys.Agent, source: null, TestContext.Current.CancellationToken);
        var started = await server.Services.GetRequiredService<ExecutionStarter>().StartAsync(
            (string)plan["plan_id"]!, (string)plan["plan_hash"]!, caller!, null, TestContext.Current.CancellationToken);
        await server.ChangeAsync(started.ExecutionId, execution => execution with { Status = ExecutionStatus.RollbackFailed });

        var answer = await RetryAsync(server, started.ExecutionId);

        Assert.Equal("changes_off", (string?)answer["structuredContent"]!["code"]);
    }

    private static Task<JsonNode> RetryAsync(TestEndpoint server, string id, string also = "") =>
        server.CallAsync("retry_execution", $$"""{"execution_id":"{{id}}"{{also}}}""");

    private static async Task<string> EndedAsync(TestEndpoint server, ExecutionStatus status)
    {
        var id = (string)(await server.CallAsync("aws_change", ToolTests.Stop))["structuredContent"]!["execution_id"]!;
        await server.ChangeAsync(id, execution => execution with { Status = status });
        return id;
    }
}
