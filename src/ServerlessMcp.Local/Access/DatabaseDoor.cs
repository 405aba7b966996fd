using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Local.Access;

/// <summary>While no server runs: whoever may write the database is the operator.</summary>
internal sealed class DatabaseDoor : IOperatorDoor
{
    private static readonly Principal Operator = new("operator", "operator", Scope.All.ToHashSet(StringComparer.Ordinal)) { Owner = FirstKeyStore.LocalOwner };

    private readonly LocalFiles _files;
    private readonly LocalDatabase _database;
    private readonly SqliteTable _table;

    public DatabaseDoor(LocalFiles files)
    {
        _files = files;
        _database = new(files.Database);
        _table = new(_database, TimeProvider.System);
    }

    public async Task<IReadOnlyList<OperatorKey>> KeysAsync(CancellationToken cancellationToken) =>
        [.. (await new KeyRecords(_table).ListAsync(cancellationToken)).Select(View)];

    public async Task<string> CreateKeyAsync(KeyRequest request, CancellationToken cancellationToken) =>
        await (await StoreAsync(cancellationToken)).CreateAsync(request, Operator, cancellationToken);

    public async Task<OperatorKey> ChangeKeyAsync(string id, string word, CancellationToken cancellationToken)
    {
        var store = await StoreAsync(cancellationToken);
        return View(word == "revoke"
            ? await store.RevokeAsync(id, Operator, cancellationToken)
            : await store.DisableAsync(id, word == "disable", Operator, cancellationToken));
    }

    public async Task<RotatedKey> RotateKeyAsync(string id, CancellationToken cancellationToken)
    {
        var (key, old) = await (await StoreAsync(cancellationToken)).RotateAsync(id, Operator, cancellationToken);
        return new(key, View(old));
    }

    public Task<Shown> ShowAsync(string executionId, CancellationToken cancellationToken) => throw NoServer();

    public Task<string> DecideAsync(string executionId, bool approve, GateSeen? seen, CancellationToken cancellationToken) => throw NoServer();

    public Task<string> PageAsync(string? id, CancellationToken cancellationToken) => throw NoServer();

    public Task<string> TraceAsync(string executionId, CancellationToken cancellationToken) =>
        new TraceReader(_table).ReadAsync(executionId, Operator, cancellationToken);

    public Task<AuditAnswer> VerifyAuditAsync(CancellationToken cancellationToken) => AuditReader.VerifyAsync(_table, TimeProvider.System, cancellationToken);

    public Task<IReadOnlyList<string>> AuditAsync(string? executionId, int limit, CancellationToken cancellationToken) =>
        AuditReader.ReadAsync(_table, TimeProvider.System, executionId, limit, cancellationToken);

    public Task<string> FreezeAsync(bool isFrozen, string? reason, CancellationToken cancellationToken) =>
        FreezeText.SetAsync(new(_table, TimeProvider.System), Operator, isFrozen, reason, cancellationToken);

    public Task<string> PolicyAsync(CancellationToken cancellationToken) => throw NoServer();

    public Task<PlanToJudge> PlanAsync(string planId, CancellationToken cancellationToken) => throw NoServer();

    public void Dispose() => _database.Dispose();

    private async Task<KeyStore> StoreAsync(CancellationToken cancellationToken) =>
        new(_table, await LocalKeyring.OpenAsync(_files, _table, cancellationToken), TimeProvider.System);

    private static OperatorKey View(KeyRecord key) => OperatorKey.Of(key, TimeProvider.System.GetUtcNow());

    internal static CallerException NoServer() =>
        new("no_server", "No server runs on this data folder, so nothing would go on: start it with 'smcp serve'.");
}
