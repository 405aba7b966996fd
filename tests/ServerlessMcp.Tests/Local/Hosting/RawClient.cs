using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Tests.Local.Hosting;

/// <summary>Requests in the 2026-07-28 form as they stand in the specification: the C# client has no tasks yet.</summary>
internal sealed class RawClient(Uri url, string key, string capabilities)
{
    public async Task<JsonNode> CallAsync(string tool, string arguments, CancellationToken cancellationToken, JsonObject? also = null)
    {
        var parameters = also ?? [];
        parameters["name"] = tool;
        parameters["arguments"] = JsonNode.Parse(arguments);
        return await AskAsync("tools/call", tool, parameters, cancellationToken);
    }

    public Task<JsonNode> AnswerAsync(string taskId, string question, string said, CancellationToken cancellationToken) => AskAsync(
        "tasks/update", taskId, new() { ["taskId"] = taskId, ["inputResponses"] = new JsonObject { [question] = JsonNode.Parse(said) } }, cancellationToken);

    /// <summary>Looks until the task is as it should be, for 30 seconds at most.</summary>
    public async Task<JsonNode> TaskUntilAsync(string taskId, Func<JsonNode, bool> isReached, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var task = await AskAsync("tasks/get", taskId, new() { ["taskId"] = taskId }, patience.Token);
            if (isReached(task))
            {
                return task;
            }

            await Task.Delay(50, patience.Token);
        }
    }

    private async Task<JsonNode> AskAsync(string method, string name, JsonObject parameters, CancellationToken cancellationToken)
    {
        parameters["_meta"] = new JsonObject
        {
            ["io.modelcontextprotocol/protocolVersion"] = "2026-07-28",
            ["io.modelcontextprotocol/clientCapabilities"] = JsonNode.Parse(capabilities),
            ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = "test", ["version"] = "1" },
        };
        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("MCP-Protocol-Version", "2026-07-28");
        request.Headers.Add("Mcp-Method", method);
        request.Headers.Add("Mcp-Name", name);
        using var answer = await http.SendAsync(request, cancellationToken);
        var text = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!;
        return text["result"] ?? text["error"]!;
    }
}
