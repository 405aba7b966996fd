using Microsoft.AspNetCore.Http;

namespace ServerlessMcp.Server.Access;

/// <summary>The header <c>WWW-Authenticate</c> of a refusal (RFC 6750, RFC 9728).</summary>
internal static class Challenge
{
    /// <param name="error"><c>invalid_token</c>, <c>insufficient_scope</c>; null when nothing was shown.</param>
    /// <param name="scopes">All that the request needs.</param>
    public static void Set(HttpContext context, ServerOptions options, string? error, params IEnumerable<string> scopes)
    {
        var reason = error is null ? "" : $", error=\"{error}\"";
        context.Response.Headers.WWWAuthenticate = options.Jwt is { } jwt
            ? $"Bearer resource_metadata=\"{jwt.Metadata}\", scope=\"{string.Join(' ', scopes.Select(scope => TokenCheck.ScopePrefix + scope))}\"{reason}"
            : $"Bearer realm=\"ServerlessMcp\"{reason}";
    }
}
