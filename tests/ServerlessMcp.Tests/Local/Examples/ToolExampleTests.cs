using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Local.Emulator;
using ServerlessMcp.Tests.Server;

namespace ServerlessMcp.Tests.Local.Examples;

/// <summary>One run of local mode that calls every tool: the examples of docs/tools.md are its calls and answers. <c>SMCP_GOLDEN=write</c> writes them anew.</summary>
[Collection(WithProgramEmulator.Name)]
public sealed class ToolExampleTests(EmulatorFixture emulator) : IAsyncLifetime
{
    /// <summary>No other test is there.</summary>
    private const string Region = "ap-northeast-1";

    private const string Steps = """
        [{"id":"topic","service":"sns","operation":"CreateTopic","parameters":{"Name":"orders"}},
         {"id":"queue","service":"sqs","operation":"CreateQueue","parameters":{"QueueName":"orders"}}]
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, ToolExample> _made = [];
    private readonly SteadyText _steady = new();
    private LocalHost _host = null!;
    private McpClient _client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var flags = new Dictionary<string, string>
        {
            ["--data"] = _folder.Path,
            ["--port"] = "0",
            ["--aws-endpoint"] = emulator.Endpoint.ToString(),
            ["--region"] = Region,
        };
        _host = await LocalHost.StartAsync(new SettingsReader(_ => null, _folder.Path).Read(flags), TimeProvider.System, _ => { }, sweep: null, Cancelled);
        var transport = new HttpClientTransport(new()
        {
            Endpoint = _host.Url,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {_host.Keys.Agent}" },
        });
        _client = await McpClient.CreateAsync(transport, cancellationToken: Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_examples_are_what_a_run_answers()
    {
        await RunAsync();

        Assert.Equal((await _client.ListToolsAsync(cancellationToken: Cancelled)).Select(tool => tool.Name).Order(), _made.Keys.Order());
        if (Environment.GetEnvironmentVariable("SMCP_GOLDEN") == "write")
        {
            Directory.CreateDirectory(ToolExample.Folder);
            foreach (var (tool, example) in _made)
            {
                example.Write(tool);
            }

            await ToolReferencePage.WriteAsync();
        }

        Assert.Equal(_made.Keys.Order(), Directory.GetFiles(ToolExample.Folder).Select(file => Path.GetFileNameWithoutExtension(file)).Order());
        Assert.All(_made, made => Assert.Equal(ToolExample.Read(made.Key).ToString(), made.Value.ToString()));
    }

    /// <summary>A topic and a queue are planned, made, looked at, changed and shown with their undo; a plan that waits for a person is cancelled and planned again.</summary>
    private async Task RunAsync()
    {
        await ShowAsync("whoami", "{}");
        await ShowAsync("find_operations", """{"query":"make a queue","service":"sqs","limit":1}""");
        var plan = await ShowAsync("create_plan", $$"""{"title":"Orders: a topic and a queue","steps":{{Steps}}}""");
        var started = await ShowAsync("execute_plan", $$"""{"plan_id":"{{plan["plan_id"]}}","plan_hash":"{{plan["plan_hash"]}}"}""");
        var execution = (string)started["execution_id"]!;
        await UntilAsync(execution, "succeeded");
        await ShowAsync("get_execution", $$"""{"id":"{{execution}}","wait_seconds":20,"detail":"steps"}""");
        await ShowAsync("list_executions", """{"limit":5}""");
        var found = await ShowAsync("find_resources", $$"""{"execution_id":"{{execution}}"}""");
        var queue = found["resources"]!.AsArray().Select(resource => (string)resource!["arn"]!).Single(arn => arn.Contains(":sqs:", StringComparison.Ordinal));
        await ShowAsync("get_resource", $$"""{"arn":"{{queue}}"}""");
        await ShowAsync("aws_read", """{"service":"sns","operation":"ListTopics","query":"Topics[?ends_with(TopicArn, ':orders')].TopicArn"}""");
        await ShowAsync("aws_change", """{"service":"sns","operation":"CreateTopic","parameters":{"Name":"returns"},"reason":"Returned orders","idempotency_key":"returns-1"}""");
        await ShowAsync("rollback_execution", $$"""{"execution_id":"{{execution}}","dry_run":true}""");
        var asked = await CallAsync("create_plan", """{"title":"Ask first","steps":[{"id":"topic","service":"sns","operation":"CreateTopic","parameters":{"Name":"bills"}},{"id":"ask","kind":"approval","title":"Is the topic right?"}]}""");
        var waiting = await CallAsync("execute_plan", $$"""{"plan_id":"{{asked.Answer["plan_id"]}}","plan_hash":"{{asked.Answer["plan_hash"]}}"}""");
        var cancelled = (string)waiting.Answer["execution_id"]!;
        await UntilAsync(cancelled, "awaiting_approval");
        await ShowAsync("cancel_execution", $$"""{"execution_id":"{{cancelled}}","reason":"bills are sent elsewhere"}""");
        await UntilAsync(cancelled, "cancelled");
        await ShowAsync("retry_execution", $$"""{"execution_id":"{{cancelled}}"}""");
    }

    private async Task<JsonObject> ShowAsync(string tool, string arguments)
    {
        var (text, answer) = await CallAsync(tool, arguments);
        _made[tool] = new(JsonNode.Parse(_steady.Of(arguments))!, _steady.Of(text), JsonNode.Parse(_steady.Of(answer.ToJsonString()))!);
        return answer;
    }

    private async Task<(string Text, JsonObject Answer)> CallAsync(string tool, string arguments)
    {
        var members = JsonElement.Parse(arguments).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value);
        var result = await _client.CallToolAsync(tool, members, cancellationToken: Cancelled);
        var text = string.Join('\n', result.Content.OfType<TextContentBlock>().Select(block => block.Text));
        Assert.False(result.IsError is true, text);
        return (text, JsonObject.Create(result.StructuredContent!.Value)!);
    }

    private async Task UntilAsync(string execution, string status)
    {
        JsonObject look;
        do
        {
            look = (await CallAsync("get_execution", $$"""{"id":"{{execution}}","wait_seconds":2}""")).Answer;
        }
        while ((string?)look["status"] != status && look["poll_after_seconds"] is not null);
        Assert.Equal(status, (string?)look["status"]);
    }
}
