using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Tests.Server;

public sealed class FirstKeyStoreTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-25T10:00:00Z", null));
    private readonly MemoryTable _table;
    private readonly KeyStore _keys;
    private readonly FirstKeyStore _first;

    public FirstKeyStoreTests()
    {
        _table = new(_time);
        _keys = new(_table, new("local", Peppers.Make()), _time);
        _first = new(_table, _keys, _time);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_are_let_in_once_and_other_ones_never()
    {
        var first = FirstKeys.Make("local");
        await _first.PutAsync(first, Stop);
        await new FirstKeyStore(_table, _keys, _time).PutAsync(first, Stop);
        var refused = await Assert.ThrowsAsync<CallerException>(() => _first.PutAsync(FirstKeys.Make("local"), Stop));
        _time.Advance(TimeSpan.FromDays(1000));

        var agent = await _keys.VerifyAsync(first.Agent, null, Stop);
        var person = await _keys.VerifyAsync(first.Operator, null, Stop);
        Assert.Equal("wrong_keys", refused.Code);
        Assert.Equal(["operate", "read"], agent!.Scopes.Order());
        Assert.Equal(["admin", "approve", "operate", "read"], person!.Scopes.Order());
        Assert.NotEqual(agent.Id, person.Id);
        Assert.Equal(("local", "local"), (agent.Owner, person.Owner));
        Assert.Equal(2, (await _keys.ListAsync(Stop)).Count);
    }

    [Fact]
    public async Task A_revoked_one_stays_revoked_when_they_come_again()
    {
        var first = FirstKeys.Make("local");
        await _first.PutAsync(first, Stop);
        await _keys.RevokeAsync(first.Agent, TestEndpoint.Everything, Stop);

        await _first.PutAsync(first, Stop);

        Assert.Null(await _keys.VerifyAsync(first.Agent, null, Stop));
    }

    [Fact]
    public async Task Those_of_the_old_form_are_replaced_by_the_same_callers()
    {
        var old = await OldAsync();
        var first = FirstKeys.Make("local");
        var are = await _first.AreOfOldFormAsync(old, Stop);

        await _first.PutAsync(first, Stop);
        await _first.PutAsync(first, Stop);

        Assert.True(are);
        Assert.False(await _first.AreOfOldFormAsync(FirstKeys.Make("local"), Stop));
        Assert.Equal("key_0000000000aa", (await _keys.VerifyAsync(first.Agent, null, Stop))!.Id);
        Assert.Equal("key_0000000000bb", (await _keys.VerifyAsync(first.Operator, null, Stop))!.Id);
        Assert.Null(await _keys.VerifyAsync(old.Agent, null, Stop));
        await Assert.ThrowsAsync<CallerException>(() => _first.PutAsync(FirstKeys.Make("local"), Stop));
    }

    [Fact]
    public async Task A_death_between_the_two_replacements_is_mended_by_the_next_start()
    {
        await OldAsync();
        var first = FirstKeys.Make("local");
        _table.AfterWrite = _ => throw new TableUnavailableException("dead");
        await Assert.ThrowsAsync<TableUnavailableException>(() => _first.PutAsync(first, Stop));
        _table.AfterWrite = null;

        await _first.PutAsync(first, Stop);

        Assert.NotNull(await _keys.VerifyAsync(first.Operator, null, Stop));
    }

    /// <summary>As the version before wrote them.</summary>
    private async Task<FirstKeys> OldAsync()
    {
        var secret = new string('0', 64);
        await _table.WriteAsync(
            [
                new TableWrite.Put(new("CONFIG", "FIRST_KEYS"), 0, new JsonObject { ["agent"] = "0000000000aa", ["operator"] = "0000000000bb" }),
                new TableWrite.Put(new("KEY#0000000000aa", "META"), 0, Item("0000000000aa", "agent"), new("KEYS", "1#0000000000aa")),
                new TableWrite.Put(new("KEY#0000000000bb", "META"), 0, Item("0000000000bb", "operator"), new("KEYS", "1#0000000000bb")),
            ],
            Stop);
        return new($"smcp_0000000000aa_{secret}", $"smcp_0000000000bb_{secret}");

        JsonObject Item(string id, string name) => new()
        {
            ["id"] = id,
            ["name"] = name,
            ["hash"] = secret,
            ["scopes"] = new JsonArray("read"),
            ["createdAt"] = "2026-11-24T10:00:00+00:00",
        };
    }
}
