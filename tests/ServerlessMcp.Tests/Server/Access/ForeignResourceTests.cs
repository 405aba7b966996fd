using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Server.Access;

/// <summary>
/// What one caller's executions made is to another what AWS shows of it and nothing more; and places in lists, idempotency keys and completions of one caller
/// lead another nowhere.
/// </summary>
public sealed class ForeignResourceTests
{
    private const string Theirs = "arn:aws:dynamodb:eu-west-1:111122223333:table/theirs";
    private const string Nobodys = "arn:aws:dynamodb:eu-west-1:111122223333:table/nobody";
    private const string Execution = "ex_aaaaaaaaaaaaaaaaaaaaaaaaaa"; // As ResourceToolTests.TrackAsync writes it.

    [Theory]
    [InlineData("get_resource", """{"arn":"ARN"}""")]
    [InlineData("get_resource", """{"arn":"ARN","include":["changes","executions"]}""")]
    [InlineData("get_resource", """{"type":"dynamodb:table","identifier":"NAME"}""")]
    [InlineData("find_resources", """{"text":"NAME"}""")]
    [InlineData("find_resources", """{"text":"NAME","owned_by_agent":true}""")]
    [InlineData("find_resources", """{"text":"NAME","owned_by_agent":false}""")]
    [InlineData("find_resources", """{"text":"NAME","state":"present"}""")]
    [InlineData("find_resources", """{"text":"NAME","state":"gone"}""")]
    public async Task A_resource_that_another_made_is_one_that_nobody_here_made(string tool, string arguments)
    {
        await using var stage = await StageAsync();

        await stage.AskAsync(tool, Of(arguments, Nobodys)); // The first use of a key and of a list cost more.
        var unknown = await stage.AskAsync(tool, Of(arguments, Nobodys));
        var foreign = await stage.AskAsync(tool, Of(arguments, Theirs));

        Assert.Equal(unknown, (foreign.Status, foreign.Body.Replace("theirs", "nobody", StringComparison.Ordinal), foreign.Reads));
    }

    [Theory]
    [InlineData("get_resource", """{"arn":"unnamed:sqs:CreateQueue:EX/a"}""")]
    [InlineData("find_resources", """{"execution_id":"EX"}""")]
    public async Task An_execution_of_another_leads_to_no_resource(string tool, string arguments)
    {
        await using var stage = await StageAsync();
        const string nobodys = "ex_bbbbbbbbbbbbbbbbbbbbbbbbbb";

        await stage.AskAsync(tool, arguments.Replace("EX", nobodys, StringComparison.Ordinal));
        var unknown = await stage.AskAsync(tool, arguments.Replace("EX", nobodys, StringComparison.Ordinal));
        var foreign = await stage.AskAsync(tool, arguments.Replace("EX", Execution, StringComparison.Ordinal));

        Assert.Equal(unknown, (foreign.Status, foreign.Body.Replace(Execution, nobodys, StringComparison.Ordinal), foreign.Reads));
    }

    [Fact]
    public async Task An_operator_sees_what_others_made_and_by_which_execution()
    {
        await using var stage = await StageAsync();
        var person = await stage.Server.NewKeyAsync(Scope.Read, Scope.Approve);

        var found = await stage.Server.CallAsync("find_resources", """{"owned_by_agent":true}""", person);

        Assert.Contains(found["structuredContent"]!["resources"]!.AsArray(), row => (string?)row!["arn"] == Theirs && (string?)row["execution_id"] == Execution);
    }

    [Theory]
    [InlineData("list_executions", """{"limit":1}""")]
    [InlineData("list_executions", """{"limit":1,"scope":"open"}""")]
    [InlineData("find_resources", """{"limit":1,"owned_by_agent":true}""")]
    public async Task A_place_in_anothers_list_shows_nothing_of_it(string tool, string arguments)
    {
        await using var stage = await StageAsync();
        for (var n = 0; n < 3; n++)
        {
            await stage.Server.CallAsync("aws_change", ToolTests.NoUndo);
            await ResourceToolTests.TrackAsync(stage.Server, $"{Theirs}{n}", await stage.OwnerAsync());
        }

        var theirs = await stage.Server.CallAsync(tool, arguments);
        var cursor = (string)theirs["structuredContent"]!["cursor"]!;
        var (_, body, _) = await stage.AskAsync(tool, arguments.Replace("{", $$"""{"cursor":"{{cursor}}",""", StringComparison.Ordinal));

        var shown = JsonNode.Parse(body)!["result"]!["structuredContent"]!;
        Assert.Empty((shown["executions"] ?? shown["resources"])!.AsArray());
        Assert.Null(shown["cursor"]);
    }

