using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace ServerlessMcp.Local.Demo;

/// <summary>What a tool answered.</summary>
/// <param name="Structured">An empty object when there is none.</param>
internal sealed record DemoAnswer(string Text, JsonObject Structured, bool IsError)
{
    /// <summary>A text member of the structured content; empty when it is not there.</summary>
    public string this[string name] => Structured[name]?.ToString() ?? "";
}

/// <summary>An MCP client over HTTP, with nothing that another client would not have.</summary>
internal sealed class DemoClient : IAsyncDisposable
{
    private readonly McpClient _client;

    private DemoClient(McpClient client) => _client = client;

    public static async Task<DemoClient> ConnectAsync(Uri url, string key, CancellationToken cancellationToken)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var transport = new HttpClientTransport(
            new()
            {
                Endpoint = url,
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = $"Bearer {key}" },
            },
            http,
            loggerFactory: null,
            ownsHttpClient: true);
        return new(await McpClient.CreateAsync(transport, cancellationToken: cancellationToken));
    }

    /// <exception cref="DemoException">The tool answered with an error.</exception>
    public async Task<DemoAnswer> CallAsync(string tool, JsonObject arguments, CancellationToken cancellationToken)
    {
        var answer = await TryAsync(tool, arguments, cancellationToken);
        return answer.IsError ? throw new DemoException($"{tool}: {answer.Text}") : answer;
    }

    public async Task<DemoAnswer> TryAsync(string tool, JsonObject arguments, CancellationToken cancellationToken)
    {
        var given = arguments.ToDictionary(one => one.Key, one => (object?)JsonElement.Parse(one.Value?.ToJsonString() ?? "null"), StringComparer.Ordinal);
        var result = await _client.CallToolAsync(tool, given, cancellationToken: cancellationToken);
        var text = string.Join('\n', result.Content.OfType<TextContentBlock>().Select(block => block.Text));
        var structured = result.StructuredContent is { ValueKind: JsonValueKind.Object } element ? JsonObject.Create(element)! : [];
        return new(text, structured, result.IsError == true);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}

/// <summary>A scene did not hold; the message says where.</summary>
internal sealed class DemoException(string message) : Exception(message);
