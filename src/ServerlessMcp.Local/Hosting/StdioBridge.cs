using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Local.Hosting;

/// <summary>Carries JSON-RPC lines between stdin and stdout and the endpoint, which is stateless: one line, one POST.</summary>
/// <remarks>Source: MCP transports, "stdio" and "Streamable HTTP". Nothing but messages is written to the output.</remarks>
internal sealed class StdioBridge : IDisposable
{
    private const string VersionMember = "io.modelcontextprotocol/protocolVersion";

    /// <summary>A member twice would be read in two ways, and is found only when a member is asked for.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly TextReader _input;
    private readonly TextWriter _output;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private string? _negotiated;

    public StdioBridge(Uri url, string key, TextReader input, TextWriter output)
    {
        (_url, _input, _output) = (url, input, output);
        _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(2) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Until stdin closes and every answer is out.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var open = new List<Task>();
        while (await _input.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Trim().Length > 0)
            {
                var carrying = CarryAsync(line, cancellationToken);
                open.RemoveAll(task => task.IsCompletedSuccessfully);
                open.Add(carrying);
                if (line.Contains("\"initialize\"", StringComparison.Ordinal))
                {
                    await carrying; // Its answer names the version that the next lines are sent with.
                }
            }
        }

        await Task.WhenAll(open);
    }

    public void Dispose()
    {
        _http.Dispose();
        _writing.Dispose();
    }

    private async Task CarryAsync(string line, CancellationToken cancellationToken)
    {
        if (Parse(line) is not { } message)
        {
            await WriteAsync("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"The line is not a JSON-RPC message."}}""", cancellationToken);
            return;
        }

        try
        {
            using var request = Request(line, message);
            using var answer = await _http.SendAsync(request, cancellationToken);
            var texts = Messages(await answer.Content.ReadAsStringAsync(cancellationToken)).ToList();
            foreach (var text in texts)
            {
                Remember(message, text);
                await WriteAsync(WithId(message, text), cancellationToken);
            }

            if (texts.Count == 0)
            {
                await FailAsync(message, $"The server answered {(int)answer.StatusCode} without a message.", cancellationToken);
            }
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            await FailAsync(message, "The server does not answer.", cancellationToken);
        }
    }

    /// <summary>A refusal from before the body was read has no id, and its client would wait for ever.</summary>
    private static string WithId(JsonObject request, string text)
    {
        if (request["id"] is not { } id || !text.Contains("\"id\":null", StringComparison.Ordinal) || Parse(text) is not { } answer
            || !answer.ContainsKey("error") || answer["id"] is not null)
        {
            return text;
        }

        answer["id"] = id.DeepClone();
        return answer.ToJsonString();
    }

    private HttpRequestMessage Request(string line, JsonObject message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new StringContent(line, Encoding.UTF8, "application/json") };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        var parameters = message["params"] as JsonObject;
        if (((parameters?["_meta"] as JsonObject)?[VersionMember]?.ToString() ?? _negotiated) is not { } version)
        {
            return request;
        }

        request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", version);
        request.Headers.TryAddWithoutValidation("Mcp-Method", message["method"]?.ToString());
        if ((parameters?["name"] ?? parameters?["taskId"] ?? parameters?["uri"])?.ToString() is { } name && name.All(c => c is >= ' ' and <= '~'))
        {
            request.Headers.TryAddWithoutValidation("Mcp-Name", name);
        }

        return request;
    }

    private void Remember(JsonObject request, string answer)
    {
        if (request["method"]?.ToString() == "initialize" && Parse(answer)?["result"]?["protocolVersion"]?.ToString() is { } version)
        {
            _negotiated = version;
        }
    }

    /// <summary>A JSON body, or the data lines of an event stream.</summary>
    private static IEnumerable<string> Messages(string body) => body.TrimStart().StartsWith('{')
        ? [body.Trim()]
        : body.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)).Select(line => line["data:".Length..].Trim()).Where(text => text.Length > 0);

    private Task FailAsync(JsonObject message, string why, CancellationToken cancellationToken) => message["id"] is { } id
        ? WriteAsync($$$"""{"jsonrpc":"2.0","id":{{{id.ToJsonString()}}},"error":{"code":-32603,"message":"{{{why}}}"}}""", cancellationToken)
        : Task.CompletedTask;

    private async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _output.WriteAsync((text + "\n").AsMemory(), cancellationToken);
            await _output.FlushAsync(cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line, documentOptions: Strict) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
