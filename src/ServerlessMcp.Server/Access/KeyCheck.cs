using Microsoft.AspNetCore.Http;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Access;

/// <summary>
/// Lets through who shows a key in <c>Authorization: Bearer</c> or <c>X-Api-Key</c>; 401 for everybody else, 503 while nothing can be said about keys.
/// </summary>
internal sealed class KeyCheck(RequestDelegate next, ServerOptions options, KeyStore? keys = null)
{
    private const string Bearer = "Bearer ";

    private static readonly string[] QueryNames = ["api_key", "apikey", "key", "token", "access_token", "x-api-key"];

    public async Task InvokeAsync(HttpContext context)
    {
        if (IsKeyInQuery(context.Request.Query))
        {
            await JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status400BadRequest,
                "A key never goes into the URL, which logs keep. Send Authorization: Bearer KEY, and make a new key.");
            return;
        }

        if (options.NoAuthPrincipal is { } everybody)
        {
            context.User = Callers.ToClaims(everybody, "none");
            await next(context);
            return;
        }

        await CheckAsync(context);
    }

    private async Task CheckAsync(HttpContext context)
    {
        try
        {
            if (keys is null)
            {
                throw new TableUnavailableException("This server was given nothing to check keys with.");
            }

            if (KeyOf(context.Request.Headers) is { } key && await keys.VerifyAsync(key, context.Connection.RemoteIpAddress, context.RequestAborted) is { } principal)
            {
                context.User = Callers.ToClaims(principal, "key");
            }
            else
            {
                context.Response.Headers.WWWAuthenticate = "Bearer realm=\"ServerlessMcp\"";
                await JsonRpcErrors.WriteAsync(
                    context, StatusCodes.Status401Unauthorized,
                    "A valid key is needed: Authorization: Bearer KEY. The command 'smcp key' makes one.");
                return;
            }
        }
        catch (TableUnavailableException)
        {
            context.Response.Headers.RetryAfter = "5";
            await JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable,
                "Keys cannot be checked now. Try again.");
            return;
        }

        await next(context);
    }

    private static string? KeyOf(IHeaderDictionary headers) =>
        headers.Authorization.ToString() is { } bearer && bearer.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? bearer[Bearer.Length..].Trim()
            : headers["X-Api-Key"].ToString() is { Length: > 0 } key ? key : null;

    private static bool IsKeyInQuery(IQueryCollection query) => query.Any(pair =>
        QueryNames.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)
        || pair.Value.Any(value => value?.StartsWith(ApiKey.Prefix, StringComparison.Ordinal) is true));
}
