using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Lambda.Http;

/// <summary>Errors of the host, in the form that an MCP client reads: <c>{"jsonrpc", "id", "error": {"code", "message"}}</c>.</summary>
/// <param name="Status">Of HTTP.</param>
internal sealed record AnswerError(int Status, int Code, string Message)
{
    private const int InvalidRequest = -32600;
    private const int InternalError = -32603;

    /// <summary>Ours, outside of what JSON-RPC reserves.</summary>
    private const int AnswerTooLarge = 4130001;

    public static AnswerError NotHttp(string why) => new(StatusCodes.Status400BadRequest, InvalidRequest, why);

    public static AnswerError Failed { get; } = new(
        StatusCodes.Status500InternalServerError, InternalError, "The server failed; its log has the details under the request id.");

    public static AnswerError OutOfTime { get; } = new(
        StatusCodes.Status504GatewayTimeout, InternalError,
        "The function's time is over. What was started goes on: list_executions and get_execution show it. Ask for less in one call, or wait for less.");

    /// <summary>Status 200: the request was carried out, and a client that stops at the status would not read why there is no answer.</summary>
    public static AnswerError TooLarge { get; } = new(
        StatusCodes.Status200OK, AnswerTooLarge,
        $"The answer is over {HttpLimits.Buffered} bytes, which is all that a Lambda function may answer with. Ask for less: name fields, a query or a limit, and page with the cursor.");

    /// <param name="request">The body that is answered: the id is the request's.</param>
    public byte[] ToJson(ReadOnlyMemory<byte> request)
    {
        var error = new JsonObject { ["code"] = Code, ["message"] = Message };
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = IdOf(request), ["error"] = error }, HostJson.Default.JsonObject);
    }

    private static JsonNode? IdOf(ReadOnlyMemory<byte> request)
    {
        try
        {
            return JsonNode.Parse(request.Span) is JsonObject message && message["id"] is JsonValue id && id.GetValueKind() is JsonValueKind.String or JsonValueKind.Number
                ? id.DeepClone()
                : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or ArgumentException)
        {
            return null; // No JSON, or names twice: there is no id to repeat.
        }
    }
}
