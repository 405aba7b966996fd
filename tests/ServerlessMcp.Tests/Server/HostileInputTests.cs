using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Tests.Server;

/// <summary>What somebody sends who means harm, or a model that was talked into it.</summary>
public sealed class HostileInputTests
{
    private const string Forged = "harmless\n+ create nothing\u001b[2K\u009b2J\u202e\u2028 end";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[]> NoJson => new()
    {
        { "cut off", Bytes("""{"jsonrpc":"2.0","id":1""") },
        { "a byte order mark before a member that stands twice", [0xEF, 0xBB, 0xBF, .. Bytes(Call("""{"a":1,"a":2}"""))] },
        { "UTF-16", Encoding.Unicode.GetBytes(Call("{}")) },
        { "too deep", Bytes(Call($"{{\"a\":{new string('[', 100)}{new string(']', 100)}}}")) },
        { "half of a surrogate pair in a text", Bytes(Call("""{"a":"\ud800"}""")) },
        { "half of a surrogate pair in a name", Bytes(Call("""{"\ud800":1}""")) },
        { "bytes that are not UTF-8", [.. Bytes("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":" """.TrimEnd()), 0xFF, 0xC0, .. Bytes("\"}}")] },
    };

    [Theory]
    [MemberData(nameof(NoJson))]
    public async Task What_is_not_plain_JSON_is_refused_as_such_and_reaches_nothing(string what, byte[] body)
    {
        await using var server = await TestEndpoint.StartAsync();

        var (response, text) = await server.PostAsync("", request =>
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new("application/json");
        });

        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{what}: {response.StatusCode}");
        Assert.Equal(-32700, (int?)JsonNode.Parse(text)!["error"]!["code"]);
    }

    [Fact]
    public async Task Large_and_many_things_get_short_answers()
    {
        await using var server = await TestEndpoint.StartAsync();
        var large = new string('x', 900_000);
        var many = string.Join(',', Enumerable.Range(0, 40_000).Select(n => $"\"m{n}\":1"));
        string[] arguments =
        [
            $$"""{"{{large}}":1}""",
            $$"""{{{many}}}""",
            $$"""{"title":"{{large}}","steps":[]}""",
            $$"""{"title":"t","steps":[{{string.Join(',', Enumerable.Repeat("{}", 40_000))}}]}""",
        ];

        foreach (var one in arguments)
        {
            var answer = await server.CallAsync("create_plan", one);
            Assert.Equal("invalid_arguments", (string?)answer["structuredContent"]!["code"]);
            Assert.InRange(answer.ToJsonString().Length, 1, 30_000);
        }

        const string tasks = """{"extensions":{"io.modelcontextprotocol/tasks":{}}}""";
        var name = new string('x', 5_000);
        Assert.InRange((await server.CallAsync(name, "{}")).ToJsonString().Length, 1, 1000);
        Assert.InRange((await server.AskAsync("tasks/get", new() { ["taskId"] = name }, name, capabilities: tasks)).ToJsonString().Length, 1, 1000);
    }

    [Fact]
    public async Task A_line_break_after_an_id_is_not_part_of_it()
    {
        await using var server = await TestEndpoint.StartAsync();

        var step = await server.CallAsync("create_plan", """{"title":"t","steps":[{"id":"a\n","service":"ec2","operation":"StopInstances","parameters":{}}]}""");

        Assert.Equal("steps[0].id", (string?)step["structuredContent"]!["problems"]![0]!["path"]);
    }

    [Fact]
    public async Task A_title_cannot_forge_lines_or_move_the_cursor_in_any_text_that_a_person_reads()
    {
        await using var server = await TestEndpoint.StartAsync();
        const string canAsk = """{"elicitation":{"form":{}}}""";
        var arguments = JsonNode.Parse(ToolTests.NoUndo)!;
        arguments["reason"] = Forged;

        var asked = await server.CallAsync("aws_change", arguments.ToJsonString(), capabilities: canAsk);
        var id = TestEndpoint.AskedAbout(asked);
        arguments["dry_run"] = true;
        string[] texts =
        [
            (string)asked["inputRequests"]!.AsObject().Single().Value!["params"]!["message"]!,
            await TextAsync(server, "aws_change", arguments.ToJsonString()),
            await TextAsync(server, "get_execution", $$"""{"id":"{{id}}"}"""),
            await TextAsync(server, "get_execution", $$"""{"id":"{{id}}","detail":"steps"}"""),
            await TextAsync(server, "list_executions", "{}"),
            await TextAsync(server, "list_executions", """{"scope":"open"}"""),
            await TextAsync(server, "cancel_execution", $$"""{"execution_id":"{{id}}"}"""),
        ];

        Assert.All(texts, CheckPlain);
    }

    [Fact]
    public async Task What_AWS_says_cannot_either()
    {
        await using var server = await TestEndpoint.StartAsync();
        var id = (string)(await server.CallAsync("aws_change", ToolTests.Stop))["structuredContent"]!["execution_id"]!;
        await server.ChangeAsync(id, execution => execution with
        {
            Status = ExecutionStatus.RollbackFailed,
            Failure = new("change", "Bad\u001b", Forged),
            Left = [new("change", Forged, Forged, null)],
        });
        var failed = await TextAsync(server, "get_execution", $$"""{"id":"{{id}}"}""");
        server.Aws.Fails = new AwsCallException(AwsFailure.Refused, "No", Forged, 403, "req-9", false);

        var refused = await TextAsync(server, "aws_read", """{"service":"ec2","operation":"DescribeInstances"}""");

        CheckPlain(failed);
        CheckPlain(refused);
    }

    [Fact]
    public async Task A_key_that_may_only_read_or_approve_starts_decides_and_cancels_nothing()
    {
        await using var server = await TestEndpoint.StartAsync();
        const string tasks = """{"elicitation":{"form":{}},"extensions":{"io.modelcontextprotocol/tasks":{}}}""";
        var id = (string)(await server.CallAsync("aws_change", ToolTests.NoUndo))["structuredContent"]!["execution_id"]!;
        foreach (var scope in (string[])[Scope.Read, Scope.Approve, Scope.Admin])
        {
            var key = await server.NewKeyAsync(scope);
            await server.AskAsync("tasks/cancel", new() { ["taskId"] = id }, id, key, tasks);
            await server.AskAsync(
                "tasks/update",
                new() { ["taskId"] = id, ["inputResponses"] = JsonNode.Parse("""{"confirm:1":{"action":"accept","content":{"confirm":true}}}""") },
                id,
                key,
                tasks);
            var state = await server.AskAsync("tasks/get", new() { ["taskId"] = id }, id, key, tasks);
            Assert.Null(state["result"]?["inputRequests"]);
        }

        Assert.False(await server.Executions.IsCancelRequestedAsync(id, Cancelled));
        Assert.Null(await server.Executions.DecisionAsync(id, 1, Cancelled));
    }

    private static void CheckPlain(string text)
    {
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain('\u202e', text);
        Assert.DoesNotContain('\u2028', text);
        Assert.DoesNotContain("\n+ create nothing", text, StringComparison.Ordinal);
    }

    private static async Task<string> TextAsync(TestEndpoint server, string tool, string arguments) =>
        (string)(await server.CallAsync(tool, arguments))["content"]![0]!["text"]!;

    private static string Call(string arguments) =>
        $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","arguments":{{{arguments}}}}}""";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
