using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>What executions make and change is known afterwards, whatever happened in between.</summary>
public sealed class ResourceTrackingTests
{
    private const string Named = "arn:aws:things:eu-west-1:111122223333:thing/n";
    private const string Kept = "arn:aws:things:eu-west-1:111122223333:thing/kept";

    private readonly Stage _stage = new();

    public ResourceTrackingTests() => _stage.Aws.Add("kept", "old");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ResourceStore Store => new(_stage.Table);

    [Fact]
    public async Task What_a_step_made_is_tracked_with_who_and_where()
    {
        var step = Make() with { Call = Steps.Call("Create", ("name", "n"), ("value", "v")) with { Parameters = new() { ["name"] = "n", ["value"] = "v", ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "app", ["Value"] = "shop" }) } } };

        var execution = await _stage.RunAsync(step);

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        var record = (await FindAsync(Named)).Record;
        Assert.Equal((Named, "things", "thing", "n"), (record.Arn, record.Service, record.Type, record.Identifier));
        Assert.Equal(("111122223333", "eu-west-1"), (record.Account, record.Region));
        Assert.Equal((execution.ExecutionId, execution.PlanId, "a", Stage.Owner.Id), (record.ExecutionId, record.PlanId, record.StepId, record.Owner));
        Assert.Equal((ResourceHow.Made, ResourceState.Present, null), (record.How, record.State, record.UndoneBy));
        Assert.Equal("shop", record.Tags!["app"]);
        Assert.NotNull(record.LastSeenAt);
        var touch = Assert.Single(await Store.TouchesAsync(Named, 10, Token));
        Assert.Equal(("things:Create", ResourceMark.Done, ResourceHow.Made), (touch.Operation, touch.Mark, touch.How));
    }

    [Fact]
    public async Task A_create_is_tracked_as_soon_as_it_is_accepted()
    {
        _stage.Aws.ReadyAfter = 600;
        await _stage.StartAsync([Make() with { Wait = Steps.Ready() }]);
        await _stage.AskAsync("start");

        await _stage.AskAsync("act", "a");

        var record = (await FindAsync(Named)).Record;
        Assert.Equal(ResourceState.Present, record.State);
        Assert.Equal("The call was accepted; the step has not finished.", record.Why);
    }

    [Fact]
    public async Task Rolled_back_it_is_gone_and_what_was_changed_is_there_again()
    {
        _stage.Aws.FaultOf = (call, _) => call.Parameters["name"]?.ToString() == "never" ? Fault.Refuse : Fault.None;

        var execution = await _stage.RunAsync(Make(), Change("b"), Steps.CreateByToken("c") with { Call = Steps.Call("Create", ("name", "never")) });

        Assert.Equal(ExecutionStatus.RolledBack, execution.Status);
        var (made, changed) = ((await FindAsync(Named)).Record, (await FindAsync(Kept)).Record);
        Assert.Equal((ResourceState.Gone, execution.ExecutionId), (made.State, made.UndoneBy));
        Assert.Equal((ResourceState.Present, execution.ExecutionId, ResourceHow.Changed), (changed.State, changed.UndoneBy, changed.How));
    }

    [Fact]
    public async Task What_could_not_be_taken_back_stays_with_the_reason()
    {
        _stage.Aws.FaultOf = (call, _) => call.Operation == "Delete" || call.Parameters["name"]?.ToString() == "never" ? Fault.Refuse : Fault.None;

        var execution = await _stage.RunAsync(Make(), Steps.CreateByToken("c") with { Call = Steps.Call("Create", ("name", "never")) });

        Assert.Equal(ExecutionStatus.RollbackFailed, execution.Status);
        var record = (await FindAsync(Named)).Record;
        Assert.Equal((ResourceState.Present, null), (record.State, record.UndoneBy));
        Assert.Contains("Denied", record.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rollback_that_is_gone_on_with_takes_it_back_in_the_same_record()
    {
        _stage.Aws.FaultOf = (call, _) => call.Operation == "Delete" || call.Parameters["name"]?.ToString() == "never" ? Fault.Refuse : Fault.None;
        var failed = await _stage.RunAsync(Make(), Steps.CreateByToken("c") with { Call = Steps.Call("Create", ("name", "never")) });
        _stage.Aws.FaultOf = (_, _) => Fault.None;

        var resumed = await new RollbackResumer(_stage.Table, _stage.Plans, _stage.Executions, _stage.Engine, _stage.Time).ResumeAsync(failed, Token);
        await _stage.Engine.RunAllAsync();

        var record = (await FindAsync(Named)).Record;
        Assert.Equal((failed.ExecutionId, ResourceState.Gone, resumed.ExecutionId), (record.ExecutionId, record.State, record.UndoneBy));
    }

    [Fact]
    public async Task Refused_steps_and_steps_without_effect_track_nothing()
    {
        _stage.Aws.FaultOf = (call, _) => call.Operation == "Create" ? Fault.Refuse : Fault.None;

        await _stage.RunAsync(Steps.Change("same", "kept", "old", "old") with { Resource = Kept }, Make());

        Assert.Null(await Store.FindAsync(Kept, Stage.Owner, Token));
        Assert.Null(await Store.FindAsync(Named, Stage.Owner, Token));
    }

    [Fact]
    public async Task Without_a_known_arn_the_key_says_so()
    {
        await _stage.RunAsync(Make() with { Resource = null });

        var record = (await FindAsync($"unnamed:things:Create:{_stage.Id}/a")).Record;
        Assert.Null(record.Arn);
        Assert.Equal(ResourceHow.Made, record.How);
    }

    [Fact]
    public async Task Without_a_template_the_answers_own_arn_serves()
    {
        const string arn = "arn:aws:things:eu-west-1:111122223333:thing/of-answer";
        _stage.Aws.MoreOfCreate = new() { ["roleArn"] = "arn:aws:iam::111122223333:role/r", ["arn"] = arn };

        await _stage.RunAsync(Make() with { Resource = null });

        Assert.Equal(arn, (await FindAsync(arn)).Record.Arn);
    }

    [Fact]
    public async Task A_part_is_a_change_of_its_resource()
    {
        await _stage.RunAsync(Make() with { Resource = Kept, Part = "route" });

        Assert.Equal(ResourceHow.Changed, (await FindAsync(Kept)).Record.How);
    }

    [Fact]
    public async Task The_maker_stays_the_owner_when_others_change_it_and_each_sees_it_once()
    {
        var maker = await _stage.RunAsync(Make());
        _stage.Time.Advance(TimeSpan.FromMinutes(1));
        await _stage.RunAsync(Steps.Change("b", "n", "v", "w") with { Resource = Named });
        await _stage.RunAsync(Change("c"));

        var page = await Store.ListAsync("111122223333", Stage.Owner, _ => true, null, 10, Token);
        Assert.Equal([Kept, Named], page.Items.Select(item => item.Record.Key));
        Assert.Equal(maker.ExecutionId, page.Items[1].Record.ExecutionId);
        Assert.Equal("b", page.Items[1].Record.Last.StepId);
        Assert.Equal(["b", "a"], (await Store.TouchesAsync(Named, 10, Token)).Select(touch => touch.StepId));
    }

    [Fact]
    public async Task Only_who_had_a_part_in_it_or_sees_all_finds_it()
    {
        await _stage.RunAsync(Make());
        var stranger = Stage.Owner with { Id = "key_x" };

        Assert.Null(await Store.FindAsync(Named, stranger, Token));
        Assert.Empty((await Store.ListAsync("111122223333", stranger, _ => true, null, 10, Token)).Items);
        Assert.NotNull(await Store.FindAsync(Named, Stage.Approver, Token));
        Assert.Single((await Store.ListAsync("111122223333", Stage.Approver, _ => true, null, 10, Token)).Items);
    }

    /// <summary>Another writer is always first at the record: the execution ends as it would have, and says what is not tracked.</summary>
    [Fact]
    public async Task A_record_that_cannot_be_written_keeps_no_execution_from_its_end()
    {
        var table = new ContestedTable(_stage.Table);
        var worker = new ServerlessMcp.Executions.Running.Worker(_stage.Ports with { Table = table });
        _stage.Engine.Worker = worker;

        var execution = await _stage.RunAsync(Make());

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(["kept=old", "n=v"], _stage.Aws.Inventory());
        Assert.Contains((await _stage.EventsAsync()), line => line.Text.Contains("What a did is not tracked", StringComparison.Ordinal));
        Assert.Equal(1, _stage.Aws.Effects.Count(effect => effect.StartsWith("Create", StringComparison.Ordinal)));
    }

    /// <summary>What could not be written with the facts is written before the end.</summary>
    [Fact]
    public async Task A_record_that_was_contested_for_a_while_is_repaired_before_the_end()
    {
        var table = new ContestedTable(_stage.Table) { Times = 6 };
        _stage.Engine.Worker = new ServerlessMcp.Executions.Running.Worker(_stage.Ports with { Table = table });

        await _stage.RunAsync(Make());

        Assert.Equal(ResourceState.Present, (await FindAsync(Named)).Record.State);
        Assert.Equal(ResourceMark.Done, (await _stage.StepAsync("a")).Tracked);
    }

    [Fact]
    public async Task A_record_that_nobody_can_read_is_made_anew()
    {
        await _stage.Table.WriteAsync([new TableWrite.Put(ResourceKeys.Meta(Named), 0, new() { ["key"] = Named, ["state"] = 7 })], Token);

        await _stage.RunAsync(Make());

        Assert.Equal(ResourceState.Present, (await FindAsync(Named)).Record.State);
    }

    /// <summary>The process dies before or after every write: facts and records agree at the end.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Death_at_any_write_loses_no_record(bool after)
    {
        var writes = 0;
        for (var n = 1; n == 1 || n <= writes; n++)
        {
            var stage = new Stage();
            stage.Aws.Add("kept", "old");
            await stage.StartAsync([Make(), Change("b")]);
            var start = stage.Table.Writes;
            Action<int> die = ordinal => { if (ordinal == start + n) { throw new CrashException(); } };
            (stage.Table.BeforeWrite, stage.Table.AfterWrite) = after ? ((Action<int>?)null, die) : (die, null);
            await stage.Engine.RunAllAsync();
            writes = Math.Max(writes, stage.Table.Writes - start);

            var (store, execution) = (new ResourceStore(stage.Table), await stage.ReadAsync());
            Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
            var made = await store.FindAsync(Named, Stage.Owner, Token);
            var changed = await store.FindAsync(Kept, Stage.Owner, Token);
            Assert.True(made is { State: ResourceState.Present, Record.How: ResourceHow.Made }, $"write {n}");
            Assert.True(changed is { State: ResourceState.Present, Record.How: ResourceHow.Changed }, $"write {n}");
        }

        Assert.True(writes > 5, "A sweep over hardly anything proves nothing.");
    }

    private static Step Make() => Steps.CreateByName("a", "n", "v") with { Resource = Named };

    private static Step Change(string id) => Steps.Change(id, "kept", "old", "new") with { Resource = Kept };

    private async Task<TrackedResource> FindAsync(string key) =>
        await Store.FindAsync(key, Stage.Owner, Token) ?? throw new InvalidOperationException($"{key} is not tracked.");

    /// <summary>Somebody else always writes a resource's record first.</summary>
    private sealed class ContestedTable(ITable inner) : ITable
    {
        public int Times { get; set; } = int.MaxValue;

        public Task<TableItem?> GetAsync(TableKey key, bool strong, CancellationToken cancellationToken) => inner.GetAsync(key, strong, cancellationToken);

        public Task<TablePage> QueryAsync(string partition, string sortPrefix, string? cursor, int limit, bool backward, CancellationToken cancellationToken) =>
            inner.QueryAsync(partition, sortPrefix, cursor, limit, backward, cancellationToken);

        public Task<TablePage> QueryIndexAsync(string indexPartition, string? cursor, int limit, bool backward, CancellationToken cancellationToken) =>
            inner.QueryIndexAsync(indexPartition, cursor, limit, backward, cancellationToken);

        public Task WriteAsync(IReadOnlyList<TableWrite> writes, CancellationToken cancellationToken) =>
            writes.FirstOrDefault(write => write.Key.Partition.StartsWith("RES#", StringComparison.Ordinal)) is { } record && Times-- > 0
                ? throw new TableConflictException(record.Key)
                : inner.WriteAsync(writes, cancellationToken);
    }
}
