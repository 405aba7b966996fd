using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Planning.Blueprints;
using ServerlessMcp.Tests.Planning.Fakes;

namespace ServerlessMcp.Tests.Server;

/// <summary>create_plan with a blueprint, as clients of both eras see it.</summary>
public sealed class BlueprintPlanTests
{
    private const string Elicits = """{"elicitation":{"form":{}}}""";

    [Fact]
    public async Task A_blueprint_becomes_a_plan()
    {
        await using var server = await StartAsync();

        var answer = await server.CallAsync("create_plan", """{"blueprint":"network","inputs":{"name":"shop"}}""");

        Assert.Equal("Network: shop", (string?)answer["structuredContent"]!["title"]);
        Assert.Equal("allow", (string?)answer["structuredContent"]!["verdict"]!["is"]);
        Assert.Equal("vpc", (string?)answer["structuredContent"]!["steps"]![0]!["id"]);
    }

    [Fact]
    public async Task Without_inputs_a_client_that_cannot_ask_is_told_them()
    {
        await using var server = await StartAsync();

        var answer = await server.CallAsync("create_plan", """{"blueprint":"network"}""");

        Assert.True((bool?)answer["isError"]);
        Assert.Equal("missing_inputs", (string?)answer["structuredContent"]!["code"]);
        Assert.Equal("inputs.name", (string?)answer["structuredContent"]!["problems"]![0]!["path"]);
        Assert.Contains("default 2", answer["content"]![0]!["text"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_can_ask_asks_and_repeats_the_call_with_the_answer()
    {
        await using var server = await StartAsync();

        var asked = await server.CallAsync("create_plan", """{"blueprint":"network","inputs":{"zones":3}}""", capabilities: Elicits);

        Assert.Equal("input_required", (string?)asked["resultType"]);
        var (key, question) = asked["inputRequests"]!.AsObject().Single();
        Assert.Equal(["name"], question!["params"]!["requestedSchema"]!["properties"]!.AsObject().Select(field => field.Key));
        var answer = await AnswerAsync(server, key, """{"action":"accept","content":{"name":"shop"}}""");
        Assert.Equal("Network: shop", (string?)answer["structuredContent"]!["title"]);
        Assert.Contains(answer["structuredContent"]!["steps"]!.AsArray(), step => (string?)step!["id"] == "private-3");
    }

    [Theory]
    [InlineData("""{"action":"decline"}""", "missing_inputs", "inputs.name")]
    [InlineData("""{"action":"cancel"}""", "missing_inputs", "inputs.name")]
    [InlineData("""{"action":"accept","content":{"name":"No Good"}}""", "invalid_inputs", "inputs.name")]
    [InlineData("""{"action":"accept","content":{"name":7}}""", "invalid_inputs", "inputs.name")]
    [InlineData("""{"action":"accept","content":{"zones":"2"}}""", "missing_inputs", "inputs.name")]
    public async Task An_answer_that_is_none_is_an_error_that_names_the_input(string said, string code, string path)
    {
        await using var server = await StartAsync();

        var answer = await AnswerAsync(server, "blueprint-inputs", said);

        Assert.Equal(code, (string?)answer["structuredContent"]!["code"]);
        Assert.Equal(path, (string?)answer["structuredContent"]!["problems"]!.AsArray().Single()!["path"]);
    }

    [Fact]
    public async Task What_is_wrong_is_told_and_not_asked_for()
    {
        await using var server = await StartAsync();

        var answer = await server.CallAsync("create_plan", """{"blueprint":"network","inputs":{"zones":9}}""", capabilities: Elicits);

        Assert.Equal("invalid_inputs", (string?)answer["structuredContent"]!["code"]);
    }

    [Fact]
    public async Task The_official_client_asks_its_user_once_and_gets_the_plan()
    {
        await using var server = await StartAsync();
        List<ElicitRequestParams> asked = [];
        await using var client = await server.ConnectAsync(options: new()
        {
            Handlers = new()
            {
                ElicitationHandler = (request, _) =>
                {
                    asked.Add(request!);
                    return ValueTask.FromResult(new ElicitResult
                    {
                        Action = "accept",
                        Content = new Dictionary<string, System.Text.Json.JsonElement> { ["name"] = System.Text.Json.JsonElement.Parse("\"shop\"") },
                    });
                },
            },
        });

        var result = await client.CallToolAsync(
            "create_plan", new Dictionary<string, object?> { ["blueprint"] = "network" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Single(asked);
        Assert.Equal("Network: shop", result.StructuredContent!.Value.GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_client_of_an_older_protocol_is_told_what_is_missing()
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync(version: "2025-11-25", options: new()
        {
            Handlers = new() { ElicitationHandler = (_, _) => throw new InvalidOperationException("an old client is not asked here") },
        });

        var result = await client.CallToolAsync(
            "create_plan", new Dictionary<string, object?> { ["blueprint"] = "network" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("missing_inputs", result.StructuredContent!.Value.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("{}", "title", "steps")]
    [InlineData("""{"title":"t"}""", "steps")]
    [InlineData("""{"blueprint":"network","steps":[{"id":"a","service":"ec2","operation":"CreateVpc","parameters":{}}]}""", "steps")]
    [InlineData("""{"title":"t","inputs":{},"steps":[{"id":"a","service":"ec2","operation":"CreateVpc","parameters":{}}]}""", "inputs")]
    public async Task Steps_or_a_blueprint_and_not_both(string arguments, params string[] paths)
    {
        await using var server = await StartAsync();

        var answer = await server.CallAsync("create_plan", arguments);

        Assert.Equal("invalid_arguments", (string?)answer["structuredContent"]!["code"]);
        Assert.Equal(paths, answer["structuredContent"]!["problems"]!.AsArray().Select(problem => (string?)problem!["path"]));
    }

    [Fact]
    public async Task The_schema_names_every_blueprint()
    {
        await using var server = await StartAsync();

        var tools = (await server.AskAsync("tools/list", []))["result"]!["tools"]!.AsArray();
        var schema = tools.Single(tool => (string?)tool!["name"] == "create_plan")!["inputSchema"]!["properties"]!["blueprint"]!;

        var names = new BlueprintCatalogue().Names;
        Assert.Equal(names, schema["enum"]!.AsArray().Select(name => (string)name!));
        Assert.All(names, name => Assert.Contains($"{name}: ", (string)schema["description"]!, StringComparison.Ordinal));
    }

    private static Task<TestEndpoint> StartAsync() => TestEndpoint.StartAsync(also: services =>
    {
        services.AddSingleton<IAwsCatalog>(new AwsCatalog());
        services.AddSingleton<IAwsReads>(new EmptyAccount());
    });

    private static async Task<JsonNode> AnswerAsync(TestEndpoint server, string key, string said)
    {
        const string arguments = """{"blueprint":"network","inputs":{"zones":3}}""";
        var asked = await server.CallAsync("create_plan", arguments, capabilities: Elicits);
        return await server.CallAsync("create_plan", arguments, capabilities: Elicits, also: new()
        {
            ["requestState"] = asked["requestState"]!.DeepClone(),
            ["inputResponses"] = new JsonObject { [key] = JsonNode.Parse(said) },
        });
    }
}
