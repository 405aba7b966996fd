using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Integration;

/// <summary>
/// A server that is spoken to over MCP only: the one at <c>SMCP_TEST_ENDPOINT</c> (its URL with <c>/mcp</c>; the key of an agent in
/// <c>SMCP_TEST_KEY</c>), else local mode on the tests' emulator.
/// </summary>
internal sealed class EndpointUnderTest : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private LocalHost? _host;

    public required Uri Url { get; init; }

    public required string Key { get; init; }

    /// <param name="emulator">Asked only when there is no such variable.</param>
    public static async Task<EndpointUnderTest> OpenAsync(Func<Uri> emulator, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("SMCP_TEST_ENDPOINT") is { Length: > 0 } given)
        {
            return new() { Url = new(given), Key = Environment.GetEnvironmentVariable("SMCP_TEST_KEY") ?? "" };
        }

        var folder = new TemporaryFolder();
        var flags = new Dictionary<string, string> { ["--data"] = folder.Path, ["--port"] = "0", ["--aws-endpoint"] = emulator().ToString() };
        var host = await LocalHost.StartAsync(
            new SettingsReader(_ => null, folder.Path).Read(flags), TimeProvider.System, _ => { }, sweep: null, cancellationToken);
        return new(folder, host) { Url = host.Url, Key = host.Keys.Agent };
    }

    /// <summary>One that asks for no key and that somebody else ends.</summary>
    public static EndpointUnderTest At(Uri url) => new() { Url = url, Key = "" };

    private EndpointUnderTest()
    {
    }

    private EndpointUnderTest(TemporaryFolder folder, LocalHost host) => (_folder, _host) = (folder, host);

    /// <summary>A client whose user says yes to every question.</summary>
    /// <param name="key">Null: the agent's.</param>
    public Task<McpClient> ConnectAsync(CancellationToken cancellationToken, string? key = null) => ConnectAsync(Url, key ?? Key, cancellationToken);

    /// <summary>The same for a server that a test has started itself.</summary>
    public static Task<McpClient> ConnectAsync(Uri url, string key, CancellationToken cancellationToken) => McpClient.CreateAsync(
        new HttpClientTransport(new()
        {
            Endpoint = url,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        }, new HttpClient(new PatientHandler()), ownsHttpClient: true),
        new()
        {
            Handlers = new()
            {
                ElicitationHandler = (_, _) => new(new ElicitResult
                {
                    Action = "accept",
                    Content = new Dictionary<string, JsonElement> { ["confirm"] = JsonElement.Parse("true") },
                }),
            },
        },
        cancellationToken: cancellationToken);

    /// <returns>Structured content; with <c>isError</c> of the result added.</returns>
    public static async Task<JsonObject> CallAsync(McpClient client, string tool, string arguments, CancellationToken cancellationToken)
    {
        var answer = await client.CallToolAsync(
            tool,
            JsonElement.Parse(arguments).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value),
            cancellationToken: cancellationToken);
        var content = JsonObject.Create(answer.StructuredContent!.Value)!;
        content["isError"] = answer.IsError is true;
        return content;
    }

    /// <summary>Looks until the execution has ended, for five minutes at most.</summary>
    public static async Task<JsonObject> EndAsync(McpClient client, string executionId, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        while (true)
        {
            var look = await CallAsync(client, "get_execution", $$"""{"id":"{{executionId}}","wait_seconds":20,"detail":"steps"}""", patience.Token);
            if (look["poll_after_seconds"] is null)
            {
                return look;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
            _host = null;
        }

        _folder.Dispose();
    }
}
