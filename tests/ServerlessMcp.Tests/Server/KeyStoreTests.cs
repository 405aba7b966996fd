using System.Net;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Server;

public sealed class KeyStoreTests
{
    private static readonly Principal Creator = TestEndpoint.Everything with { Owner = "ann" };

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-25T10:00:00Z", null));
    private readonly KeySettings _settings = new("test", Peppers.Make());
    private readonly CountedTable _table;
    private readonly KeyStore _keys;

    public KeyStoreTests()
    {
        _table = new(new MemoryTable(_time));
        _keys = new(_table, _settings, _time);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Every way in which a well-formed key of this environment does not open.</summary>
    public static TheoryData<string> Closed => ["unknown", "wrong secret", "expired", "disabled", "revoked", "rotated out", "from elsewhere", "old form"];

    [Theory]
    [MemberData(nameof(Closed))]
    public async Task Whatever_does_not_open_costs_one_read_and_nothing_else(string why)
    {
        var key = await ClosedAsync(why);
        var (reads, writes) = (_table.Reads, _table.Writes);

        var principal = await _keys.VerifyAsync(key, IPAddress.Parse("198.51.100.7"), Stop);

        Assert.Null(principal);
        Assert.Equal((1, 0), (_table.Reads - reads, _table.Writes - writes));
    }

    [Theory]
    [InlineData("another environment")]
    [InlineData("a typing error")]
    [InlineData("random")]
    public async Task What_cannot_be_a_key_of_here_is_refused_without_a_look(string what)
    {
        var key = await _keys.CreateAsync(new("ci", [Scope.Operate]), Creator, Stop);
        var text = what switch
        {
            "another environment" => await new KeyStore(_table, new("prod", _settings.Peppers), _time).CreateAsync(new("ci", [Scope.Read]), Creator, Stop),
            "a typing error" => key[..30] + (key[30] == 'x' ? 'y' : 'x') + key[31..],
            _ => $"smcp_test_{new string('a', 12)}_{new string('x', 49)}",
        };
        var reads = _table.Reads;

        Assert.Null(await _keys.VerifyAsync(text, null, Stop));
        Assert.Equal(0, _table.Reads - reads);
    }

    [Fact]
    public async Task The_check_finds_every_single_wrong_character()
    {
        var key = await _keys.CreateAsync(new("ci", [Scope.Read]), Creator, Stop);

        for (var n = 0; n < key.Length; n++)
        {
            var other = key[n] == 'a' ? 'b' : 'a';
            Assert.False(ApiKey.TryParse(key[..n] + other + key[(n + 1)..], out _), $"at {n}");
        }
    }

    [Fact]
    public async Task The_secret_is_stored_nowhere_and_the_table_alone_checks_no_key()
    {
        var key = await _keys.CreateAsync(new("ci", [Scope.Read]), Creator, Stop);
        var record = Assert.Single(await _keys.ListAsync(Stop));
        var item = await _table.GetAsync(new($"KEY#{record.Id}", "META"), strong: true, Stop);

        Assert.DoesNotContain(key.Split('_')[3][..43], item!.Body.ToJsonString(), StringComparison.Ordinal);
        Assert.Null(await new KeyStore(_table, new("test", Peppers.Make()), _time).VerifyAsync(key, null, Stop));
        Assert.NotNull(await _keys.VerifyAsync(key, null, Stop));
    }

    [Fact]
    public async Task A_key_lives_ninety_days_and_at_most_a_year()
    {
        var usual = await _keys.CreateAsync(new("ci", [Scope.Operate]), Creator, Stop);
        var refused = await Assert.ThrowsAsync<CallerException>(() => _keys.CreateAsync(new("ci", [Scope.Read], 366), Creator, Stop));

        _time.Advance(TimeSpan.FromDays(90) - TimeSpan.FromSeconds(1));
        Assert.NotNull(await _keys.VerifyAsync(usual, null, Stop));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await _keys.VerifyAsync(usual, null, Stop));
        Assert.Equal("days", Assert.Single(refused.Problems).Path);
    }

    [Fact]
    public async Task A_revoked_key_that_may_do_more_than_read_is_refused_at_once_everywhere()
    {
        var elsewhere = new KeyStore(_table, _settings, _time);
        var (reader, writer) = (await _keys.CreateAsync(new("r", [Scope.Read]), Creator, Stop), await _keys.CreateAsync(new("w", [Scope.Read, Scope.Operate]), Creator, Stop));
        var (first, second) = (await elsewhere.VerifyAsync(reader, null, Stop), await elsewhere.VerifyAsync(writer, null, Stop));

        await _keys.RevokeAsync(first!.Id, Creator, Stop);
        await _keys.RevokeAsync(second!.Id, Creator, Stop);

        Assert.Null(await _keys.VerifyAsync(reader, null, Stop));
        Assert.Null(await elsewhere.VerifyAsync(writer, null, Stop));
        Assert.NotNull(await elsewhere.VerifyAsync(reader, null, Stop));
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Null(await elsewhere.VerifyAsync(reader, null, Stop));
    }

