using System.Globalization;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Local.Storage;

public sealed class LocalDatabaseTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_second_user_of_the_file_is_refused_and_told_the_file_and_the_process()
    {
        using var first = new LocalDatabase(folder.File("smcp.db"));

        var refused = Assert.Throws<CallerException>(() => new LocalDatabase(folder.File("smcp.db")));

        Assert.Equal("database_in_use", refused.Code);
        Assert.Contains(folder.File("smcp.db"), refused.Message, StringComparison.Ordinal);
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void When_the_first_has_gone_the_file_is_free()
    {
        new LocalDatabase(folder.File("smcp.db")).Dispose();

        using var second = new LocalDatabase(folder.File("smcp.db"));

        Assert.Equal(folder.File("smcp.db"), second.Path);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_with_its_name_and_stays_as_it_is()
    {
        File.WriteAllText(folder.File("smcp.db"), new string('x', 5000));

        var refused = Assert.Throws<CallerException>(() => new LocalDatabase(folder.File("smcp.db")));

        Assert.Equal("database_unusable", refused.Code);
        Assert.Contains(folder.File("smcp.db"), refused.Message, StringComparison.Ordinal);
        Assert.Equal(5000, new FileInfo(folder.File("smcp.db")).Length);
    }

    [Fact]
    public async Task Each_commit_is_told_with_its_number_and_a_failed_one_is_not()
    {
        var seen = new List<int>();
        using var database = new LocalDatabase(folder.File("smcp.db"), seen.Add);
        var table = new SqliteTable(database, TimeProvider.System);

        await table.WriteAsync([new TableWrite.Put(new("p", "a"), 0, [])], Cancel);
        await Assert.ThrowsAsync<TableConflictException>(() => table.WriteAsync([new TableWrite.Put(new("p", "a"), 0, [])], Cancel));
        await table.WriteAsync([new TableWrite.Put(new("p", "b"), 0, [])], Cancel);

        Assert.Equal([1, 2], seen);
    }

    [Fact]
    public async Task A_death_at_a_commit_keeps_that_commit_and_lets_nothing_follow()
    {
        using (var dying = new LocalDatabase(folder.File("smcp.db"), number => throw new OperationCanceledException($"dies at {number}")))
        {
            var table = new SqliteTable(dying, TimeProvider.System);
            await Assert.ThrowsAsync<OperationCanceledException>(() => table.WriteAsync([new TableWrite.Put(new("p", "a"), 0, [])], Cancel));
            await Assert.ThrowsAsync<TableUnavailableException>(() => table.WriteAsync([new TableWrite.Put(new("p", "b"), 0, [])], Cancel));
        }

        using var next = new LocalDatabase(folder.File("smcp.db"));
        var again = new SqliteTable(next, TimeProvider.System);
        Assert.NotNull(await again.GetAsync(new("p", "a"), strong: true, Cancel));
        Assert.Null(await again.GetAsync(new("p", "b"), strong: true, Cancel));
    }
}