    [Fact]
    public async Task A_place_in_ones_own_list_names_no_execution_of_another()
    {
        await using var stage = await StageAsync();
        var all = new List<string>();
        for (var n = 0; n < 6; n++)
        {
            await stage.Server.CallAsync("aws_change", ToolTests.NoUndo);
            all.Add((string)(await stage.Server.CallAsync("aws_change", ToolTests.NoUndo, stage.Other))["structuredContent"]!["execution_id"]!);
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await stage.Server.CallAsync("list_executions", $$"""{"scope":"open","limit":2{{(cursor is null ? "" : $",\"cursor\":\"{cursor}\"")}}}""", stage.Other))["structuredContent"]!;
            seen.AddRange(page["executions"]!.AsArray().Select(row => (string)row!["execution_id"]!));
            cursor = (string?)page["cursor"];
            Assert.True(cursor is null || all.Any(Decoded(cursor).Contains), cursor);
        }
        while (cursor is not null);

        Assert.Equal(all.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_idempotency_key_is_ones_own()
    {
        await using var stage = await StageAsync();
        var arguments = ToolTests.NoUndo.TrimEnd()[..^1] + ""","idempotency_key":"deploy-7"}""";

        var theirs = (string)(await stage.Server.CallAsync("aws_change", arguments))["structuredContent"]!["execution_id"]!;
        var again = (string)(await stage.Server.CallAsync("aws_change", arguments))["structuredContent"]!["execution_id"]!;
        var own = (string)(await stage.Server.CallAsync("aws_change", arguments, stage.Other))["structuredContent"]!["execution_id"]!;

        Assert.Equal(theirs, again);
        Assert.NotEqual(theirs, own);
    }

    [Theory]
    [InlineData("""{"type":"ref/resource","uri":"execution://{id}"}""", "id")]
    [InlineData("""{"type":"ref/resource","uri":"plan://{id}"}""", "id")]
    [InlineData("""{"type":"ref/prompt","name":"undo_last_change"}""", "execution_id")]
    public async Task Nothing_of_another_completes_ones_words(string reference, string argument)
    {
        await using var stage = await StageAsync();
        var started = (string)(await stage.Server.CallAsync("aws_change", ToolTests.NoUndo))["structuredContent"]!["execution_id"]!;
        await stage.Server.ChangeAsync(started, execution => execution with { Status = ServerlessMcp.Executions.State.ExecutionStatus.Succeeded });

        JsonObject Parameters() => new() { ["ref"] = JsonNode.Parse(reference), ["argument"] = new JsonObject { ["name"] = argument, ["value"] = "" } };
        var own = await stage.Server.AskAsync("completion/complete", Parameters());
        var foreign = await stage.Server.AskAsync("completion/complete", Parameters(), key: stage.Other);

        Assert.Single(own["result"]!["completion"]!["values"]!.AsArray());
        Assert.Empty(foreign["result"]!["completion"]!["values"]!.AsArray());
    }

    private static string Decoded(string cursor) => Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(cursor));

    private static string Of(string arguments, string arn) =>
        arguments.Replace("ARN", arn, StringComparison.Ordinal).Replace("NAME", arn[(arn.IndexOf('/', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);

    private static async Task<Stage> StageAsync()
    {
        var table = new CountedTable(new MemoryTable(TimeProvider.System));
        var aws = new AwsAnswers { Unknown = "NotAnswered" };
        aws.Answers["dynamodb:ListTables"] = JsonNode.Parse("""{"TableNames":["theirs","nobody"]}""")!.AsObject();
        aws.Answers["dynamodb:DescribeTable"] = JsonNode.Parse("""{"Table":{"TableStatus":"ACTIVE"}}""")!.AsObject();
        var server = await TestEndpoint.StartAsync(also: services => services
            .AddSingleton(new Fence(() => "MARK")).AddSingleton<ITable>(table).AddSingleton<IAwsReads>(aws).AddSingleton<IAwsCatalog>(new ServerlessMcp.AwsApi.Catalog.AwsCatalog()));
        var stage = new Stage(server, table, await server.NewKeyAsync(Scope.Read, Scope.Operate));
        await ResourceToolTests.TrackAsync(server, Theirs, await stage.OwnerAsync());
        return stage;
    }

    private sealed record Stage(TestEndpoint Server, CountedTable Table, string Other) : IAsyncDisposable
    {
        public async Task<string> OwnerAsync() => (string)(await Server.CallAsync("whoami", "{}"))["structuredContent"]!["principal"]!["id"]!;

        /// <summary>As the other caller.</summary>
        public async Task<(HttpStatusCode Status, string Body, int Reads)> AskAsync(string tool, string arguments)
        {
            var reads = Table.Reads;
            var body = new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = 1,
                ["method"] = "tools/call",
                ["params"] = new JsonObject
                {
                    ["name"] = tool,
                    ["arguments"] = JsonNode.Parse(arguments),
                    ["_meta"] = JsonNode.Parse(
                        """{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"}}"""),
                },
            };
            var (response, text) = await Server.PostAsync(
                body.ToJsonString(),
                sent =>
                {
                    sent.Headers.Add("MCP-Protocol-Version", "2026-07-28");
                    sent.Headers.Add("Mcp-Method", "tools/call");
                    sent.Headers.Add("Mcp-Name", tool);
                },
                Other);
            return (response.StatusCode, text, Table.Reads - reads);
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
