using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.Conformance.Fixtures;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.Tests.Executions.Running;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Contracts;

/// <summary>What is tracked of resources, on each home of the one table.</summary>
public abstract class ResourceStoreContract
{
    private const string Account = "111122223333";

    private static readonly Principal Other = new("key_other", "other", new HashSet<string> { Scope.Read });

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract ITable Open(TimeProvider clock);

    [Fact]
    public async Task Pages_go_from_the_newest_to_the_oldest_and_name_each_once()
    {
        var table = Open(_time);
        foreach (var n in Enumerable.Range(0, 7).Append(2))
        {
            await TrackAsync(table, $"{n}", Stage.Owner);
        }

        var (names, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await new ResourceStore(table).ListAsync(Account, Stage.Owner, _ => true, cursor, 3, Token);
            names.AddRange(page.Items.Select(item => item.Record.Identifier));
            cursor = page.Cursor;
        }
        while (cursor is not null);

        Assert.Equal(["2", "6", "5", "4", "3", "1", "0"], names);
    }

    [Fact]
    public async Task Everybody_has_a_list_of_their_own_and_who_sees_all_has_the_accounts()
    {
        var table = Open(_time);
        await TrackAsync(table, "mine", Stage.Owner);
        await TrackAsync(table, "theirs", Other);
        await TrackAsync(table, "both", Stage.Owner);
        await TrackAsync(table, "both", Other);

        Assert.Equal(["both", "mine"], await NamesAsync(table, Stage.Owner));
        Assert.Equal(["both", "theirs"], await NamesAsync(table, Other));
        Assert.Equal(["both", "theirs", "mine"], await NamesAsync(table, Stage.Approver));
        Assert.Equal(["mine", "theirs", "both"], (await new ResourceStore(table).PageAsync(Account, null, 10, Token)).Items.Select(item => item.Record.Identifier));
    }

    [Fact]
    public async Task A_look_counts_until_the_worker_has_written_again()
    {
        var table = Open(_time);
        var store = new ResourceStore(table);
        await TrackAsync(table, "n", Stage.Owner);
        _time.Advance(TimeSpan.FromMinutes(1));
        await store.SaveSeenAsync(Arn("n"), new(ResourceState.Gone, "away", _time.GetUtcNow(), null), Token);

        var looked = await store.FindAsync(Arn("n"), Stage.Owner, Token);
        await TrackAsync(table, "n", Stage.Owner);
        var written = await store.FindAsync(Arn("n"), Stage.Owner, Token);

        Assert.Equal((ResourceState.Gone, "away"), (looked!.State, looked.Why));
        Assert.Equal((ResourceState.Present, null), (written!.State, written.Why));
    }

    [Fact]
    public async Task It_is_kept_as_long_as_its_execution()
    {
        var table = Open(_time);
        await TrackAsync(table, "n", Stage.Owner);

        _time.Advance(LargeValues.Kept);

        Assert.Null(await new ResourceStore(table).FindAsync(Arn("n"), Stage.Owner, Token));
        Assert.Empty(await NamesAsync(table, Stage.Owner));
    }

    private static string Arn(string name) => $"arn:aws:things:eu-west-1:{Account}:thing/{name}";

    private static async Task<IEnumerable<string>> NamesAsync(ITable table, Principal caller) =>
        (await new ResourceStore(table).ListAsync(Account, caller, _ => true, null, 10, Token)).Items.Select(item => item.Record.Identifier);

    /// <summary>An execution of this principal's has made it, one second later than the last.</summary>
    private async Task TrackAsync(ITable table, string name, Principal owner)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        var now = _time.GetUtcNow();
        var step = Steps.CreateByName("a", name) with { Resource = Arn(name) };
        var execution = new Execution
        {
            ExecutionId = ExecutionId.New().Value,
            PlanId = PlanId.New().Value,
            Hash = "",
            Title = "",
            Owner = owner.Id,
            Status = ExecutionStatus.Running,
            Run = 1,
            CreatedAt = now,
            UpdatedAt = now,
            StepCount = 1,
        };
        var plan = new Plan
        {
            PlanId = execution.PlanId,
            Hash = "",
            Title = "",
            CreatedBy = owner.Id,
            CreatedAt = now,
            ExpiresAt = now,
            Target = new(Account, "eu-west-1"),
            Steps = [step],
        };
        var facts = new StepFacts { StepId = "a", Index = 0, Status = StepStatus.Done, StartedAt = now, UpdatedAt = now, Resource = Arn(name) };
        await table.WriteAsync(
            await new ResourceTracking(table).WritesAsync(new(execution, 1, plan, new Dictionary<int, StoredFacts>()), step, facts, now, Token), Token);
    }
}

public sealed class ResourceStoreInMemoryTests : ResourceStoreContract
{
    protected override ITable Open(TimeProvider clock) => new MemoryTable(clock);
}

public sealed class ResourceStoreInSqliteTests : ResourceStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private LocalDatabase? _database;

    public void Dispose()
    {
        _database?.Dispose();
        _folder.Dispose();
    }

    protected override ITable Open(TimeProvider clock) => new SqliteTable(_database = new(_folder.File("smcp.db")), clock);
}
