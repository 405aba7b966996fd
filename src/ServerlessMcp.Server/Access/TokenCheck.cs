using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ServerlessMcp.Executions;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Access;

/// <summary>Checks access tokens (RFC 9068) of the configured issuers. A caller is <c>iss|sub</c>, with the scopes of <c>scope</c> or <c>scp</c> that begin with <c>mcp:</c>.</summary>
internal sealed class TokenCheck : IDisposable
{
    public const string ScopePrefix = "mcp:";

    private const int MostCharacters = 16 * 1024;
    private const int MostName = 255;

    /// <summary>From now to a token's end: one that opens for longer is a password.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MostCharacters };
    private readonly JwtSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(3),
        MaxResponseContentBufferSize = IssuerKeys.MostBytes,
    };

    private readonly Dictionary<string, (JwtIssuer Issuer, IssuerKeys Keys)> _issuers;

    public TokenCheck(JwtSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        _issuers = settings.Issuers.ToDictionary(issuer => issuer.Name, issuer => (issuer, new IssuerKeys(issuer, _http, time)), StringComparer.Ordinal);
    }

    /// <returns>Null for whatever is not a good token for this server.</returns>
    /// <exception cref="IssuerAwayException">Nothing can be said about the token now.</exception>
    public async Task<Principal?> VerifyAsync(string text, CancellationToken cancellationToken)
    {
        if (text.Length > MostCharacters || Read(text) is not { } unverified || !_issuers.TryGetValue(unverified.Issuer, out var known)
            || !Algorithms.Contains(unverified.Alg) || !IsPlain(unverified))
        {
            return null;
        }

        var keys = await known.Keys.GetAsync(unverified.Kid is { Length: > 0 } id ? id : null, cancellationToken);
        var result = await _handler.ValidateTokenAsync(text, Parameters(known.Issuer, keys));
        return result is { IsValid: true, SecurityToken: JsonWebToken token } && IsAccessToken(token) ? PrincipalOf(token) : null;
    }

    public void Dispose()
    {
        foreach (var (_, keys) in _issuers.Values)
        {
            keys.Dispose();
        }

        _http.Dispose();
    }

    private JsonWebToken? Read(string text)
    {
        try
        {
            return _handler.ReadJsonWebToken(text);
        }
        catch (Exception wrong) when (wrong is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    /// <summary>
    /// Signed and not encrypted; demands nothing that we do not know (<c>crit</c>, RFC 7515 4.1.11); has no member twice, of which two readers may each see another;
    /// <c>scope</c> is a text (RFC 8693 4.2).
    /// </summary>
    private static bool IsPlain(JsonWebToken token)
    {
        if (token.IsEncrypted || token.TryGetHeaderValue<object>("crit", out _))
        {
            return false;
        }

        var (header, payload) = (Base64UrlEncoder.DecodeBytes(token.EncodedHeader), Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        if (BodyCheck.Wrong(header) is not null || BodyCheck.Wrong(payload) is not null)
        {
            return false;
        }

        using var members = JsonDocument.Parse(payload);
        return !members.RootElement.TryGetProperty("scope", out var scope) || scope.ValueKind == JsonValueKind.String;
    }

    private TokenValidationParameters Parameters(JwtIssuer issuer, IReadOnlyList<SecurityKey> keys) => new()
    {
        ValidIssuer = issuer.Name,
        ValidAudience = _settings.Resource.OriginalString,
        IgnoreTrailingSlashWhenValidatingAudience = false,
        IssuerSigningKeys = keys,
        ValidAlgorithms = Algorithms,
        ValidTypes = issuer.PlainType ? ["at+jwt", "JWT"] : ["at+jwt"],
        RequireAudience = true,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ValidateIssuerSigningKey = true,
        TryAllIssuerSigningKeys = false,
        LifetimeValidator = IsAlive,
    };

    /// <summary>By this server's clock, which tests can set; 30 seconds of difference are borne. Not for longer than <see cref="Longest"/>.</summary>
    private bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var skew = TimeSpan.FromSeconds(30);
        return expires is { } end && end + skew > now && end - skew <= now + Longest && (notBefore is not { } start || start - skew <= now);
    }

    /// <summary>A plain <c>JWT</c> may be an identity token, which is for the client and not for us.</summary>
    private static bool IsAccessToken(JsonWebToken token) => token.Typ != "JWT"
        || (token.TryGetPayloadValue<string>("token_use", out var use) ? use == "access" : token.TryGetPayloadValue<string>("client_id", out _));

    private static Principal? PrincipalOf(JsonWebToken token) => token.Subject is { Length: > 0 and <= MostName } subject
        ? new($"{Part(token.Issuer)}|{Part(subject)}", PlainText.OneLine(subject), Scopes(token))
        : null;

    /// <summary>As a part of a table key: <c>#</c> and <c>|</c> separate there.</summary>
    private static string Part(string text) => text.Replace("%", "%25", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal).Replace("|", "%7C", StringComparison.Ordinal);

    private static HashSet<string> Scopes(JsonWebToken token) => token.Claims
        .Where(claim => claim.Type is "scope" or "scp")
        .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(scope => scope.StartsWith(ScopePrefix, StringComparison.Ordinal))
        .Select(scope => scope[ScopePrefix.Length..])
        .Intersect(Scope.All)
        .ToHashSet(StringComparer.Ordinal);
}
