using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Tests.Server;

/// <summary>Resources, prompts and completion over the real endpoint, in every protocol version that it speaks.</summary>
public sealed class ResourceProtocolTests
{
    private const string Newest = "2026-07-28";

    public static TheoryData<string> Versions => ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", Newest];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Resources_are_listed_and_read_in_every_version(string version)
    {
        await using var server = await TestEndpoint.StartAsync();

        var list = await AskAsync(server, version, "resources/list", []);
        var templates = await AskAsync(server, version, "resources/templates/list", []);
        var read = await AskAsync(server, version, "resources/read", new() { ["uri"] = "resources://ec2/instances" });
        var unknown = await AskAsync(server, version, "resources/read", new() { ["uri"] = "resources://ec2/instance" });

        Assert.Equal(8, list["result"]!["resources"]!.AsArray().Count);
        Assert.Equal(5, templates["result"]!["resourceTemplates"]!.AsArray().Count);
        var view = JsonNode.Parse((string)read["result"]!["contents"]![0]!["text"]!)!;
        Assert.Equal("arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc", (string)view["resources"]![0]!["arn"]!);
        Assert.Equal(version == Newest ? -32602 : -32002, (int)unknown["error"]!["code"]!);
        Assert.Contains("Did you mean 'resources://ec2/instances'", (string)unknown["error"]!["message"]!, StringComparison.Ordinal);
        Assert.Equal((300_000, "private"), ((int)list["result"]!["ttlMs"]!, (string)read["result"]!["cacheScope"]!));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Prompts_and_completions_answer_in_every_version(string version)
    {
        await using var server = await TestEndpoint.StartAsync();

        var list = await AskAsync(server, version, "prompts/list", []);
        var prompt = await AskAsync(server, version, "prompts/get", Json("""{"name":"deploy_safely","arguments":{"goal":"a queue","service":"sqs"}}"""));
        var unknown = await AskAsync(server, version, "prompts/get", Json("""{"name":"deploy_safly"}"""));
        var completed = await CompleteAsync(server, version, """{"ref":{"type":"ref/resource","uri":"docs://tools/{name}"},"argument":{"name":"name","value":"get_"}}""");

        Assert.Equal(["deploy_safely", "undo_last_change"], list["result"]!["prompts"]!.AsArray().Select(one => (string)one!["name"]!));
        Assert.Contains("Goal: a queue", (string)prompt["result"]!["messages"]![0]!["content"]!["text"]!, StringComparison.Ordinal);
        Assert.Equal(-32602, (int)unknown["error"]!["code"]!);
        Assert.Contains("Did you mean 'deploy_safely'?", (string)unknown["error"]!["message"]!, StringComparison.Ordinal);
        Assert.Equal(["get_resource", "get_execution"], completed);
    }

    [Fact]
    public async Task An_execution_and_its_plan_read_as_the_tool_says_them_and_only_for_who_may_see_them()
    {
        await using var server = await TestEndpoint.StartAsync(also: services => services.AddSingleton(new Fence(() => "MARK")));
        var execution = await SucceedAsync(server, ToolTests.Stop);
        var plan = (string)(await server.CallAsync("get_execution", $$"""{"id":"{{execution}}"}"""))["structuredContent"]!["plan_id"]!;
        var stranger = await server.NewKeyAsync(Scope.Read, Scope.Operate);

        foreach (var (uri, id) in new[] { ($"execution://{execution}", execution), ($"plan://{plan}", plan) })
        {
            var tool = await server.CallAsync("get_execution", $$"""{"id":"{{id}}"}""");
            var contents = (await ReadAsync(server, uri))["result"]!["contents"]!;

            Assert.Equal((string)tool["content"]![0]!["text"]!, (string)contents[0]!["text"]!);
            Assert.True(JsonNode.DeepEquals(tool["structuredContent"], JsonNode.Parse((string)contents[1]!["text"]!)));
            Assert.Equal(-32602, (int)(await ReadAsync(server, uri, stranger))["error"]!["code"]!);
        }
    }

    [Fact]
    public async Task A_failing_list_says_what_aws_said_and_a_bug_says_nothing_of_itself()
    {
        await using var server = await TestEndpoint.StartAsync();
        server.Aws.Fails = new AwsCallException(AwsFailure.Refused, "AccessDenied", "not for you", 403, null, false);

        var refused = await ReadAsync(server, "resources://s3/buckets");
        server.Aws.Fails = new InvalidOperationException("inner words");
        var bug = await ReadAsync(server, "resources://s3/buckets");

        Assert.Contains("AccessDenied", (string)refused["error"]!["message"]!, StringComparison.Ordinal);
        Assert.Equal(-32603, (int)bug["error"]!["code"]!);
        Assert.DoesNotContain("inner words", bug.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_cut_with_a_hint_to_the_rest()
    {
        await using var server = await TestEndpoint.StartAsync();
        server.Aws.Answers["dynamodb:ListTables"] = new() { ["TableNames"] = new JsonArray([.. Enumerable.Range(0, 300).Select(n => (JsonNode)$"t{n}")]) };

        var view = JsonNode.Parse((string)(await ReadAsync(server, "resources://dynamodb/tables"))["result"]!["contents"]![0]!["text"]!)!;

        Assert.Equal(200, (int)view["count"]!);
        Assert.Contains("aws_read", (string)view["more"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_tool_and_blueprint_has_a_page_whose_example_fits()
    {
        await using var server = await TestEndpoint.StartAsync();
        foreach (var name in await server.ToolNamesAsync())
        {
            var page = (string)(await ReadAsync(server, $"docs://tools/{name}"))["result"]!["contents"]![0]!["text"]!;
            var example = page.Split('\n').Single(line => line.StartsWith($"    {name} ", StringComparison.Ordinal))[(5 + name.Length)..];

            Assert.StartsWith($"# {name}\n", page, StringComparison.Ordinal);
            var schema = server.Services.GetRequiredService<ServerlessMcp.Server.Mcp.ToolCatalog>().Find(name)!.Schema;
            Assert.Empty(ServerlessMcp.Server.Mcp.ArgumentCheck.Check(
                schema, System.Text.Json.JsonElement.Parse(example).EnumerateObject().ToDictionary(member => member.Name, member => member.Value)));
        }

        foreach (var name in await CompleteAsync(server, Newest, """{"ref":{"type":"ref/resource","uri":"docs://blueprints/{name}"},"argument":{"name":"name","value":""}}"""))
        {
            Assert.Contains("Example:", (string)(await ReadAsync(server, $"docs://blueprints/{name}"))["result"]!["contents"]![0]!["text"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_configuration_shows_no_key()
    {
        await using var server = await TestEndpoint.StartAsync();

        var text = (await ReadAsync(server, "config://server"))["result"]!["contents"]![0]!["text"]!.ToString();

        Assert.Equal("eu-west-1", (string)JsonNode.Parse(text)!["aws"]!["region"]!);
        Assert.DoesNotContain(server.Keys.Agent, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undo_last_change_names_the_last_success_that_still_stands()
    {
        await using var server = await TestEndpoint.StartAsync();
        var nothing = await PromptAsync(server, "{}");
        var first = await SucceedAsync(server, ToolTests.Stop);
        var second = await SucceedAsync(server, ToolTests.StopOther);

        var last = await PromptAsync(server, "{}");
        var named = await PromptAsync(server, $$"""{"execution_id":"{{first}}"}""");
        var ids = await CompleteAsync(server, Newest, """{"ref":{"type":"ref/prompt","name":"undo_last_change"},"argument":{"name":"execution_id","value":"ex_"}}""");

        Assert.Contains("None of your executions", nothing, StringComparison.Ordinal);
        Assert.Contains($$"""rollback_execution {"execution_id":"{{second}}"}""", last, StringComparison.Ordinal);
        Assert.Contains($$"""rollback_execution {"execution_id":"{{first}}"}""", named, StringComparison.Ordinal);
        Assert.Equal(new[] { first, second }.Order(), ids.Order());
    }

    [Theory]
    [InlineData(ServerlessMcp.Executions.State.ExecutionStatus.Rejected, true)]
    [InlineData(ServerlessMcp.Executions.State.ExecutionStatus.Running, false)]
    public async Task What_an_undo_left_as_it_was_still_stands(ServerlessMcp.Executions.State.ExecutionStatus undo, bool stands)
    {
        await using var server = await TestEndpoint.StartAsync();
        var change = await SucceedAsync(server, ToolTests.Stop);
        var by = await SucceedAsync(server, ToolTests.StopOther);
        await server.ChangeAsync(by, execution => execution with { Status = undo, UndoOf = change });
        await server.Services.GetRequiredService<ITable>().WriteAsync(
            [new TableWrite.Put(ServerlessMcp.Executions.State.Keys.UndoneBy(change), 0, new() { ["executionId"] = by })], TestContext.Current.CancellationToken);

        var last = await PromptAsync(server, "{}");

        Assert.Contains(stands ? $$"""rollback_execution {"execution_id":"{{change}}"}""" : "None of your executions", last, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"ref":{"type":"ref/resource","uri":"resources://{service}/{type}"},"argument":{"name":"service","value":"r"}}""", "rds")]
    [InlineData("""{"ref":{"type":"ref/resource","uri":"resources://{service}/{type}"},"argument":{"name":"type","value":""},"context":{"arguments":{"service":"ecs"}}}""", "services")]
    [InlineData("""{"ref":{"type":"ref/prompt","name":"deploy_safely"},"argument":{"name":"service","value":"s"}}""", "s3,ssm,sts")]
    [InlineData("""{"ref":{"type":"ref/prompt","name":"deploy_safely"},"argument":{"name":"goal","value":"s"}}""", "")]
    [InlineData("""{"ref":{"type":"ref/prompt","name":"unknown"},"argument":{"name":"goal","value":"s"}}""", "")]
    public async Task Arguments_are_completed(string asked, string expected)
    {
        await using var server = await TestEndpoint.StartAsync();

        Assert.Equal(expected, string.Join(',', await CompleteAsync(server, Newest, asked)));
    }

    [Fact]
    public async Task A_key_without_read_lists_and_reads_nothing()
    {
        await using var server = await TestEndpoint.StartAsync();
        var key = await server.NewKeyAsync(Scope.Operate);

        Assert.Empty((await server.AskAsync("resources/list", [], key: key))["result"]!["resources"]!.AsArray());
        Assert.Empty((await server.AskAsync("prompts/list", [], key: key))["result"]!["prompts"]!.AsArray());
        Assert.NotNull((await ReadAsync(server, "config://server", key))["error"]);
    }

    private static Task<JsonNode> ReadAsync(TestEndpoint server, string uri, string? key = null) =>
        server.AskAsync("resources/read", new() { ["uri"] = uri }, uri, key);

    private static async Task<string> PromptAsync(TestEndpoint server, string arguments)
    {
        var answer = await server.AskAsync("prompts/get", new() { ["name"] = "undo_last_change", ["arguments"] = JsonNode.Parse(arguments) }, "undo_last_change");
        return (string)answer["result"]!["messages"]![0]!["content"]!["text"]!;
    }

    private static async Task<string> SucceedAsync(TestEndpoint server, string change)
    {
        var id = (string)(await server.CallAsync("aws_change", change))["structuredContent"]!["execution_id"]!;
        await server.ChangeAsync(id, execution => execution with { Status = ServerlessMcp.Executions.State.ExecutionStatus.Succeeded, EndedAt = execution.CreatedAt });
        return id;
    }

    private static async Task<List<string>> CompleteAsync(TestEndpoint server, string version, string asked)
    {
        var answer = await AskAsync(server, version, "completion/complete", Json(asked));
        return [.. answer["result"]!["completion"]!["values"]!.AsArray().Select(value => (string)value!)];
    }

    private static async Task<JsonNode> AskAsync(TestEndpoint server, string version, string method, JsonObject parameters)
    {
        var name = (parameters["uri"] ?? parameters["name"])?.ToString();
        if (version == Newest)
        {
            return await server.AskAsync(method, parameters, name);
        }

        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
        var (_, text) = await server.PostAsync(body.ToJsonString(), request => request.Headers.Add("MCP-Protocol-Version", version));
        return JsonNode.Parse(text)!;
    }

    private static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();
}
