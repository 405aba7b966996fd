using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Tests.Server.Access;

public sealed class TokenCheckTests : IAsyncLifetime
{
    private static readonly string[] TwoAudiences = ["https://other.example", TestIssuer.Resource];
    private static readonly string[] TwoScopes = ["mcp:read", "mcp:operate"];

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private TestIssuer _issuer = null!;
    private TokenCheck _tokens = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _tokens = new(_issuer.Settings, _time);
    }

    public async ValueTask DisposeAsync()
    {
        _tokens.Dispose();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task What_is_good_opens_and_says_who_it_is()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        string[] good =
        [
            _issuer.Token(),
            _issuer.Token(SecurityAlgorithms.RsaSsaPssSha256),
            _issuer.Token(SecurityAlgorithms.EcdsaSha256),
            _issuer.Token(claims: ("aud", TwoAudiences)),
            _issuer.Token(claims: ("exp", now - 25)),
            _issuer.Token(claims: ("nbf", now + 25)),
            _issuer.Token(claims: ("exp", now + 86_400)),
            _issuer.Token(claims: [("scope", null), ("scp", TwoScopes)]),
        ];

        foreach (var token in good)
        {
            var principal = await _tokens.VerifyAsync(token, Cancelled);
            Assert.NotNull(principal);
            Assert.Equal(($"{_issuer.Name}|u1", $"{_issuer.Name}|u1", "operate,read"), (principal.Id, principal.Owner, string.Join(',', principal.Scopes.Order())));
        }
    }

    [Fact]
    public async Task Thirty_seven_kinds_of_bad_tokens_open_nothing()
    {
        var bad = _issuer.Bad().ToList();
        var opened = new List<string>();
        foreach (var (kind, token) in bad)
        {
            if (await _tokens.VerifyAsync(token, Cancelled) is not null)
            {
                opened.Add(kind);
            }
        }

        Assert.Equal(37, bad.Count);
        Assert.Empty(opened);
    }

    [Fact]
    public async Task Scopes_of_others_and_unknown_ones_are_none_of_ours()
    {
        var principal = await _tokens.VerifyAsync(_issuer.Token(claims: ("scope", "openid admin read mcp:root mcp:approve")), Cancelled);

        Assert.Equal(["approve"], principal!.Scopes);
    }

    [Fact]
    public async Task A_subject_cannot_be_read_as_another_issuers_or_reach_into_other_keys_of_the_table()
    {
        var principal = await _tokens.VerifyAsync(_issuer.Token(claims: ("sub", "a|b#c%")), Cancelled);

        Assert.Equal($"{_issuer.Name}|a%7Cb%23c%25", principal!.Id);
    }

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("token_use", "id", false)]
    [InlineData("token_use", "access", true)]
    [InlineData("client_id", "app", true)]
    public async Task An_issuer_that_writes_no_type_of_its_own_must_show_an_access_token(string? claim, string? value, bool opens)
    {
        using var tokens = new TokenCheck(new(new(TestIssuer.Resource), [new(_issuer.Name, PlainType: true)]), _time);
        var token = _issuer.Token(type: "JWT", claims: claim is null ? [] : [(claim, value)]);

        Assert.Equal(opens, await tokens.VerifyAsync(token, Cancelled) is not null);
    }

    [Fact]
    public async Task Keys_outlast_an_issuer_that_is_away_and_without_any_nothing_can_be_said()
    {
        _issuer.IsAway = true;
        await Assert.ThrowsAsync<IssuerAwayException>(() => _tokens.VerifyAsync(_issuer.Token(), Cancelled));
        _issuer.IsAway = false;
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.NotNull(await _tokens.VerifyAsync(_issuer.Token(), Cancelled));
        _issuer.IsAway = true;
        _time.Advance(TimeSpan.FromDays(2));

        var later = DateTimeOffset.UtcNow.AddDays(2).ToUnixTimeSeconds();
        Assert.NotNull(await _tokens.VerifyAsync(_issuer.Token(claims: ("exp", later + 300)), Cancelled));
    }

    [Fact]
    public async Task New_keys_are_found_and_unknown_ones_fetch_once_in_five_minutes()
    {
        await _tokens.VerifyAsync(_issuer.Token(), Cancelled);
        _issuer.Rotate();
        Assert.NotNull(await _tokens.VerifyAsync(_issuer.Token(), Cancelled));
        var fetches = _issuer.Fetches;
        var unknown = _issuer.Bad().Single(bad => bad.Kind == "unknown key id").Token;
        for (var n = 0; n < 50; n++)
        {
            Assert.Null(await _tokens.VerifyAsync(unknown, Cancelled));
        }

        Assert.Equal((2, 2), (fetches, _issuer.Fetches));
        _time.Advance(TimeSpan.FromMinutes(5));
        await _tokens.VerifyAsync(unknown, Cancelled);
        Assert.Equal(3, _issuer.Fetches);
    }

    [Fact]
    public async Task A_strange_issuer_is_never_asked()
    {
        await _tokens.VerifyAsync(_issuer.Token(claims: ("iss", "https://evil.example")), Cancelled);

        Assert.Equal(0, _issuer.Fetches);
    }
}
