using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Server.Pages;

/// <summary>
/// Who a browser is, in a signed cookie: <c>KEYID.UNTIL.NONCE.PEPPER.SIGNATURE</c>. It holds no key; the key of that id is looked up again at
/// each request, so that a session ends with its key.
/// </summary>
/// <remarks>
/// <c>__Host-</c> and <c>Secure</c> on plain http too: browsers keep such a cookie for loopback addresses (tried with Chromium 156). Cookies
/// know no ports, so the name has the port; other servers on this machine are kept out by the form token and by Origin.
/// </remarks>
internal sealed class PageSessions(Signer signer, ServerOptions options, TimeProvider time, KeyStore? keys = null)
{
    /// <summary>Of a login.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(8);

    /// <summary>Of nobody yet: how long a login form can be filled in.</summary>
    private static readonly TimeSpan LongestOfNobody = TimeSpan.FromHours(1);

    /// <returns>The session that the cookie holds, whoever's; null: none, or it has ended.</returns>
    public PageSession? Read(HttpRequest request)
    {
        if (request.Cookies[NameOf(request)] is not { Length: < 300 } cookie || cookie.Split('.') is not [var keyId, var end, var nonce, var pepper, var signature]
            || !signer.IsSigned(SignedFor.Session, $"{keyId}.{end}.{nonce}", pepper, signature))
        {
            return null;
        }

        var until = DateTimeOffset.FromUnixTimeSeconds(long.Parse(end, CultureInfo.InvariantCulture));
        return until > time.GetUtcNow() ? new(keyId, nonce) : null;
    }

    /// <param name="keyId">The middle part of a key; empty: nobody's yet.</param>
    public PageSession Begin(HttpContext http, string keyId)
    {
        var session = new PageSession(keyId, RandomNumberGenerator.GetHexString(32, lowercase: true));
        var end = time.GetUtcNow() + (keyId.Length == 0 ? LongestOfNobody : Longest);
        var text = $"{keyId}.{end.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}.{session.Nonce}";
        http.Response.Cookies.Append(NameOf(http.Request), $"{text}.{signer.KeyName}.{signer.Sign(SignedFor.Session, text)}", Attributes());
        return session;
    }

    public static void End(HttpContext http) => http.Response.Cookies.Delete(NameOf(http.Request), Attributes());

    /// <returns>Null: nobody, or their key opens nothing any more.</returns>
    /// <exception cref="TableUnavailableException">Nothing can be said about the key now.</exception>
    public async Task<Principal?> CallerAsync(PageSession session, IPAddress? source, CancellationToken cancellationToken) =>
        options.NoAuthPrincipal is { } everybody ? everybody
        : session.KeyId.Length == 0 ? null
        : keys is null ? null
        : await keys.FindAsync(session.KeyId, source, cancellationToken);

    /// <summary>Stands in every form of the session; a form without it is of another page.</summary>
    public string FormToken(PageSession session) => signer.Sign(SignedFor.Form, session.Nonce);

    public bool IsFormOf(PageSession session, string token) => signer.IsSigned(SignedFor.Form, session.Nonce, signer.KeyName, token);

    private static string NameOf(HttpRequest request) =>
        request.Host.Port is { } port ? $"__Host-smcp-{port.ToString(CultureInfo.InvariantCulture)}" : "__Host-smcp";

    private static CookieOptions Attributes() => new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true };
}

/// <param name="KeyId">The middle part of the key that logged in; empty: nobody has.</param>
/// <param name="Nonce">New with each login.</param>
internal sealed record PageSession(string KeyId, string Nonce);
