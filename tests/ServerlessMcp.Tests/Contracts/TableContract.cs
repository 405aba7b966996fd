using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Tests.Contracts;

/// <summary>What every home of the one table keeps; each adapter has a sealed subclass.</summary>
public abstract partial class TableContract
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A new, empty table that reads this clock.</summary>
    protected abstract ValueTask<ITable> OpenAsync(TimeProvider clock);

    [Fact]
    public async Task What_was_put_comes_back_with_version_1()
    {
        var table = await OpenAsync(time);
        var body = new JsonObject { ["text"] = "ä🙂\"\n", ["list"] = new JsonArray(1, 2.5, true, null), ["big"] = 9007199254740991 };
        var until = time.GetUtcNow().AddSeconds(60);

        await table.WriteAsync([new TableWrite.Put(K("a"), 0, body, new("idx", "1"), until)], Cancel);
        var item = await table.GetAsync(K("a"), strong: true, Cancel);

        Assert.NotNull(item);
        Assert.Equal(1, item.Version);
        Assert.Equal(body.ToJsonString(), item.Body.ToJsonString());
        Assert.Equal(new TableKey("idx", "1"), item.Index);
        Assert.Equal(until, item.Ttl);
    }

    [Fact]
    public async Task A_key_nobody_put_is_null()
    {
        var table = await OpenAsync(time);

        Assert.Null(await table.GetAsync(K("a"), strong: true, Cancel));
    }

    [Fact]
    public async Task A_second_put_counts_the_version_and_replaces_all()
    {
        var table = await OpenAsync(time);
        await table.WriteAsync([new TableWrite.Put(K("a"), 0, B(1), new("idx", "1"), time.GetUtcNow().AddDays(1))], Cancel);

        await table.WriteAsync([new TableWrite.Put(K("a"), 1, B(2))], Cancel);
        await table.WriteAsync([new TableWrite.Put(K("a"), null, B(3))], Cancel);

        var item = await table.GetAsync(K("a"), strong: true, Cancel);
        Assert.Equal((3, "{\"n\":3}"), (item!.Version, item.Body.ToJsonString()));
        Assert.Null(item.Index);
        Assert.Null(item.Ttl);
        Assert.Empty((await table.QueryIndexAsync("idx", null, 10, backward: false, Cancel)).Items);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_write_that_expects_another_version_conflicts_and_names_the_key(long expected)
    {
        var table = await OpenAsync(time);
        await table.WriteAsync([new TableWrite.Put(K("a"), 0, B(1))], Cancel);
        await table.WriteAsync([new TableWrite.Put(K("a"), 1, B(2))], Cancel);

        TableWrite[] stale =
        [
            new TableWrite.Put(K("a"), expected, B(9)), new TableWrite.Delete(K("a"), expected), new TableWrite.Check(K("a"), expected),
        ];
        foreach (var write in stale)
        {
            var conflict = await Assert.ThrowsAsync<TableConflictException>(() => table.WriteAsync([write], Cancel));
            Assert.Equal(K("a"), conflict.Key);
        }

        Assert.Equal(2, (await table.GetAsync(K("a"), strong: true, Cancel))!.Version);
    }

    [Fact]
    public async Task An_absent_item_meets_0_and_no_other_version()
    {
        var table = await OpenAsync(time);

        await table.WriteAsync([new TableWrite.Check(K("a"), 0)], Cancel);
        await table.WriteAsync([new TableWrite.Delete(K("a"), 0)], Cancel);
        await table.WriteAsync([new TableWrite.Delete(K("a"), null)], Cancel);

        await Assert.ThrowsAsync<TableConflictException>(() => table.WriteAsync([new TableWrite.Check(K("a"), 1)], Cancel));
        await Assert.ThrowsAsync<TableConflictException>(() => table.WriteAsync([new TableWrite.Put(K("a"), 1, B(1))], Cancel));
    }

    [Fact]
    public async Task Writes_are_made_all_or_none()
    {
        var table = await OpenAsync(time);
        await table.WriteAsync([new TableWrite.Put(K("there"), 0, B(1))], Cancel);

        await Assert.ThrowsAsync<TableConflictException>(() => table.WriteAsync(
            [new TableWrite.Put(K("new"), 0, B(1)), new TableWrite.Delete(K("there"), 1), new TableWrite.Check(K("missing"), 1)], Cancel));

        Assert.Null(await table.GetAsync(K("new"), strong: true, Cancel));
        Assert.NotNull(await table.GetAsync(K("there"), strong: true, Cancel));

        await table.WriteAsync(
            [new TableWrite.Put(K("new"), 0, B(1)), new TableWrite.Delete(K("there"), 1), new TableWrite.Check(K("missing"), 0)], Cancel);

        Assert.NotNull(await table.GetAsync(K("new"), strong: true, Cancel));
        Assert.Null(await table.GetAsync(K("there"), strong: true, Cancel));
    }

    [Fact]
    public async Task A_deleted_item_begins_again_at_version_1()
    {
        var table = await OpenAsync(time);
        await table.WriteAsync([new TableWrite.Put(K("a"), 0, B(1))], Cancel);
        await table.WriteAsync([new TableWrite.Put(K("a"), 1, B(2))], Cancel);

        await table.WriteAsync([new TableWrite.Delete(K("a"), 2)], Cancel);
        await table.WriteAsync([new TableWrite.Put(K("a"), 0, B(3))], Cancel);

        Assert.Equal(1, (await table.GetAsync(K("a"), strong: true, Cancel))!.Version);
    }

    [Fact]
    public async Task No_write_more_than_ten_writes_and_two_to_one_key_are_refused()
    {
        var table = await OpenAsync(time);
        var eleven = Enumerable.Range(0, 11).Select(n => (TableWrite)new TableWrite.Put(K($"{n}"), 0, B(n))).ToList();

        await Assert.ThrowsAsync<ArgumentException>(() => table.WriteAsync([], Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => table.WriteAsync(eleven, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(
            () => table.WriteAsync([new TableWrite.Check(K("a"), 0), new TableWrite.Put(K("a"), 0, B(1))], Cancel));
        await table.WriteAsync(eleven[..10], Cancel);

        Assert.Equal(10, (await table.QueryAsync("p", "", null, 100, backward: false, Cancel)).Items.Count);
    }

    [Fact]
    public async Task An_item_over_400_KB_is_refused_with_its_key_and_the_limit()
    {
        var table = await OpenAsync(time);
        var large = new JsonObject { ["text"] = new string('ä', 200 * 1024) };

        var refused = await Assert.ThrowsAsync<TableItemTooLargeException>(
            () => table.WriteAsync([new TableWrite.Put(K("small"), 0, B(1)), new TableWrite.Put(K("large"), 0, large)], Cancel));
        await table.WriteAsync([new TableWrite.Put(K("fits"), 0, new JsonObject { ["text"] = new string('a', 390 * 1024) })], Cancel);

        Assert.Equal(K("large"), refused.Key);
        Assert.Contains("409600", refused.Message, StringComparison.Ordinal);
        Assert.Null(await table.GetAsync(K("small"), strong: true, Cancel));
        Assert.NotNull(await table.GetAsync(K("fits"), strong: true, Cancel));
    }

    [Fact]
    public async Task An_expired_item_is_absent_in_every_read_and_write()
    {
        var table = await OpenAsync(time);
        var until = time.GetUtcNow().AddSeconds(10);
        await table.WriteAsync(
            [new TableWrite.Put(K("a"), 0, B(1), new("idx", "1"), until), new TableWrite.Put(K("b"), 0, B(1), new("idx", "2"))], Cancel);
        await table.WriteAsync([new TableWrite.Check(K("a"), 1)], Cancel);

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.Null(await table.GetAsync(K("a"), strong: true, Cancel));
        Assert.Null(await table.GetAsync(K("a"), strong: false, Cancel));
        Assert.Equal(["b"], Sorts(await table.QueryAsync("p", "", null, 10, backward: false, Cancel)));
        Assert.Equal(["b"], Sorts(await table.QueryIndexAsync("idx", null, 10, backward: false, Cancel)));
        await Assert.ThrowsAsync<TableConflictException>(() => table.WriteAsync([new TableWrite.Check(K("a"), 1)], Cancel));
        await table.WriteAsync([new TableWrite.Put(K("a"), 0, B(2))], Cancel);
        Assert.Equal(1, (await table.GetAsync(K("a"), strong: true, Cancel))!.Version);
    }

    [Fact]
    public async Task A_query_stays_in_its_partition_and_prefix_in_order_of_bytes_both_ways()
    {
        var table = await OpenAsync(time);
        string[] sorts = ["STEP#002", "STEP#010", "STEP#001", "META", "STEQ", "STEP", "STEP#ä", "STEP#Z", "STEP#🙂", "STEP#￿"];
        await table.WriteAsync([.. sorts.Select(sort => new TableWrite.Put(K(sort), 0, B(1)))], Cancel);
        await table.WriteAsync([new TableWrite.Put(new("p2", "STEP#003"), 0, B(1))], Cancel);

        string[] expected = ["STEP#001", "STEP#002", "STEP#010", "STEP#Z", "STEP#ä", "STEP#￿", "STEP#🙂"];
        Assert.Equal(expected, Sorts(await table.QueryAsync("p", "STEP#", null, 100, backward: false, Cancel)));
        Assert.Equal(expected.Reverse(), Sorts(await table.QueryAsync("p", "STEP#", null, 100, backward: true, Cancel)));
        Assert.Empty((await table.QueryAsync("p", "NONE", null, 100, backward: false, Cancel)).Items);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    [InlineData(7, false)]
    [InlineData(100, true)]
    public async Task Pages_follow_each_other_without_gap_or_repeat(int limit, bool backward)
    {
        var table = await OpenAsync(time);
        var sorts = Enumerable.Range(0, 7).Select(n => $"N#{n}").ToList();
        await table.WriteAsync([.. sorts.Select(sort => new TableWrite.Put(K(sort), 0, B(1), new("idx", sort[..2])))], Cancel);

        var queried = await AllAsync(cursor => table.QueryAsync("p", "N#", cursor, limit, backward, Cancel), limit);
        var indexed = await AllAsync(cursor => table.QueryIndexAsync("idx", cursor, limit, backward, Cancel), limit);

        Assert.Equal(backward ? Enumerable.Reverse(sorts) : sorts, queried);
        Assert.Equal(sorts, indexed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_index_sorts_by_its_own_sort_key()
    {
        var table = await OpenAsync(time);
        await table.WriteAsync(
            [
                new TableWrite.Put(K("a"), 0, B(1), new("idx", "2")), new TableWrite.Put(new("q", "b"), 0, B(1), new("idx", "1")),
                new TableWrite.Put(K("c"), 0, B(1)),
            ],
            Cancel);

        Assert.Equal(["b", "a"], Sorts(await table.QueryIndexAsync("idx", null, 10, backward: false, Cancel)));
        Assert.Equal(["a", "b"], Sorts(await table.QueryIndexAsync("idx", null, 10, backward: true, Cancel)));
    }

    [Theory]
    [InlineData("???")]
    [InlineData("e30")]
    [InlineData("WzFd")]
    public async Task A_cursor_it_did_not_give_out_is_the_callers_mistake(string cursor)
    {
        var table = await OpenAsync(time);

        var refused = await Assert.ThrowsAsync<CallerException>(() => table.QueryAsync("p", "", cursor, 10, backward: false, Cancel));

        Assert.Equal("invalid_cursor", refused.Code);
    }

    [Fact]
    public async Task Of_many_writers_that_expect_the_same_version_one_wins()
    {
        var table = await OpenAsync(time);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(async () =>
        {
            try
            {
                await table.WriteAsync([new TableWrite.Put(K("a"), 0, B(n))], Cancel);
                return 1;
            }
            catch (TableConflictException)
            {
                return 0;
            }
        })));

        Assert.Equal(1, outcomes.Sum());
        Assert.Equal(1, (await table.GetAsync(K("a"), strong: true, Cancel))!.Version);
    }

    private static TableKey K(string sort) => new("p", sort);

    private static JsonObject B(int n) => new() { ["n"] = n };

    private static IEnumerable<string> Sorts(TablePage page) => page.Items.Select(item => item.Key.Sort);

    private static async Task<List<string>> AllAsync(Func<string?, Task<TablePage>> query, int limit)
    {
        var (all, cursor) = (new List<string>(), default(string));
        do
        {
            var page = await query(cursor);
            Assert.True(page.Items.Count <= limit);
            all.AddRange(Sorts(page));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        return all;
    }
}
