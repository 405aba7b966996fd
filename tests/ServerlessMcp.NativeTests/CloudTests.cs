using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessMcp.NativeTests;

/// <summary>
/// The cloud's endpoint as native code, on an emulator's DynamoDB, S3 and Step Functions: reading AWS, planning, and an execution as a task.
/// Nothing works on the execution: that is the state machine's part, which the emulator does not play here.
/// </summary>
public sealed class CloudTests : IAsyncLifetime
{
    private const string Region = "eu-west-1";
    private const string Machine = $"arn:aws:states:{Region}:123456789012:stateMachine:smcp";

    private readonly string _folder = Directory.CreateTempSubdirectory("smcp-native-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly List<Process> _started = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }

        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Reads_plans_and_tasks_work_on_the_cloud_services()
    {
        var cloud = NativeBinary.OrSkip("bootstrap");
        var emulator = await EmulatorAsync();
        await PrepareAsync(emulator);
        var url = await StartAsync(cloud, ["--emulator", emulator], new()
        {
            ["SMCP_TABLE"] = "smcp",
            ["SMCP_BLOBS"] = "smcp-blobs",
            ["SMCP_MACHINE"] = Machine,
            ["AWS_REGION"] = Region,
            ["PORT"] = "0",
        });

        var queues = await CallAsync(url, "aws_read", """{"service":"sqs","operation":"ListQueues","parameters":{}}""");
        var plan = await CallAsync(
            url, "create_plan",
            """{"title":"native","steps":[{"id":"topic","service":"sns","operation":"CreateTopic","parameters":{"Name":"native"}}]}""");
        var planned = plan["structuredContent"]!;
        var task = await CallAsync(url, "execute_plan", $$"""{"plan_id":"{{planned["plan_id"]}}","plan_hash":"{{planned["plan_hash"]}}"}""");
        var id = (string)task["taskId"]!;
        var state = await AskAsync(url, "tasks/get", new() { ["taskId"] = id }, id);
        var runs = await EmulatorCallAsync(emulator, "states", "AWSStepFunctions.ListExecutions", $$"""{"stateMachineArn":"{{Machine}}"}""");

        Assert.Contains("structuredContent", queues.AsObject());
        Assert.Equal("full", (string?)planned["reversibility"]);
        Assert.Equal("working", (string?)state["status"]);
        Assert.Equal($"{id}.1", (string?)runs["executions"]![0]!["name"]);
    }

    [Fact]
    public async Task What_is_missing_is_named_in_one_line()
    {
        using var process = Process.Start(Info(NativeBinary.OrSkip("bootstrap"), [], new() { ["AWS_REGION"] = Region }))!;
        var error = await process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);

        Assert.Equal(2, process.ExitCode);
        Assert.Contains("SMCP_TABLE is missing", error, StringComparison.Ordinal);
    }

    /// <summary>The sandbox that the local binary starts; what this test wants of it is its emulator.</summary>
    private async Task<string> EmulatorAsync()
    {
        await StartAsync(NativeBinary.OrSkip(), ["serve", "--port", "0", "--data", _folder], []);
        var running = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "server.json"), Cancelled))!;
        var proxy = running.AsObject().Single(member => member.Key.Equals("proxy", StringComparison.OrdinalIgnoreCase)).Value!;
        return (string)proxy.AsObject().Single(member => member.Key.Equals("endpoint", StringComparison.OrdinalIgnoreCase)).Value!;
    }

    private async Task PrepareAsync(string emulator)
    {
        await EmulatorCallAsync(emulator, "dynamodb", "DynamoDB_20120810.CreateTable", """
            {"TableName":"smcp","BillingMode":"PAY_PER_REQUEST",
             "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},
                                     {"AttributeName":"gsi1pk","AttributeType":"S"},{"AttributeName":"gsi1sk","AttributeType":"S"}],
             "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
             "GlobalSecondaryIndexes":[{"IndexName":"gsi1","Projection":{"ProjectionType":"ALL"},
               "KeySchema":[{"AttributeName":"gsi1pk","KeyType":"HASH"},{"AttributeName":"gsi1sk","KeyType":"RANGE"}]}]}
            """);
        await EmulatorCallAsync(emulator, "states", "AWSStepFunctions.CreateStateMachine", """
            {"name":"smcp","roleArn":"arn:aws:iam::123456789012:role/unknown","definition":"{\"StartAt\":\"W\",\"States\":{\"W\":{\"Type\":\"Wait\",\"Seconds\":300,\"End\":true}}}"}
            """);
    }

    private async Task<JsonNode> EmulatorCallAsync(string emulator, string service, string target, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, emulator);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.0");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=sandbox/20260101/{Region}/{service}/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await _http.SendAsync(request, Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{target}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    private async Task<string> StartAsync(string binary, string[] arguments, Dictionary<string, string> variables)
    {
        var process = Process.Start(Info(binary, arguments, variables))!;
        _started.Add(process);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        while (await process.StandardOutput.ReadLineAsync(Cancelled) is { } line)
        {
            if (line.Contains("Listening on ", StringComparison.Ordinal))
            {
                return line[(line.IndexOf("Listening on ", StringComparison.Ordinal) + 13)..].Trim();
            }
        }

        throw new InvalidOperationException($"{binary} ended before it listened.");
    }

    private static ProcessStartInfo Info(string binary, string[] arguments, Dictionary<string, string> variables)
    {
        var info = new ProcessStartInfo(binary, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    private Task<JsonNode> CallAsync(string url, string tool, string arguments) =>
        AskAsync(url, "tools/call", new() { ["name"] = tool, ["arguments"] = JsonNode.Parse(arguments) }, tool);

    private async Task<JsonNode> AskAsync(string url, string method, JsonObject parameters, string name)
    {
        parameters["_meta"] = JsonNode.Parse("""
            {"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"native","version":"1"},
             "io.modelcontextprotocol/clientCapabilities":{"extensions":{"io.modelcontextprotocol/tasks":{}}}}
            """);
        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", method);
        request.Headers.Add("Mcp-Name", name);
        using var answer = await _http.SendAsync(request, Cancelled);
        var text = await answer.Content.ReadAsStringAsync(Cancelled);
        var message = JsonNode.Parse(text[text.IndexOf('{')..])!;
        Assert.True(message["error"] is null, text);
        Assert.True((bool?)message["result"]!["isError"] != true, text);
        return message["result"]!;
    }
}
