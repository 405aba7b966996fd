using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Hosting;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.Planning.Resources;
using ServerlessMcp.Tests.Executions.Running;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Planning.Fakes;

namespace ServerlessMcp.Tests.Local.Hosting;

public sealed class LocalSweepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_execution_that_cannot_be_swept_does_not_keep_the_room_of_expired_items()
    {
        var stage = new Stage();
        using var database = new LocalDatabase(_folder.File("smcp.db"));
        var table = new SqliteTable(database, stage.Time);
        var unreadable = new JsonObject { ["executionId"] = "ex_0", ["status"] = "of another age" };
        await table.WriteAsync(
            [
                new TableWrite.Put(Keys.Open("ex_0"), 0, []),
                new TableWrite.Put(Keys.Meta("ex_0"), 0, unreadable),
                new TableWrite.Put(new("p", "old"), 0, [], Ttl: stage.Time.GetUtcNow()),
            ],
            Token);
        var blobs = new FileBlobs(_folder.File("blobs"));
        await blobs.PutAsync("EXEC/ex_0", "1"u8.ToArray(), Token);
        await blobs.PutAsync("EXEC/ex_1", "1"u8.ToArray(), Token);
        File.SetLastWriteTimeUtc(Path.Combine(_folder.Path, "blobs", "EXEC", "ex_0"), stage.Time.GetUtcNow().AddDays(-401).UtcDateTime);
        File.SetLastWriteTimeUtc(Path.Combine(_folder.Path, "blobs", "EXEC", "ex_1"), stage.Time.GetUtcNow().AddDays(-399).UtcDateTime);
        using var sweep = new LocalSweep(
            new Sweeper(stage.Ports with { Table = table }), new(stage.Policies, table, stage.Time), Resources(stage, table), table, blobs, stage.Time, NullLogger<LocalSweep>.Instance);

        await sweep.SweepAsync(Token);

        Assert.Equal(0, await table.DropExpiredAsync(Token));
        Assert.Null(await blobs.GetAsync("EXEC/ex_0", Token));
        Assert.NotNull(await blobs.GetAsync("EXEC/ex_1", Token));
    }

    [Fact]
    public async Task A_sweep_that_fails_in_any_way_does_not_end_the_server()
    {
        var stage = new Stage();
        using var database = new LocalDatabase(_folder.File("smcp.db"));
        var table = new SqliteTable(database, stage.Time);
        database.Define("DROP TABLE item");
        using var sweep = new LocalSweep(
            new Sweeper(stage.Ports with { Table = table }), new(stage.Policies, table, stage.Time), Resources(stage, table), table, new(_folder.File("blobs")), stage.Time, NullLogger<LocalSweep>.Instance);

        Assert.Null(await Record.ExceptionAsync(() => sweep.SweepAsync(Token)));
    }

    private static ResourceSweep Resources(Stage stage, ITable table)
    {
        var (aws, store) = (new FakeReads(), new ResourceStore(table));
        return new(aws, store, new(aws, new(table, stage.Blobs), store, stage.Time), new("eu-west-1"), stage.Time);
    }
}
