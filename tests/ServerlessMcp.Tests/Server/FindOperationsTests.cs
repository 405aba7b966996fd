using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;

namespace ServerlessMcp.Tests.Server;

/// <summary>find_operations over the real models, as clients see it.</summary>
public sealed class FindOperationsTests
{
    private static readonly AwsCatalog Catalog = new();

    [Fact]
    public async Task A_question_gives_operations_with_undo_and_the_next_call()
    {
        await using var server = await StartAsync();

        var answer = await FindAsync(server, """{"query":"power off a server","limit":3}""");

        var first = answer["operations"]![0]!;
        Assert.Equal(("ec2", "StopInstances", "change"), ((string?)first["service"], (string?)first["operation"], (string?)first["access"]));
        Assert.Equal("list of string", (string?)first["required"]!["InstanceIds"]);
        Assert.Equal("partial", (string?)first["undo"]!.AsArray()[^1]!["class"] ?? "");
        Assert.NotEmpty((string?)first["about"] ?? "");
        Assert.Equal(3, answer["operations"]!.AsArray().Count);
        Assert.Equal("""{"service":"ec2","operation":"StopInstances"}""", answer["next"]!["arguments"]!.ToJsonString());
    }

    [Fact]
    public async Task An_operation_is_shown_with_parameters_and_the_call_to_fill_in()
    {
        await using var server = await StartAsync();

        var answer = await FindAsync(server, """{"service":"sqs","operation":"createqueue"}""");

        var shown = answer["operations"]![0]!;
        Assert.Equal("CreateQueue", (string?)shown["operation"]);
        Assert.Equal("QueueName", (string?)shown["parameters"]![0]!["name"]);
        Assert.True((bool?)shown["parameters"]![0]!["required"]);
        Assert.Equal("string", (string?)shown["answer"]!["QueueUrl"]);
        Assert.Equal("aws_change", (string?)answer["next"]!["tool"]);
        Assert.Equal("""["parameters.QueueName"]""", answer["next"]!["fill"]!.ToJsonString());
        Assert.Contains("parameters.Attributes", answer["next"]!["may_fill"]!.AsArray().Select(path => (string?)path));
        Assert.Equal("create_plan", (string?)answer["options"]![0]!["tool"]);
    }

    [Theory]
    [InlineData("ec2", "DescribeInstances", "aws_read")]
    [InlineData("ec2", "RunInstances", "aws_change")]
    [InlineData("secrets-manager", "GetSecretValue", null)]
    public async Task The_next_call_fits_the_access(string service, string operation, string? tool)
    {
        await using var server = await StartAsync();

        var answer = await FindAsync(server, $$"""{"service":"{{service}}","operation":"{{operation}}"}""");

        Assert.Equal(tool, (string?)answer["next"]?["tool"]);
        Assert.InRange(answer.ToJsonString().Length, 100, 40_000);
    }

    [Fact]
    public void Every_operation_can_be_shown_in_bounded_size()
    {
        foreach (var service in Catalog.Services)
        {
            foreach (var name in Catalog.Model(service).OperationNames)
            {
                var operation = Catalog.Operation(service, name);
                var view = ServerlessMcp.Server.Tools.OperationViews.Whole(operation, Catalog, Undos);
                Assert.InRange(view.ToJsonString().Length, 30, 40_000);
            }
        }

    }

    [Theory]
    [InlineData("""{}""", "invalid_arguments")]
    [InlineData("""{"query":"x","service":"ec2","operation":"StopInstances"}""", "invalid_arguments")]
    [InlineData("""{"service":"ec2"}""", "invalid_arguments")]
    [InlineData("""{"query":"queue","service":"sqqs"}""", "unknown_service")]
    [InlineData("""{"service":"ec2","operation":"StopInstance"}""", "unknown_operation")]
    public async Task What_cannot_be_looked_up_is_refused(string arguments, string code)
    {
        await using var server = await StartAsync();

        var answer = await server.CallAsync("find_operations", arguments);

        Assert.True((bool?)answer["isError"]);
        Assert.Equal(code, (string?)answer["structuredContent"]!["code"]);
    }

    [Fact]
    public async Task Words_that_fit_nothing_ask_for_others()
    {
        await using var server = await StartAsync();

        var answer = await FindAsync(server, """{"query":"xqzwvk"}""");

        Assert.Empty(answer["operations"]!.AsArray());
        Assert.Equal("""["query"]""", answer["next"]!["fill"]!.ToJsonString());
    }

    [Theory]
    [InlineData("aws_change", """{"service":"sqs","operation":"CreateQueue","parameters":{"Name":"x"}}""", """{"service":"sqs","operation":"CreateQueue"}""")]
    [InlineData(
        "create_plan",
        """{"title":"t","steps":[{"id":"a","service":"sqs","operation":"CreateQueue","parameters":{"QueueName":"x"}},{"id":"b","service":"sqs","operation":"MakeQueue","parameters":{}}]}""",
        """{"query":"sqs MakeQueue"}""")]
    public async Task An_error_about_an_operation_leads_to_the_search(string tool, string arguments, string next)
    {
        await using var server = await StartAsync();

        var answer = await server.CallAsync(tool, arguments);

        Assert.True((bool?)answer["isError"]);
        var call = answer["structuredContent"]!["next"]!;
        Assert.Equal("find_operations", (string?)call["tool"]);
        Assert.Equal(next, call["arguments"]!.ToJsonString());
        Assert.Contains("Next: find_operations {", (string?)answer["content"]![0]!["text"], StringComparison.Ordinal);
    }

    private static ServerlessMcp.Planning.Undo.UndoCatalogue Undos { get; } = ServerlessMcp.Planning.Undo.UndoCatalogue.Load();

    private static Task<TestEndpoint> StartAsync() => TestEndpoint.StartAsync(also: services => services.AddSingleton<IAwsCatalog>(Catalog));

    private static async Task<JsonNode> FindAsync(TestEndpoint server, string arguments) =>
        (await server.CallAsync("find_operations", arguments))["structuredContent"]!;
}
