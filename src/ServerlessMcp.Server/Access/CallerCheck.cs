using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Access;

/// <summary>
/// Lets through who shows a key or a token in <c>Authorization: Bearer</c>, or a key in <c>X-Api-Key</c>; 401 for everybody else, 429 for an
/// address that tried too often, 503 while nothing can be said about keys or tokens.
/// </summary>
internal sealed class CallerCheck(RequestDelegate next, ServerOptions options, FailedCallers failures, ILogger<CallerCheck> log, KeyStore? keys = null, TokenCheck? tokens = null)
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
        }
        else if (options.NoAuthPrincipal is { } everybody)
        {
            context.User = Callers.ToClaims(everybody, "none");
            await next(context);
        }
        else if (failures.Wait(context.Connection.RemoteIpAddress) is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status429TooManyRequests, "Too many requests from this address had no valid key. Try again later.", JsonRpcErrors.RateLimited);
        }
        else
        {
            await CheckAsync(context);
        }
    }

    private async Task CheckAsync(HttpContext context)
    {
        var shown = Shown(context.Request.Headers);
        try
        {
            if (shown is not null && await VerifyAsync(shown, context) is { } principal)
            {
                context.User = Callers.ToClaims(principal, "bearer");
            }
            else
            {
                await RefuseAsync(context, isShown: shown is not null);
                return;
            }
        }
        catch (Exception unknown) when (unknown is not OperationCanceledException)
        {
            if (unknown is not (TableUnavailableException or IssuerAwayException))
            {
                HiddenFailure.Log(log, unknown, "The check of a key or token");
            }

            context.Response.Headers.RetryAfter = "5";
            await JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, "Keys and tokens cannot be checked now. Try again.");
            return;
        }

        await next(context);
    }

    private async Task<Principal?> VerifyAsync(string shown, HttpContext context)
    {
        if (tokens is not null && !shown.StartsWith(ApiKey.Prefix, StringComparison.Ordinal))
        {
            return await tokens.VerifyAsync(shown, context.RequestAborted);
        }

        return keys is null
            ? throw new TableUnavailableException("This server was given nothing to check keys with.")
            : await keys.VerifyAsync(shown, context.Connection.RemoteIpAddress, context.RequestAborted);
    }

    private async Task RefuseAsync(HttpContext context, bool isShown)
    {
        if (isShown)
        {
            await failures.CountAsync(context.Connection.RemoteIpAddress, context.RequestAborted);
        }

        Challenge.Set(context, options, isShown ? "invalid_token" : null, Scope.Read);
        await JsonRpcErrors.WriteAsync(
            context, StatusCodes.Status401Unauthorized, "A valid key is needed: Authorization: Bearer KEY. The command 'smcp key' makes one.");
    }

    private static string? Shown(IHeaderDictionary headers) =>
        headers.Authorization.ToString() is { } bearer && bearer.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? bearer[Bearer.Length..].Trim()
            : headers["X-Api-Key"].ToString() is { Length: > 0 } key ? key : null;

    /// <summary>Logs keep URLs, so that a key in one is no secret any more.</summary>
    internal static bool IsKeyInQuery(IQueryCollection query) => query.Any(pair =>
        QueryNames.Contains(pair.Key, StringComparer.OrdinalIgnoreCase)
        || pair.Value.Any(value => value?.StartsWith(ApiKey.Prefix, StringComparison.Ordinal) is true));
}
