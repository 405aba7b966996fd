using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Tests.Server.Access;

/// <summary>Who makes, replaces and ends keys is on record, before and after, and no secret with it.</summary>
public sealed class KeyAuditTests
{
    private static readonly Principal Ann = TestEndpoint.Everything with { Id = "key_ann", Owner = "ann" };

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-25T10:00:00Z", null));
    private readonly MemoryTable _table;
    private readonly KeyStore _keys;

    public KeyAuditTests()
    {
        _table = new(_time);
        _keys = new(_table, new("test", Peppers.Make()), _time);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_change_of_a_key_leaves_an_intent_and_an_outcome_and_never_the_secret()
    {
        var first = await _keys.CreateAsync(new("ci", [Scope.Read], 30, ["10.0.0.0/8"], "bob"), Ann, Stop);
        Assert.True(ApiKey.TryParse(first, out var key));
        await _keys.DisableAsync(key.Id, isDisabled: true, Ann, Stop);
        await _keys.DisableAsync(key.Id, isDisabled: false, Ann, Stop);
        var (second, _) = await _keys.RotateAsync(key.Id, Ann, Stop);
        Assert.True(ApiKey.TryParse(second, out var successor));
        await _keys.RevokeAsync(key.Id, Ann, Stop);

        var records = await RecordsAsync();

        Assert.Equal(
            [("create", key.Id), ("disable", key.Id), ("enable", key.Id), ("rotate", successor.Id), ("revoke", key.Id)],
            records.Where(record => record.Entry.Kind == AuditKind.KeyIntent).Select(record => (record.Entry.Action!, record.Entry.KeyId!)));
        Assert.All(records.Chunk(2), pair => Assert.Equal(
            (AuditKind.KeyIntent, AuditKind.KeyOutcome, "succeeded", pair[0].Entry.KeyId, pair[0].Entry.Action),
            (pair[0].Entry.Kind, pair[1].Entry.Kind, pair[1].Entry.Outcome, pair[1].Entry.KeyId, pair[1].Entry.Action)));
        Assert.All(records, record => Assert.Equal("key_ann", record.Entry.By));
        Assert.Equal(
            $$"""{"name":"ci","principal":"key_{{key.Id}}","owner":"bob","scopes":["read"],"expiresAt":"2026-12-25 10:00:00Z","networks":["10.0.0.0/8"]}""",
            records[0].Entry.Arguments!.ToJsonString());
        Assert.Equal(key.Id, (string?)records.First(record => record.Entry.Action == "rotate").Entry.Arguments!["successorOf"]);
        var text = string.Join('\n', records.Select(record => record.ToJson()));
        Assert.All([first, second], made => Assert.DoesNotContain(made.Split('_')[3][..20], text, StringComparison.Ordinal));
        Assert.All(await _keys.ListAsync(Stop), record => Assert.DoesNotContain(record.Hash, text, StringComparison.Ordinal));
        Assert.Empty((await new AuditTrail(_table, _time).VerifyAsync(Stop)).Faults);
    }

    [Fact]
    public async Task What_cannot_be_put_on_record_is_not_done()
    {
        var key = await _keys.CreateAsync(new("ci", [Scope.Read, Scope.Operate]), Ann, Stop);
        _table.BeforeWrite = n => throw new TableUnavailableException("the audit is away");

        await Assert.ThrowsAsync<TableUnavailableException>(() => _keys.RevokeAsync(key, Ann, Stop));
        await Assert.ThrowsAsync<TableUnavailableException>(() => _keys.CreateAsync(new("more", [Scope.Read]), Ann, Stop));
        _table.BeforeWrite = null;

        Assert.NotNull(await _keys.VerifyAsync(key, null, Stop));
        Assert.Single(await _keys.ListAsync(Stop));
    }

    [Fact]
    public async Task A_change_that_another_hand_was_faster_with_is_recorded_as_not_done()
    {
        var key = await _keys.CreateAsync(new("ci", [Scope.Read, Scope.Operate]), Ann, Stop);
        Assert.True(ApiKey.TryParse(key, out var parts));
        var other = new KeyStore(_table, new("test", Peppers.Make()), _time);
        _table.AfterWrite = n =>
        {
            // After the intent: somebody else ends the key.
            _table.AfterWrite = null;
            other.DisableAsync(parts.Id, isDisabled: true, Ann with { Id = "key_other" }, Stop).GetAwaiter().GetResult();
        };

        await Assert.ThrowsAsync<TableConflictException>(() => _keys.RotateAsync(parts.Id, Ann, Stop));

        Assert.Equal(
            ["create succeeded", "disable succeeded", "rotate not_done"],
            (await RecordsAsync()).Where(record => record.Entry.Kind == AuditKind.KeyOutcome).Select(record => $"{record.Entry.Action} {record.Entry.Outcome}").Order());
    }

    [Fact]
    public async Task The_keys_of_a_first_start_are_on_record_once()
    {
        var first = FirstKeys.Make("test");
        await new FirstKeyStore(_table, _keys, _time).PutAsync(first, Stop);
        await new FirstKeyStore(_table, _keys, _time).PutAsync(first, Stop);

        var records = await RecordsAsync();

        Assert.Equal(
            ["create agent", "create operator"],
            records.Where(record => record.Entry.Kind == AuditKind.KeyIntent).Select(record => $"{record.Entry.Action} {record.Entry.Arguments!["name"]}").Order());
        Assert.All(records, record => Assert.Equal("first_start", record.Entry.By));
    }

    /// <summary>Oldest first within a chain.</summary>
    private async Task<List<AuditRecord>> RecordsAsync() =>
        [.. (await new AuditTrail(_table, _time).ReadAsync(Stop).ToListAsync(Stop)).OrderBy(record => record.Entry.By).ThenBy(record => record.Sequence)];
}
