using Microsoft.AspNetCore.Http;

namespace ServerlessMcp.Server.Mcp;

/// <summary>Refuses with 413, before anything else is looked at, a request that says itself that it is too large; <see cref="BodyCheck"/> counts the others.</summary>
internal sealed class SizeCheck(RequestDelegate next, ServerOptions options)
{
    public Task InvokeAsync(HttpContext context) => context.Request.ContentLength > options.MaxBodyBytes
        ? JsonRpcErrors.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, $"The body is over {options.MaxBodyBytes} bytes; send less in one request.")
        : next(context);
}
