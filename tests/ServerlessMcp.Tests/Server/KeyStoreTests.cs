using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Tests.Server;

public sealed class KeyStoreTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-25T10:00:00Z", null));
    private readonly MemoryTable _table;
    private readonly KeyStore _keys;

    public KeyStoreTests()
    {
        _table = new(_time);
        _keys = new(_table, _time);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_keys_are_let_in_once_and_other_ones_never()
    {
        var first = FirstKeys.Make();
        await _keys.PutFirstKeysAsync(first, Stop);
        await new KeyStore(_table, _time).PutFirstKeysAsync(first, Stop);
        var refused = await Assert.ThrowsAsync<CallerException>(() => _keys.PutFirstKeysAsync(FirstKeys.Make(), Stop));

        var agent = await _keys.VerifyAsync(first.Agent, Stop);
        var person = await _keys.VerifyAsync(first.Operator, Stop);
        Assert.Equal("wrong_keys", refused.Code);
        Assert.Equal(["operate", "read"], agent!.Scopes.Order());
        Assert.Equal(["admin", "approve", "operate", "read"], person!.Scopes.Order());
        Assert.NotEqual(agent.Id, person.Id);
        Assert.Equal(2, (await _keys.ListAsync(Stop)).Count);
    }

    [Fact]
    public async Task A_revoked_first_key_stays_revoked_when_the_first_keys_come_again()
    {
        var first = FirstKeys.Make();
        await _keys.PutFirstKeysAsync(first, Stop);
        await _keys.RevokeAsync((await _keys.VerifyAsync(first.Agent, Stop))!.Id, Stop);

        await _keys.PutFirstKeysAsync(first, Stop);

        Assert.Null(await _keys.VerifyAsync(first.Agent, Stop));
    }

    [Fact]
    public async Task The_secret_is_stored_nowhere()
    {
        var key = await _keys.CreateAsync("ci", [Scope.Read], Stop);
        var record = Assert.Single(await _keys.ListAsync(Stop));

        var item = await _table.GetAsync(new($"KEY#{record.Id}", "META"), strong: true, Stop);

        Assert.DoesNotContain(key[^64..], item!.Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_here_and_within_ten_seconds_elsewhere()
    {
        var key = await _keys.CreateAsync("ci", [Scope.Read], Stop);
        var elsewhere = new KeyStore(_table, _time);
        var before = await elsewhere.VerifyAsync(key, Stop);

        await _keys.RevokeAsync(before!.Id, Stop);
        var here = await _keys.VerifyAsync(key, Stop);
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Null(here);
        Assert.Null(await elsewhere.VerifyAsync(key, Stop));
    }

    [Theory]
    [InlineData("", new[] { "read" })]
    [InlineData("x", new string[0])]
    [InlineData("x", new[] { "root" })]
    public async Task A_key_needs_a_name_and_known_scopes(string name, string[] scopes)
    {
        var refused = await Assert.ThrowsAsync<CallerException>(() => _keys.CreateAsync(name, scopes, Stop));

        Assert.Equal("invalid_key", refused.Code);
    }

    [Fact]
    public void A_key_does_not_show_its_secret_as_text()
    {
        var key = ApiKey.New();

        Assert.True(ApiKey.TryParse(key.Reveal(), out var parsed));
        Assert.Equal(key, parsed);
        Assert.DoesNotContain(key.Secret, key.ToString(), StringComparison.Ordinal);
        Assert.False(ApiKey.TryParse(key.Reveal() + "0", out _));
        Assert.False(ApiKey.TryParse(key.Reveal().ToUpperInvariant(), out _));
    }
}
