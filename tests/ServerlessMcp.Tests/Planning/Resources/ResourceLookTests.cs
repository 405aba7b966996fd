using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Resources;
using ServerlessMcp.Tests.Executions.Running;
using ServerlessMcp.Tests.Fakes;
using ServerlessMcp.Tests.Planning.Fakes;
using Step = ServerlessMcp.Executions.Plans.Step;

namespace ServerlessMcp.Tests.Planning.Resources;

/// <summary>What executions left, looked at again with the reads of their own steps.</summary>
public sealed class ResourceLookTests
{
    private const string Named = "arn:aws:things:eu-west-1:111122223333:thing/n";
    private const string Kept = "arn:aws:things:eu-west-1:111122223333:thing/kept";

    private readonly Stage _stage = new();
    private readonly string _kept;

    public ResourceLookTests() => _kept = _stage.Aws.Add("kept", "old");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Untouched_it_is_present_and_when_it_was_seen_is_kept()
    {
        await _stage.RunAsync(Make());
        _stage.Time.Advance(TimeSpan.FromHours(1));

        var sight = await LookAsync(Named);

        Assert.Equal((ResourceState.Present, null), (sight.State, sight.Why));
        Assert.Equal(_stage.Time.GetUtcNow(), (await FindAsync(Named)).LastSeenAt);
    }

    [Fact]
    public async Task Changed_by_another_hand_it_shows_what_we_left_and_what_is_there()
    {
        await _stage.RunAsync(Make());
        _stage.Aws.Alien(_stage.Aws.IdOf("n"), "theirs");

        var sight = await LookAsync(Named);

        Assert.Equal((ResourceState.ChangedSince, "v", "theirs"), (sight.State, sight.Left!.GetValue<string>(), sight.Now!.GetValue<string>()));
        Assert.Equal(ResourceState.ChangedSince, (await FindAsync(Named)).State);
    }

