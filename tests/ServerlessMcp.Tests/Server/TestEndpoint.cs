using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Server;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Mcp;
using ServerlessMcp.Tests.Planning.Fakes;
using StateKeys = ServerlessMcp.Executions.State.Keys;

namespace ServerlessMcp.Tests.Server;

/// <summary>The product's endpoint on Kestrel, on a port asked of the system; behind it stand fakes.</summary>
internal sealed class TestEndpoint : IAsyncDisposable
{
    /// <summary>Of its keys.</summary>
    public const string Environment = "test";

    private readonly WebApplication _app;

    private TestEndpoint(WebApplication app, FirstKeys keys)
    {
        _app = app;
        Keys = keys;
        Url = new(app.Urls.Single() + ServerlessMcpServer.Path);
    }

    /// <summary>Who may make any key.</summary>
    public static Principal Everything { get; } = new("operator", "operator", Scope.All.ToHashSet());

    public Uri Url { get; }

    public FirstKeys Keys { get; }

    public IServiceProvider Services => _app.Services;

    public ExecutionStore Executions => _app.Services.GetRequiredService<ExecutionStore>();

    public AwsAnswers Aws => (AwsAnswers)_app.Services.GetRequiredService<IAwsReads>();

    public static async Task<TestEndpoint> StartAsync(ServerOptions? options = null, Action<IServiceCollection>? also = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ITable>(new MemoryTable(TimeProvider.System));
        builder.Services.AddSingleton<IBlobs>(new Tests.Fakes.MemoryBlobs());
        builder.Services.AddSingleton<IAwsReads, AwsAnswers>();
        builder.Services.AddSingleton<IAwsCatalog, FakeCatalog>();
        builder.Services.AddSingleton<IExecutionEngine, FakeEngine>();
        builder.Services.AddServerlessMcp((options ?? new() { Region = "eu-west-1" }) with { Keys = new(Environment, Peppers.Make()) });
        also?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapServerlessMcp();
        await app.StartAsync(TestContext.Current.CancellationToken);
        var keys = FirstKeys.Make(Environment);
        await app.Services.GetRequiredService<FirstKeyStore>().PutAsync(keys, TestContext.Current.CancellationToken);
        return new(app, keys);
    }

    public async Task<McpClient> ConnectAsync(string? key = null, string? version = null, McpClientOptions? options = null)
    {
        var transport = new HttpClientTransport(new()
        {
            Endpoint = Url,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {key ?? Keys.Agent}" },
        });
        options ??= new();
        options.ProtocolVersion = version;
        return await McpClient.CreateAsync(transport, options, cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>One POST as it is, for what a client library would not send.</summary>
    public async Task<(HttpResponseMessage Response, string Body)> PostAsync(
        string body, Action<HttpRequestMessage>? change = null, string? key = null, string query = "")
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url + query));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Accept.Add(new("application/json"));
        request.Headers.Accept.Add(new("text/event-stream"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? Keys.Agent);
        change?.Invoke(request);
        var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A JSON-RPC request in the 2026-07-28 form; its answer's body.</summary>
    public async Task<JsonNode> AskAsync(
        string method, JsonObject parameters, string? name = null, string? key = null, string capabilities = "{}")
    {
        parameters["_meta"] = new JsonObject
        {
            ["io.modelcontextprotocol/protocolVersion"] = "2026-07-28",
            ["io.modelcontextprotocol/clientCapabilities"] = JsonNode.Parse(capabilities),
            ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = "test", ["version"] = "1" },
        };
        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
        var (_, text) = await PostAsync(
            body.ToJsonString(),
            request =>
            {
                request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
                request.Headers.Add("Mcp-Method", method);
                if (name is not null)
                {
                    request.Headers.Add("Mcp-Name", name);
                }
            },
            key);
        return JsonNode.Parse(text)!;
    }

    /// <summary>A tool's result in the 2026-07-28 form.</summary>
    public async Task<JsonNode> CallAsync(
        string tool, string arguments, string? key = null, string capabilities = "{}", JsonObject? also = null)
    {
        var parameters = also ?? [];
        parameters["name"] = tool;
        parameters["arguments"] = JsonNode.Parse(arguments);
        var answer = await AskAsync("tools/call", parameters, tool, key, capabilities);
        CheckOutput(tool, answer["result"]?["structuredContent"]);
        return answer["result"] ?? answer["error"]!;
    }

    public async Task<List<string>> ToolNamesAsync(string? key = null) =>
        [.. (await AskAsync("tools/list", [], key: key))["result"]!["tools"]!.AsArray().Select(tool => tool!["name"]!.GetValue<string>())];

    /// <summary>The execution that an <c>input_required</c> answer asks about.</summary>
    public static string AskedAbout(JsonNode asked) => ((string)asked["requestState"]!).Split('.')[3].Split(':')[0];

    public Task<string> NewKeyAsync(params string[] scopes) =>
        Services.GetRequiredService<KeyStore>().CreateAsync(new("another", scopes), Everything, TestContext.Current.CancellationToken);

    /// <summary>Some clients refuse an answer, error results too, that does not fit the tool's own output schema.</summary>
    private void CheckOutput(string tool, JsonNode? structured)
    {
        if (structured is not null)
        {
            var schema = Services.GetRequiredService<ToolCatalog>().Find(tool)!.Protocol.Value.OutputSchema!.Value;
            var members = JsonElement.Parse(structured.ToJsonString()).EnumerateObject();
            Assert.Empty(ArgumentCheck.Check(schema, members.ToDictionary(member => member.Name, member => member.Value)));
        }
    }

    /// <summary>The worker's hand: changes the execution as the worker would.</summary>
    public async Task ChangeAsync(string executionId, Func<Execution, Execution> change)
    {
        var table = Services.GetRequiredService<ITable>();
        var item = await table.GetAsync(StateKeys.Meta(executionId), strong: true, TestContext.Current.CancellationToken);
        var changed = change(JsonSerializer.Deserialize(item!.Body, ExecutionsJson.Default.Execution)!);
        var body = JsonSerializer.SerializeToNode(changed, ExecutionsJson.Default.Execution)!.AsObject();
        await table.WriteAsync([new TableWrite.Put(item.Key, item.Version, body, item.Index)], TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
