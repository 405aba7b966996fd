using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace ServerlessMcp.Server.Mcp;

/// <summary>Refusals that come before the SDK sees the request, in the form an MCP client expects.</summary>
/// <remarks>Codes of our own lie outside the range that JSON-RPC reserves.</remarks>
internal static class JsonRpcErrors
{
    public const int InvalidRequest = -32600;
    public const int InvalidParameters = -32602;
    public const int ParseError = -32700;
    public const int InsufficientScope = 4030001;
    public const int RateLimited = 4290001;

    private const int Unauthorized = -32001;

    /// <param name="id">The request's; null before the body was read.</param>
    public static Task WriteAsync(
        HttpContext context, int status, string message, int refused = InvalidRequest, JsonNode? id = null, JsonObject? data = null)
    {
        var isUnknown = refused == InvalidRequest && status is (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden);
        var error = new JsonObject { ["code"] = isUnknown ? Unauthorized : refused, ["message"] = message };
        if (data is not null)
        {
            error["data"] = data;
        }

        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id?.DeepClone(), ["error"] = error };
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
