using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>Approve, deny, cancel and expiry race on one write; the first stands.</summary>
public sealed class GateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(GateDecision.Approve, ExecutionStatus.Succeeded, null)]
    [InlineData(GateDecision.Deny, ExecutionStatus.Rejected, "denied")]
    public async Task A_decision_is_carried_out(GateDecision decision, ExecutionStatus status, string? code)
    {
        var stage = await GatedAsync();
        stage.Engine.AtGate = () => stage.Gates.DecideAsync(stage.Id, decision, Stage.Owner, null, Token);

        await stage.Engine.RunAllAsync();

        var execution = await stage.ReadAsync();
        Assert.Equal((status, code), (execution.Status, execution.Failure?.Code));
        Assert.Null(execution.Gate);
        Assert.False(await stage.IsOpenAsync());
    }

    [Fact]
    public async Task What_another_hand_did_before_the_yes_is_not_overwritten()
    {
        var stage = new Stage();
        var id = stage.Aws.Add("kept", "old");
        await stage.StartAsync([Steps.Change("a", "kept", "old", "new")], VerdictKind.Confirm);
        stage.Engine.AtGate = () =>
        {
            stage.Aws.Alien(id, "theirs");
            return stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, null, Token);
        };

        await stage.Engine.RunAllAsync();

        var execution = await stage.ReadAsync();
        Assert.Equal((ExecutionStatus.Rejected, "drifted"), (execution.Status, execution.Failure?.Code));
        Assert.Equal(["kept=theirs"], stage.Aws.Inventory());
        Assert.Empty(stage.Aws.Effects);
    }

    [Theory]
    [InlineData(false, ExecutionStatus.Succeeded)]
    [InlineData(true, ExecutionStatus.Cancelled)]
    public async Task After_a_yes_it_waits_for_AWS_to_come_back_and_a_cancel_works_meanwhile(bool isCancelled, ExecutionStatus status)
    {
        var stage = new Stage();
        stage.Aws.Add("kept", "old");
        await stage.StartAsync([Steps.Change("a", "kept", "old", "new")], VerdictKind.Confirm);
        var away = 0;
        stage.Engine.AtGate = async () =>
        {
            away = 5;
            await stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, null, Token);
        };
        stage.Aws.FaultOf = (_, _) =>
        {
            if (isCancelled && away == 3)
            {
                stage.CancelAsync().GetAwaiter().GetResult();
            }

            return away-- > 0 ? Fault.Busy : Fault.None;
        };

        await stage.Engine.RunAllAsync();

        Assert.Equal(status, (await stage.ReadAsync()).Status);
        Assert.Equal(isCancelled ? 0 : 1, stage.Aws.Effects.Count);
    }

    [Fact]
    public async Task A_cancel_at_the_gate_ends_cancelled()
    {
        var stage = await GatedAsync();
        stage.Engine.AtGate = stage.CancelAsync;

        await stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Cancelled, (await stage.ReadAsync()).Status);
        Assert.Empty(stage.Aws.Effects);
    }

    [Theory]
    [InlineData(2)] // 1 is the audit's
    [InlineData(3)]
    public async Task A_cancel_whose_process_dies_between_its_writes_never_passes_for_something_else(int write)
    {
        var stage = await GatedAsync();
        await stage.WordAsync("start");
        var last = stage.Table.Writes + write;
        stage.Table.AfterWrite = n => { if (n == last) { throw new CrashException(); } };

        await Assert.ThrowsAsync<CrashException>(stage.CancelAsync);
        stage.Table.AfterWrite = null;
        await stage.Engine.RunAllAsync();

        var execution = await stage.ReadAsync();
        Assert.Equal((ExecutionStatus.Cancelled, "cancelled"), (execution.Status, execution.Failure?.Code));
        Assert.Empty(stage.Aws.Effects);
    }

    [Fact]
    public async Task What_is_kept_of_a_question_goes_with_its_execution()
    {
        var stage = await GatedAsync();
        stage.Engine.AtGate = stage.CancelAsync;

        await stage.Engine.RunAllAsync();

        var items = (await stage.Table.QueryAsync(Keys.Execution(stage.Id), "", null, 100, backward: false, Token)).Items;
        Assert.Equal(["CANCEL", "GATE#1", "META", "WAIT#1"], items.Select(item => item.Key.Sort).Where(key => !key.StartsWith("EVENT#", StringComparison.Ordinal)));
        var ends = (await stage.ReadAsync()).CreatedAt + LargeValues.Kept;
        Assert.All(items, item => Assert.Equal(ends, item.Ttl));
    }

    [Fact]
    public async Task A_question_that_nobody_answers_expires()
    {
        var stage = await GatedAsync();

        await stage.Engine.RunAllAsync();

        var execution = await stage.ReadAsync();
        Assert.Equal((ExecutionStatus.Rejected, "expired"), (execution.Status, execution.Failure?.Code));
    }

    [Fact]
    public async Task A_decision_that_came_before_the_token_wakes_the_gate_at_once()
    {
        var stage = await GatedAsync();
        await stage.WordAsync("start");
        await stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, null, Token);

        await stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Succeeded, (await stage.ReadAsync()).Status);
        Assert.InRange(stage.Time.GetUtcNow().Hour, 0, 1);
    }

    [Theory]
    [InlineData(GateDecision.Approve, GateDecision.Deny)]
    [InlineData(GateDecision.Deny, GateDecision.Approve)]
    public async Task The_first_decision_stands(GateDecision first, GateDecision second)
    {
        var stage = await GatedAsync();
        await stage.WordAsync("start");

        await stage.Gates.DecideAsync(stage.Id, first, Stage.Owner, null, Token);
        var stands = await stage.Gates.DecideAsync(stage.Id, second, Stage.Owner, null, Token);

        Assert.Equal(first, stands.Decision);
    }

    [Fact]
    public async Task An_approval_after_the_end_of_the_question_comes_too_late()
    {
        var stage = await GatedAsync();
        await stage.WordAsync("start");
        stage.Time.Advance(TimeSpan.FromHours(25));
        Assert.Equal("REJECTED", await stage.WordAsync("next"));

        await Assert.ThrowsAsync<CallerException>(() => stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, null, Token));
    }

    [Fact]
    public async Task An_approval_before_a_cancel_still_ends_cancelled_before_anything_runs()
    {
        var stage = await GatedAsync();
        stage.Engine.AtGate = async () =>
        {
            await stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, null, Token);
            await stage.CancelAsync();
        };

        await stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Cancelled, (await stage.ReadAsync()).Status);
        Assert.Empty(stage.Aws.Effects);
    }

    [Fact]
    public async Task Approve_is_for_another_person_with_the_scope()
    {
        var stage = await GatedAsync(VerdictKind.Approve);
        await stage.WordAsync("start");

        var refused = await Assert.ThrowsAsync<CallerException>(
            () => stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, null, Token));
        var record = await stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Approver, null, Token);

        Assert.Equal("may_not_decide", refused.Code);
        Assert.Equal(Stage.Approver.Id, record.By);
    }

    [Theory]
    [InlineData("key_other", "alice", true)] // Another key of the same person.
    [InlineData("key_other", " Alice", true)]
    [InlineData("key_other", "key_planner", true)] // Owned by whoever the plan's first key is.
    [InlineData("key_planner", "bob", true)] // Who planned it approves as little as who started it.
    [InlineData("key_other", "carol", true)]
    [InlineData("https://issuer|alice", "https://issuer|alice", false)]
    [InlineData("key_other", "bob", false)]
    public async Task Who_approves_is_another_person_than_who_planned_and_who_started(string id, string owner, bool isRefused)
    {
        var stage = new Stage();
        var planner = Stage.Owner with { Id = "key_planner", Owner = "carol" };
        var starter = new Principal("key_starter", "s", Scope.All.ToHashSet()) { Owner = "alice" };
        await stage.StartAsync([Steps.CreateByToken("a")], VerdictKind.Approve, planner, starter);
        await stage.WordAsync("start");
        var decider = Stage.Approver with { Id = id, Owner = owner };

        var refused = await Record.ExceptionAsync(() => stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, decider, null, Token)) as CallerException;

        Assert.Equal(isRefused ? "may_not_decide" : null, refused?.Code);
        Assert.Equal(!isRefused, await stage.Executions.DecisionAsync(stage.Id, 1, Token) is { Decision: GateDecision.Approve });
        if (refused is not null)
        {
            Assert.Contains("Two keys of one owner are one person", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("https://one|alice", "https://two|alice", false)] // The same name at two issuers is two people.
    [InlineData("https://one|alice", "https://one|alice", true)]
    public async Task A_tokens_person_is_its_subject_at_its_issuer(string asks, string decides, bool isRefused)
    {
        var stage = new Stage();
        var asker = Stage.Owner with { Id = asks, Owner = asks };
        await stage.StartAsync([Steps.CreateByToken("a")], VerdictKind.Approve, asker, asker);
        await stage.WordAsync("start");

        var refused = await Record.ExceptionAsync(
            () => stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Approver with { Id = decides, Owner = decides }, null, Token)) as CallerException;

        Assert.Equal(isRefused ? "may_not_decide" : null, refused?.Code);
    }

    [Fact]
    public async Task A_hash_that_the_decider_did_not_see_is_refused()
    {
        var stage = await GatedAsync();

        var refused = await Assert.ThrowsAsync<CallerException>(
            () => stage.Gates.DecideAsync(stage.Id, GateDecision.Approve, Stage.Owner, new("sha256:other", 1), Token));

        Assert.Equal("hash_mismatch", refused.Code);
    }

    private static async Task<Stage> GatedAsync(VerdictKind verdict = VerdictKind.Confirm)
    {
        var stage = new Stage();
        await stage.StartAsync([Steps.CreateByToken("a")], verdict);
        Assert.Equal(ExecutionStatus.AwaitingApproval, (await stage.ReadAsync()).Status);
        return stage;
    }
}