    [Fact]
    public async Task Deleted_by_another_hand_it_is_gone()
    {
        await _stage.RunAsync(Make());
        _stage.Aws.Alien(_stage.Aws.IdOf("n"), null);

        var sight = await LookAsync(Named);

        Assert.Equal(ResourceState.Gone, sight.State);
        Assert.Contains("no execution of ours deleted it", sight.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_own_later_step_is_no_drift_of_what_an_earlier_one_left()
    {
        await _stage.RunAsync(Make(), Steps.Change("b", "n", "v", "w") with { Resource = Named, Before = Steps.Read("thing.value", ("name", "n")) });

        Assert.Equal(ResourceState.Present, (await LookAsync(Named)).State);
    }

    [Fact]
    public async Task A_change_that_was_taken_back_is_compared_with_what_was_before_it()
    {
        _stage.Aws.FaultOf = (call, _) => call.Parameters["name"]?.ToString() == "never" ? Fault.Refuse : Fault.None;
        await _stage.RunAsync(Steps.Change("b", "kept", "old", "new") with { Resource = Kept }, Steps.CreateByToken("c") with { Call = Steps.Call("Create", ("name", "never")) });

        Assert.Equal(ResourceState.Present, (await LookAsync(Kept)).State);
        _stage.Aws.Alien(_kept, "theirs");
        Assert.Equal(ResourceState.ChangedSince, (await LookAsync(Kept)).State);
    }

    [Fact]
    public async Task What_a_rollback_took_away_stays_gone_until_another_hand_makes_it_again()
    {
        _stage.Aws.FaultOf = (call, _) => call.Parameters["name"]?.ToString() == "never" ? Fault.Refuse : Fault.None;
        await _stage.RunAsync(ByName(), Steps.CreateByToken("c") with { Call = Steps.Call("Create", ("name", "never")) });

        Assert.Equal((ResourceState.Gone, null), (await LookAsync(Named) is var sight ? sight.State : default, sight.Why));
        _stage.Aws.Add("n", "theirs");
        Assert.Equal(ResourceState.ChangedSince, (await LookAsync(Named)).State);
    }

    [Fact]
    public async Task A_service_that_is_away_is_a_reason_and_does_not_forget_what_was_seen()
    {
        await _stage.RunAsync(Make());
        _stage.Aws.FaultOf = (_, _) => Fault.Busy;

        var sight = await LookAsync(Named);

        Assert.Equal(ResourceState.Unknown, sight.State);
        Assert.Contains("Throttling", sight.Why, StringComparison.Ordinal);
        Assert.Equal(ResourceState.Present, (await FindAsync(Named)).State);
    }

    [Fact]
    public async Task What_a_step_of_ours_did_during_the_look_counts_for_more_than_the_look()
    {
        await _stage.RunAsync(Make());
        var began = _stage.Time.GetUtcNow();
        _stage.Aws.FaultOf = (_, _) =>
        {
            _stage.Time.Advance(TimeSpan.FromSeconds(2));
            return Fault.None;
        };

        await LookAsync(Named);

        Assert.Equal(began, (await FindAsync(Named)).Seen!.LookedAt);
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_does_not_keep_the_sweep_from_the_others()
    {
        await _stage.RunAsync(Make());
        var unreadable = _stage.Id;
        await _stage.RunAsync(Steps.CreateByName("b", "m", "v") with { Resource = Kept });
        await _stage.Table.WriteAsync([new TableWrite.Put(Keys.Step(unreadable, 0), null, new() { ["status"] = "of another version" })], Token);
        _stage.Time.Advance(TimeSpan.FromHours(1));

        var failure = await Assert.ThrowsAsync<AggregateException>(() => Sweep().SweepAsync(Token));

        Assert.Contains(Named, failure.InnerExceptions.Single().Message, StringComparison.Ordinal);
        Assert.Equal(_stage.Time.GetUtcNow(), (await FindAsync(Kept)).Seen!.LookedAt);
        Assert.Null((await FindAsync(Named)).Seen);
    }

    [Fact]
    public async Task Without_a_read_it_is_unknown_with_the_reason()
    {
        await _stage.RunAsync(Steps.CreateByToken("a", "v") with { Resource = Named, After = null });

        Assert.Contains("no read shows what things:Create does", (await LookAsync(Named)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sweep_takes_turns_leaves_what_was_just_looked_at_and_what_is_gone()
    {
        await _stage.RunAsync([.. Enumerable.Range(0, 12).Select(n => Steps.CreateByMarker($"s{n}", $"v{n}") with { Resource = $"{Named}{n}" })]);
        var sweep = Sweep();
        Assert.Equal(0, await sweep.SweepAsync(Token) + await sweep.SweepAsync(Token));

        _stage.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([10, 2, 0], await TurnsAsync(sweep, 3));

        foreach (var n in Enumerable.Range(2, 12))
        {
            _stage.Aws.Alien($"t-{n}", null);
        }

        _stage.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([2, 10], await TurnsAsync(sweep, 2));
        Assert.Equal(ResourceState.Gone, (await FindAsync($"{Named}3")).State);
        _stage.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await sweep.SweepAsync(Token) + await sweep.SweepAsync(Token));
    }

    private static async Task<List<int>> TurnsAsync(ResourceSweep sweep, int turns)
    {
        var looked = new List<int>();
        for (var n = 0; n < turns; n++)
        {
            looked.Add(await sweep.SweepAsync(Token));
        }

        return looked;
    }

    private static Step Make() => Steps.CreateByName("a", "n", "v") with { Resource = Named };

    private static Step ByName() => Make() with { After = null };

    private async Task<TrackedResource> FindAsync(string key) =>
        await new ResourceStore(_stage.Table).FindAsync(key, Stage.Owner, Token) ?? throw new InvalidOperationException($"{key} is not tracked.");

    private async Task<ResourceSight> LookAsync(string key) => await Look().LookAsync(await FindAsync(key), Token);

    private ResourceLook Look() => new(new StageReads(_stage), new(_stage.Table, _stage.Blobs), new(_stage.Table), _stage.Time);

    private ResourceSweep Sweep() => new(new StageReads(_stage), new(_stage.Table), Look(), new("eu-west-1"), _stage.Time);

    /// <summary>The stage's AWS through the reads' port.</summary>
    private sealed class StageReads(Stage stage) : IAwsReads
    {
        private readonly FakeReads _identity = new();

        public async Task<AwsResult> ReadAsync(
            AwsTarget target, string service, string operation, JsonObject parameters, CancellationToken cancellationToken) =>
            service == "sts"
                ? await _identity.ReadAsync(target, service, operation, parameters, cancellationToken)
                : await stage.Aws.CallAsync(new("", ""), new("aws", service, operation, parameters), session: null, TimeSpan.FromSeconds(1), cancellationToken) switch
                {
                    CallOutcome.Succeeded answer => new(answer.Output, answer.RequestId, 1),
                    CallOutcome.Refused refused => throw new AwsCallException(AwsFailure.Refused, refused.Code, refused.Message, 400, null, false),
                    CallOutcome.Busy busy => throw new AwsCallException(AwsFailure.Busy, busy.Code, busy.Message, 503, null, false),
                    var other => throw new InvalidOperationException($"{other}"),
                };

        public IAsyncEnumerable<AwsResult> PagesAsync(
            AwsTarget target, string service, string operation, JsonObject parameters, int maxPages, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
