using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Tests.Server.Access;

public sealed class LimitTests
{
    private const string List = """{"jsonrpc":"2.0","id":"a7","method":"tools/list"}""";
    private const string Change = """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"cancel_execution","arguments":{}}}""";

    private static readonly AccessLimits Tight = AccessLimits.OnePerson with
    {
        Read = new("read", 3, TimeSpan.FromMinutes(1)),
        Operate = new("operate", 2, TimeSpan.FromMinutes(1)),
        Failures = new("auth-fail", 4, TimeSpan.FromMinutes(1)),
    };

    [Fact]
    public async Task Who_asks_too_often_gets_429_with_a_time_and_a_json_rpc_body_and_others_go_on()
    {
        await using var server = await TestEndpoint.StartAsync(new() { Limits = Tight });
        for (var n = 0; n < 3; n++)
        {
            Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(List)).Response.StatusCode);
        }

        var (refused, body) = await server.PostAsync(List);
        var error = JsonNode.Parse(body)!;

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(("a7", 4290001), ((string?)error["id"], (int?)error["error"]!["code"]));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(60));
        Assert.Equal("\"read\";q=3;w=180", refused.Headers.GetValues("RateLimit-Policy").Single());
        Assert.StartsWith("\"read\";r=0;t=", refused.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(Change)).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(List, key: server.Keys.Operator)).Response.StatusCode);
    }

    [Fact]
    public async Task An_address_whose_keys_do_not_open_is_refused_without_a_look()
    {
        var table = new Tests.Fakes.CountedTable(new ServerlessMcp.Conformance.Fixtures.MemoryTable(TimeProvider.System));
        await using var server = await TestEndpoint.StartAsync(new() { Limits = Tight }, services => services.AddSingleton<ITable>(table));
        for (var n = 0; n < 4; n++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await server.PostAsync(List, key: ApiKey.New(TestEndpoint.Environment).Reveal())).Response.StatusCode);
        }

        var reads = table.Reads;
        var (refused, _) = await server.PostAsync(List);

        Assert.Equal((HttpStatusCode.TooManyRequests, 0), (refused.StatusCode, table.Reads - reads));
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task While_nothing_can_be_counted_reads_go_on_slower_and_changes_do_not()
    {
        await using var server = await TestEndpoint.StartAsync(
            new() { Limits = Tight with { Read = new("read", 8, TimeSpan.FromMinutes(1)) } }, services => services.AddSingleton<IRateLimiter, AwayLimiter>());

        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(List)).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(List)).Response.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.PostAsync(List)).Response.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.PostAsync(Change)).Response.StatusCode);
    }

    [Fact]
    public async Task A_caller_starts_so_much_at_once_and_so_much_a_day()
    {
        await using var many = await TestEndpoint.StartAsync(new() { Region = "eu-west-1", Limits = AccessLimits.OnePerson with { OpenExecutions = 1 } });
        await using var spent = await TestEndpoint.StartAsync(new() { Region = "eu-west-1", Limits = AccessLimits.OnePerson with { ChangesADay = 1 } });
        foreach (var (server, code) in new[] { (many, "too_many_executions"), (spent, "budget_spent") })
        {
            var first = await server.CallAsync("aws_change", ToolTests.NoUndo);
            var second = await server.CallAsync("aws_change", ToolTests.NoUndo);

            Assert.True(first["structuredContent"]?["execution_id"] is not null, first.ToJsonString());
            Assert.Equal((code, true), ((string?)second["structuredContent"]!["code"], (bool?)second["structuredContent"]!["retryable"]));
        }
    }

    [Fact]
    public async Task All_callers_together_have_so_much_under_way()
    {
        await using var server = await TestEndpoint.StartAsync(
            new() { Region = "eu-west-1", Limits = AccessLimits.OnePerson with { OpenExecutions = 2, AllOpenExecutions = 3 } });
        var other = await server.NewKeyAsync(Scope.Read, Scope.Operate);
        var codes = new List<string?>();
        foreach (var key in (string?[])[null, null, other, other])
        {
            codes.Add((string?)(await server.CallAsync("aws_change", ToolTests.NoUndo, key))["structuredContent"]!["code"]);
        }

        Assert.Equal([null, null, null, "server_full"], codes);
    }

    [Fact]
    public async Task Who_has_as_many_requests_under_way_as_one_caller_may_gets_429_and_others_go_on()
    {
        await using var server = await TestEndpoint.StartAsync(new() { Region = "eu-west-1", Limits = AccessLimits.OnePerson with { InFlight = 2 } });
        var other = await server.NewKeyAsync(Scope.Read);
        var id = (string)(await server.CallAsync("aws_change", ToolTests.Stop))["structuredContent"]!["execution_id"]!;
        var calls = server.Services.GetRequiredService<CallsInFlight>();
        var caller = (await server.Services.GetRequiredService<KeyStore>().VerifyAsync(server.Keys.Agent, null, TestContext.Current.CancellationToken))!;
        using (calls.Enter(caller, 2))
        using (calls.Enter(caller, 2))
        {
            var (refused, body) = await server.PostAsync(List);

            Assert.Equal((HttpStatusCode.TooManyRequests, "in-flight"), (refused.StatusCode, (string?)JsonNode.Parse(body)!["error"]!["data"]!["limit"]));
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(List, key: other)).Response.StatusCode);
        }

        Assert.Equal("running", (string?)(await server.CallAsync("get_execution", $$"""{"id":"{{id}}"}"""))["structuredContent"]!["status"]);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(List)).Response.StatusCode);
    }

    [Theory]
    [InlineData(49_000, 200)]
    [InlineData(51_000, 400)]
    public async Task A_body_holds_so_many_values(int values, int status)
    {
        await using var server = await TestEndpoint.StartAsync();
        var many = string.Join(',', Enumerable.Repeat("1", values));

        var (answer, body) = await server.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":{"a":[MANY]}}}""".Replace("MANY", many, StringComparison.Ordinal));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 400, body.Contains("more than 50000 values", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_scope_lacks_is_said_in_the_header_and_in_the_body()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await TestEndpoint.StartAsync(new() { Jwt = issuer.Settings });

        var (refused, body) = await server.PostAsync(Change, key: issuer.Token(claims: ("scope", "mcp:read")));
        var error = JsonNode.Parse(body)!;

        Assert.Equal((HttpStatusCode.Forbidden, 7), (refused.StatusCode, (int?)error["id"]));
        Assert.Equal(
            $$"""{"error":"insufficient_scope","required":["operate"],"resource_metadata":"https://mcp.example/.well-known/oauth-protected-resource/mcp"}""",
            error["error"]!["data"]!.ToJsonString());
        Assert.Equal(
            "resource_metadata=\"https://mcp.example/.well-known/oauth-protected-resource/mcp\", scope=\"mcp:operate\", error=\"insufficient_scope\"",
            refused.Headers.WwwAuthenticate.Single().Parameter);
    }

    [Fact]
    public async Task The_metadata_come_from_the_settings_and_are_not_there_without_issuers()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await TestEndpoint.StartAsync(new() { Jwt = issuer.Settings, AllowedHosts = ["other.example"] });
        await using var without = await TestEndpoint.StartAsync();
        using var http = new HttpClient();
        foreach (var path in (string[])[JwtSettings.WellKnown, JwtSettings.WellKnown + "/mcp"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Url, path));
            request.Headers.Host = "other.example";
            var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            var metadata = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

            Assert.Equal((TestIssuer.Resource, issuer.Name), ((string?)metadata["resource"], (string?)metadata["authorization_servers"]![0]));
            Assert.Equal("[\"mcp:read\"]", metadata["scopes_supported"]!.ToJsonString());
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(without.Url, path), TestContext.Current.CancellationToken)).StatusCode);
        }
    }

    [Fact]
    public async Task Without_keys_of_a_cold_issuer_the_answer_is_503_and_not_401()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await TestEndpoint.StartAsync(new() { Jwt = issuer.Settings });
        issuer.IsAway = true;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.PostAsync(List, key: issuer.Token())).Response.StatusCode);
    }

    private sealed class AwayLimiter : IRateLimiter
    {
        public Task<RateAnswer> TakeAsync(string subject, RateLimit limit, CancellationToken cancellationToken) => throw new TableUnavailableException("away");
    }
}
