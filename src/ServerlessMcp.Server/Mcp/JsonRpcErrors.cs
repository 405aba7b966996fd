using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace ServerlessMcp.Server.Mcp;

/// <summary>Refusals that come before the SDK sees the request, in the form an MCP client expects. No request id is known then.</summary>
internal static class JsonRpcErrors
{
    public const int InvalidRequest = -32600;
    public const int ParseError = -32700;

    private const int Unauthorized = -32001;

    public static Task WriteAsync(HttpContext context, int status, string message, int refused = InvalidRequest)
    {
        var code = status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden ? Unauthorized : refused;
        var body = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = null,
            ["error"] = new JsonObject { ["code"] = code, ["message"] = message },
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}