    [Fact]
    public async Task A_successor_is_the_same_caller_and_the_old_key_opens_seven_days_more()
    {
        var old = await _keys.CreateAsync(new("ci", [Scope.Read, Scope.Operate], 30, ["198.51.100.0/24"], "bob"), Creator, Stop);
        var home = IPAddress.Parse("::ffff:198.51.100.7");
        _time.Advance(TimeSpan.FromDays(20));

        var (key, ending) = await _keys.RotateAsync(old, Creator, Stop);
        var (before, after) = (await _keys.VerifyAsync(old, home, Stop), await _keys.VerifyAsync(key, home, Stop));
        var again = await Assert.ThrowsAsync<CallerException>(() => _keys.RotateAsync(ending.Id, Creator, Stop));

        Assert.Equal((before!.Id, before.Owner, "operate,read"), (after!.Id, after.Owner, string.Join(',', after.Scopes.Order())));
        Assert.Equal("bob", after.Owner);
        Assert.Null(await _keys.VerifyAsync(key, IPAddress.Loopback, Stop));
        Assert.Equal("key_has_successor", again.Code);
        _time.Advance(TimeSpan.FromDays(7));
        Assert.Null(await _keys.VerifyAsync(old, home, Stop));
        _time.Advance(TimeSpan.FromDays(22));
        Assert.NotNull(await _keys.VerifyAsync(key, home, Stop));
    }

    [Fact]
    public async Task The_day_of_use_is_written_once_a_day()
    {
        var key = await _keys.CreateAsync(new("ci", [Scope.Operate]), Creator, Stop);
        var writes = _table.Writes;
        for (var n = 0; n < 5; n++)
        {
            await _keys.VerifyAsync(key, null, Stop);
        }

        Assert.Equal(1, _table.Writes - writes);
        Assert.Equal("2026-11-25", Assert.Single(await _keys.ListAsync(Stop)).LastUsedDay);
        _time.Advance(TimeSpan.FromDays(1));
        await _keys.VerifyAsync(key, null, Stop);
        Assert.Equal(2, _table.Writes - writes);
    }

    [Fact]
    public async Task A_key_goes_over_to_the_newest_pepper_when_it_is_used()
    {
        var key = await _keys.CreateAsync(new("ci", [Scope.Read]), Creator, Stop);
        var both = Peppers.Parse($"{Peppers.Make().Reveal()},{_settings.Peppers.Reveal()}")!;
        var alone = Peppers.Parse(both.Reveal().Split(',')[0])!;

        Assert.NotNull(await new KeyStore(_table, new("test", both), _time).VerifyAsync(key, null, Stop));
        Assert.NotNull(await new KeyStore(_table, new("test", alone), _time).VerifyAsync(key, null, Stop));
    }

    [Fact]
    public async Task Nobody_gives_a_scope_that_they_do_not_have()
    {
        var creator = new Principal("key_a", "a", new HashSet<string> { Scope.Admin, Scope.Read });
        var owner = await _keys.CreateAsync(new("ops", [Scope.Operate]), Creator, Stop);

        var made = await Assert.ThrowsAsync<CallerException>(() => _keys.CreateAsync(new("x", [Scope.Read, Scope.Operate]), creator, Stop));
        var rotated = await Assert.ThrowsAsync<CallerException>(() => _keys.RotateAsync(owner, creator, Stop));

        Assert.Equal(("scope_exceeds_own", "scope_exceeds_own"), (made.Code, rotated.Code));
        Assert.NotNull(await _keys.CreateAsync(new("x", [Scope.Read]), creator, Stop));
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_wanted_key_is_said_at_once()
    {
        var refused = await Assert.ThrowsAsync<CallerException>(
            () => _keys.CreateAsync(new("", ["root"], 0, ["10.0.0.0/8", "10.0.0.0/40", "home"], "\n"), Creator, Stop));

        Assert.Equal(["name", "scopes", "days", "owner", "networks[1]", "networks[2]"], refused.Problems.Select(problem => problem.Path));
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_told_with_what_helps_and_without_a_secret()
    {
        var key = await _keys.CreateAsync(new("ci", [Scope.Read]), Creator, Stop);

        var named = await Assert.ThrowsAsync<CallerException>(() => _keys.RevokeAsync("ci", Creator, Stop));
        var foreign = await Assert.ThrowsAsync<CallerException>(() => _keys.RevokeAsync(key + "x", Creator, Stop));

        Assert.Contains(key.Split('_')[2], named.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Split('_')[3][..10], foreign.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_key_nor_pepper_shows_itself_as_text()
    {
        var (key, peppers) = (ApiKey.New("test"), Peppers.Make());

        Assert.DoesNotContain(key.Secret, key.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(peppers.Reveal()[12..], $"{new KeySettings("test", peppers)}", StringComparison.Ordinal);
        Assert.True(ApiKey.TryParse(key.Reveal(), out var parsed));
        Assert.Equal(key, parsed);
    }

    private async Task<string> ClosedAsync(string why)
    {
        var request = new KeyRequest("ci", [Scope.Read, Scope.Operate], Networks: why == "from elsewhere" ? ["10.0.0.0/8"] : null);
        var key = await _keys.CreateAsync(request, Creator, Stop);
        Assert.True(ApiKey.TryParse(key, out var parts));
        switch (why)
        {
            case "unknown":
                return ApiKey.New("test").Reveal();
            case "wrong secret":
                return (ApiKey.New("test") with { Id = parts.Id }).Reveal();
            case "expired":
                _time.Advance(TimeSpan.FromDays(91));
                break;
            case "disabled":
                await _keys.DisableAsync(parts.Id, isDisabled: true, Creator, Stop);
                break;
            case "revoked":
                await _keys.RevokeAsync(parts.Id, Creator, Stop);
                break;
            case "rotated out":
                await _keys.RotateAsync(parts.Id, Creator, Stop);
                _time.Advance(TimeSpan.FromDays(8));
                break;
            case "old form":
                await _table.WriteAsync([KeyRecords.Put(new(parts.Id, "ci", new string('0', 64), [Scope.Read], _time.GetUtcNow()), 1)], Stop);
                break;
            default:
                break;
        }

        return key;
    }
}
