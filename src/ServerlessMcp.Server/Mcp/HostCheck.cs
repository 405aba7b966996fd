using Microsoft.AspNetCore.Http;

namespace ServerlessMcp.Server.Mcp;

/// <summary>
/// Refuses with 403 a request whose Host is not ours (DNS rebinding: a page's own name that points at this machine), and one whose Origin,
/// which browsers send, is neither an allowed host's nor named in the settings.
/// </summary>
internal sealed class HostCheck(RequestDelegate next, ServerOptions options)
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]", "::1"];

    public Task InvokeAsync(HttpContext context)
    {
        if (!IsAllowedHost(context.Request.Host.Host))
        {
            return JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status403Forbidden, "This Host is not served here; the allowed hosts of the settings are.");
        }

        if (context.Request.Headers.Origin.ToString() is { Length: > 0 } origin && !IsAllowedOrigin(origin) && !IsOwnForm(context.Request))
        {
            return JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status403Forbidden, "This Origin may not call; the allowed origins of the settings may.");
        }

        return next(context);
    }

    /// <summary>
    /// A form of our pages: their <c>Referrer-Policy: no-referrer</c> makes browsers send the Origin <c>null</c>, and say beside it whether it is this site's.
    /// </summary>
    private static bool IsOwnForm(HttpRequest request) =>
        request.Path.StartsWithSegments("/page") && request.Headers.Origin == "null" && request.Headers["Sec-Fetch-Site"] == "same-origin";

    private bool IsAllowedOrigin(string origin) =>
        options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && IsAllowedHost(uri.Host));

    private bool IsAllowedHost(string host) =>
        Loopback.Contains(host, StringComparer.OrdinalIgnoreCase) || options.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}
