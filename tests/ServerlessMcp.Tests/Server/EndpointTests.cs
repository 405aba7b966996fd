using System.Net;
using System.Text.Json.Nodes;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Tests.Server;

public sealed class EndpointTests
{
    private const string List = """{"jsonrpc":"2.0","id":1,"method":"tools/list"}""";

    [Theory]
    [InlineData(null)]
    [InlineData("2024-11-05")]
    [InlineData("2025-03-26")]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task Every_protocol_version_lists_and_calls(string? version)
    {
        await using var server = await TestEndpoint.StartAsync();
        await using var client = await server.ConnectAsync(version: version);

        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var answer = await client.CallToolAsync("whoami", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains(tools, tool => tool.Name == "whoami");
        Assert.Equal("agent", answer.StructuredContent!.Value.GetProperty("principal").GetProperty("name").GetString());
        Assert.Equal("111122223333", answer.StructuredContent!.Value.GetProperty("aws").GetProperty("account").GetString());
    }

    [Fact]
    public async Task Without_a_key_the_answer_is_401_with_a_challenge_and_a_json_rpc_body()
    {
        await using var server = await TestEndpoint.StartAsync();

        var (response, body) = await server.PostAsync(List, request => request.Headers.Authorization = null);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("2.0", JsonNode.Parse(body)!["jsonrpc"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_wrong_secret_and_an_unknown_id_get_the_same_answer_without_the_key_in_it()
    {
        await using var server = await TestEndpoint.StartAsync();
        var unknown = ApiKey.New(TestEndpoint.Environment);
        var wrong = unknown with { Id = server.Keys.Agent.Split('_')[2] };

        var (first, firstBody) = await server.PostAsync(List, key: wrong.Reveal());
        var (second, secondBody) = await server.PostAsync(List, key: unknown.Reveal());

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (first.StatusCode, second.StatusCode));
        Assert.Equal(firstBody, secondBody);
        Assert.DoesNotContain("smcp_", firstBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_may_stand_in_x_api_key()
    {
        await using var server = await TestEndpoint.StartAsync();

        var (response, _) = await server.PostAsync(List, request =>
        {
            request.Headers.Authorization = null;
            request.Headers.Add("X-Api-Key", server.Keys.Agent);
        });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("?api_key=anything")]
    [InlineData("?q=smcp_000000000000_x")]
    public async Task A_key_in_the_url_is_refused_even_beside_a_good_one(string query)
    {
        await using var server = await TestEndpoint.StartAsync();

        var (response, _) = await server.PostAsync(List, query: query);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("Host", "evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "http://localhost:3000", HttpStatusCode.OK)]
    [InlineData("Origin", "https://app.example", HttpStatusCode.OK)]
    [InlineData("Host", "mcp.example:8443", HttpStatusCode.OK)]
    public async Task Host_and_origin_are_checked(string header, string value, HttpStatusCode expected)
    {
        await using var server = await TestEndpoint.StartAsync(
            new() { AllowedHosts = ["mcp.example"], AllowedOrigins = ["https://app.example"] });

        var (response, body) = await server.PostAsync(List, request => request.Headers.TryAddWithoutValidation(header, value));

        Assert.Equal(expected, response.StatusCode);
        Assert.NotNull(JsonNode.Parse(body)!["jsonrpc"]);
    }

    [Fact]
    public async Task Another_content_type_is_415_and_too_much_is_413_both_as_json_rpc()
    {
        await using var server = await TestEndpoint.StartAsync(new() { MaxBodyBytes = 2000 });

        var (plain, plainBody) = await server.PostAsync(List, request => request.Content = new StringContent(List));
        var (large, largeBody) = await server.PostAsync(
            $$$"""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"{{{new string('x', 3000)}}}"}}""");

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, HttpStatusCode.RequestEntityTooLarge), (plain.StatusCode, large.StatusCode));
        Assert.NotNull(JsonNode.Parse(plainBody)!["error"]);
        Assert.NotNull(JsonNode.Parse(largeBody)!["error"]);
    }

    [Fact]
    public async Task A_member_that_stands_twice_is_refused_by_name()
    {
        await using var server = await TestEndpoint.StartAsync();

        var (response, body) = await server.PostAsync(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":{"a":{"b":1,"b":2}}}}""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("'b'", JsonNode.Parse(body)!["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_message_is_plain_json_and_there_is_no_session()
    {
        await using var server = await TestEndpoint.StartAsync();

        var (response, body) = await server.PostAsync(List);

        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.NotNull(JsonNode.Parse(body)!["result"]);
        Assert.False(response.Headers.Contains("Mcp-Session-Id"));
    }

    [Fact]
    public async Task The_list_may_be_kept_for_the_configured_time_by_this_client_only()
    {
        await using var server = await TestEndpoint.StartAsync(new() { ToolCacheTime = TimeSpan.FromSeconds(77) });

        var answer = await server.AskAsync("tools/list", []);

        Assert.Equal(77_000, answer["result"]!["ttlMs"]!.GetValue<long>());
        Assert.Equal("private", answer["result"]!["cacheScope"]!.GetValue<string>());
    }

    [Fact]
    public async Task Without_auth_everybody_is_the_fixed_principal()
    {
        await using var server = await TestEndpoint.StartAsync(
            new() { NoAuthPrincipal = new("local", "local", new HashSet<string> { "read" }) });

        var (response, body) = await server.PostAsync(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami"}}""",
            request => request.Headers.Authorization = null);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"local\"", body, StringComparison.Ordinal);
    }
}
