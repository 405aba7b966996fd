using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.Tests.Contracts;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Local.Storage;

public sealed class SqliteTableTests : TableContract, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private LocalDatabase? database;

    public void Dispose()
    {
        database?.Dispose();
        folder.Dispose();
    }

    protected override ValueTask<ITable> OpenAsync(TimeProvider clock)
    {
        database = new(folder.File("smcp.db"));
        return new(new SqliteTable(database, clock));
    }

    [Fact]
    public async Task What_was_written_is_there_after_the_file_is_opened_again()
    {
        var table = await OpenAsync(TimeProvider.System);
        await table.WriteAsync([new TableWrite.Put(new("p", "s"), 0, new JsonObject { ["n"] = 1 })], Cancel);
        database!.Dispose();

        var again = await OpenAsync(TimeProvider.System);

        Assert.Equal(1, (await again.GetAsync(new("p", "s"), strong: true, Cancel))!.Version);
    }

    [Fact]
    public async Task Expired_items_free_their_room()
    {
        var table = await OpenAsync(TimeProvider.System);
        await table.WriteAsync(
            [new TableWrite.Put(new("p", "old"), 0, [], Ttl: DateTimeOffset.UnixEpoch.AddDays(1)), new TableWrite.Put(new("p", "new"), 0, [])], Cancel);

        Assert.Equal(1, await ((SqliteTable)table).DropExpiredAsync(Cancel));
        Assert.Equal(0, await ((SqliteTable)table).DropExpiredAsync(Cancel));
    }

    [Fact]
    public async Task A_closed_database_is_an_unavailable_table()
    {
        var table = await OpenAsync(TimeProvider.System);
        database!.Dispose();

        await Assert.ThrowsAsync<TableUnavailableException>(() => table.GetAsync(new("p", "s"), strong: true, Cancel));
        await Assert.ThrowsAsync<TableUnavailableException>(() => table.WriteAsync([new TableWrite.Check(new("p", "s"), 0)], Cancel));
    }
}
