using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Tests.Server.Access;

/// <summary>An authorization server on loopback: its metadata, its keys, and tokens good and bad.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    public const string Resource = "https://mcp.example/mcp";

    private static readonly string[] ScopeList = ["mcp:read", "mcp:operate"];

    private readonly WebApplication _app;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly RSA _stranger = RSA.Create(2048);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private RSA _rsa = RSA.Create(2048);
    private string _keyId = "k1";

    private TestIssuer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", Answer(() => $$"""{"issuer":"{{Name}}","jwks_uri":"{{Name}}/keys"}"""));
        _app.MapGet("/keys", Answer(Keys));
        _app.MapGet("/other/.well-known/openid-configuration", Answer(() => $$"""{"issuer":"{{Other}}","jwks_uri":"{{Other}}/keys"}"""));
        _app.MapGet("/other/keys", Answer(() => $$"""{"keys":[{{CurveKey()}}]}"""));
    }

    public string Name => _app.Urls.Single();

    /// <summary>Another authorization server that is trusted too, with a key of its own.</summary>
    public string Other => Name + "/other";

    public JwtSettings Settings => new(new(Resource), [new(Name), new(Other)]);

    public bool IsAway { get; set; }

    /// <summary>How often keys were fetched.</summary>
    public int Fetches { get; private set; }

    public static async Task<TestIssuer> StartAsync()
    {
        var issuer = new TestIssuer();
        await issuer._app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    public void Rotate()
    {
        _rsa.Dispose();
        (_rsa, _keyId) = (RSA.Create(2048), _keyId + "x");
    }

    /// <param name="claims">What is other than usual; null takes a claim away.</param>
    public string Token(string algorithm = SecurityAlgorithms.RsaSha256, string? type = "at+jwt", SecurityKey? key = null, params (string Name, object? Value)[] claims)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var all = new Dictionary<string, object> { ["iss"] = Name, ["aud"] = Resource, ["sub"] = "u1", ["scope"] = "mcp:read mcp:operate", ["iat"] = now, ["exp"] = now + 300 };
        foreach (var (name, value) in claims)
        {
            if (value is null)
            {
                all.Remove(name);
            }
            else
            {
                all[name] = value;
            }
        }

        key ??= algorithm == SecurityAlgorithms.EcdsaSha256 ? new ECDsaSecurityKey(_curve) { KeyId = "e1" } : new RsaSecurityKey(_rsa) { KeyId = _keyId };
        var token = _handler.CreateToken(new SecurityTokenDescriptor { Claims = all, SigningCredentials = new(key, algorithm), TokenType = type ?? "none" });
        return type is null ? Resign(token, header => header.Replace(",\"typ\":\"none\"", "", StringComparison.Ordinal)) : token;
    }

    /// <summary>Each kind of token that must not open, by name.</summary>
    public IEnumerable<(string Kind, string Token)> Bad()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var good = Token();
        var parts = good.Split('.');
        var secret = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem())) { KeyId = _keyId };
        var stranger = new RsaSecurityKey(_stranger) { KeyId = _keyId };
        yield return ("algorithm none", $"{Part("""{"alg":"none","typ":"at+jwt"}""")}.{parts[1]}.");
        yield return ("HS256 with the public key", Token(SecurityAlgorithms.HmacSha256, key: secret));
        yield return ("RS384", Token(SecurityAlgorithms.RsaSha384));
        yield return ("another key under the same id", Token(key: stranger));
        yield return ("unknown key id", Token(key: new RsaSecurityKey(_stranger) { KeyId = "k9" }));
        yield return ("no key id", Token(key: new RsaSecurityKey(_rsa)));
        yield return ("another issuer", Token(claims: ("iss", "https://evil.example")));
        yield return ("issuer with a slash", Token(claims: ("iss", Name + "/")));
        yield return ("no issuer", Token(claims: ("iss", null)));
        yield return ("another audience", Token(claims: ("aud", "https://other.example/mcp")));
        yield return ("audience without path", Token(claims: ("aud", "https://mcp.example")));
        yield return ("audience with a slash", Token(claims: ("aud", Resource + "/")));
        yield return ("no audience", Token(claims: ("aud", null)));
        yield return ("expired 31 s ago", Token(claims: ("exp", now - 31)));
        yield return ("good in 60 s", Token(claims: ("nbf", now + 60)));
        yield return ("no expiry", Token(claims: ("exp", null)));
        yield return ("type JWT", Token(type: "JWT"));
        yield return ("no type", Token(type: null));
        yield return ("payload exchanged", $"{parts[0]}.{Part($$"""{"iss":"{{Name}}","aud":"{{Resource}}","sub":"admin","exp":9999999999}""")}.{parts[2]}");
        yield return ("signature cut off", good[..^4]);
        yield return ("its own key in the header", Embedded(parts));
        yield return ("no subject", Token(claims: ("sub", null)));
        yield return ("no token", "a.b.c");
        yield return ("algorithm none in other letters", $"{Part("""{"alg":"nOnE","typ":"at+jwt"}""")}.{parts[1]}.");
        yield return ("no signature", $"{parts[0]}.{parts[1]}.");
        yield return ("keys from an address in the header (jku)", Brought(parts, $"\"jku\":\"{Name}/keys\""));
        yield return ("a certificate from an address in the header (x5u)", Brought(parts, $"\"x5u\":\"{Name}/cert\""));
        yield return ("a key id that leads elsewhere", Token(key: new RsaSecurityKey(_rsa) { KeyId = $"../keys/{_keyId}" }));
        yield return ("another trusted issuer's name", Token(claims: ("iss", Other)));
        yield return ("a critical header", Resign(good, header => header.Replace("{", """{"crit":["exp"],"exp":1,""", StringComparison.Ordinal)));
        yield return ("a header member twice", Resign(good, header => header.Replace("{", """{"typ":"JWT",""", StringComparison.Ordinal)));
        yield return ("a claim twice", Signed(_rsa, $"{parts[0]}.{Part(Base64UrlEncoder.Decode(parts[1]).Replace("{", """{"sub":"u2",""", StringComparison.Ordinal))}"));
        yield return ("encrypted", _handler.EncryptToken(good, new(new RsaSecurityKey(_rsa) { KeyId = _keyId }, SecurityAlgorithms.RsaOAEP, SecurityAlgorithms.Aes256CbcHmacSha512)));
        yield return ("scope as a list", Token(claims: ("scope", ScopeList)));
        yield return ("good for more than a day", Token(claims: ("exp", now + 86_400 + 60)));
        yield return ("too long", Token(claims: ("pad", new string('x', 13_000))));
        yield return ("an empty subject", Token(claims: ("sub", "")));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
        _stranger.Dispose();
        _curve.Dispose();
    }

    private RequestDelegate Answer(Func<string> text) => context =>
    {
        if (IsAway)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        Fetches += context.Request.Path == "/keys" ? 1 : 0;
        return context.Response.WriteAsync(text(), context.RequestAborted);
    };

    private string Keys()
    {
        var rsa = _rsa.ExportParameters(false);
        return $$"""
            {"keys":[{"kty":"RSA","kid":"{{_keyId}}","use":"sig","n":"{{Base64UrlEncoder.Encode(rsa.Modulus)}}","e":"{{Base64UrlEncoder.Encode(rsa.Exponent)}}"},
                     {{CurveKey()}}]}
            """;
    }

    private string CurveKey()
    {
        var curve = _curve.ExportParameters(false);
        return $$"""{"kty":"EC","kid":"e1","crv":"P-256","x":"{{Base64UrlEncoder.Encode(curve.Q.X)}}","y":"{{Base64UrlEncoder.Encode(curve.Q.Y)}}"}""";
    }

    /// <summary>Signed by a key that the token brings along.</summary>
    private string Embedded(string[] parts)
    {
        var key = _stranger.ExportParameters(false);
        var header = Part($$$"""{"alg":"RS256","typ":"at+jwt","kid":"own","jwk":{"kty":"RSA","kid":"own","n":"{{{Base64UrlEncoder.Encode(key.Modulus)}}}","e":"AQAB"}}""");
        return Signed(_stranger, $"{header}.{parts[1]}");
    }

    /// <summary>Signed by a stranger, with where to fetch keys from.</summary>
    private string Brought(string[] parts, string member) =>
        Signed(_stranger, $"{Part($$"""{"alg":"RS256","typ":"at+jwt","kid":"own",{{member}}}""")}.{parts[1]}");

    private string Resign(string token, Func<string, string> change)
    {
        var parts = token.Split('.');
        return Signed(_rsa, $"{Part(change(Base64UrlEncoder.Decode(parts[0])))}.{parts[1]}");
    }

    private static string Signed(RSA key, string content) =>
        $"{content}.{Base64UrlEncoder.Encode(key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";

    private static string Part(string json) => Base64UrlEncoder.Encode(json);
}
