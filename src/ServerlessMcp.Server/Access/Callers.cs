using System.Security.Claims;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Server.Access;

/// <summary>A principal as the claims that travel on <c>HttpContext.User</c>, and back.</summary>
internal static class Callers
{
    private const string ScopeClaim = "scope";
    private const string OwnerClaim = "owner";

    public static ClaimsPrincipal ToClaims(Principal principal, string scheme) => new(new ClaimsIdentity(
        [
            new(ClaimTypes.NameIdentifier, principal.Id),
            new(ClaimTypes.Name, principal.Name),
            new(OwnerClaim, principal.Owner),
            .. principal.Scopes.Select(scope => new Claim(ScopeClaim, scope)),
        ],
        scheme));

    /// <exception cref="InvalidOperationException">No authenticated caller: the endpoint let through what it must not.</exception>
    public static Principal Of(ClaimsPrincipal? user) =>
        user is { Identity.IsAuthenticated: true } && user.FindFirstValue(ClaimTypes.NameIdentifier) is { } id
            ? new(id, user.FindFirstValue(ClaimTypes.Name) ?? id, Scopes(user)) { Owner = user.FindFirstValue(OwnerClaim) ?? id }
            : throw new InvalidOperationException("A request without a caller reached a handler.");

    private static HashSet<string> Scopes(ClaimsPrincipal user) =>
        user.FindAll(ScopeClaim).Select(claim => claim.Value).ToHashSet(StringComparer.Ordinal);
}
