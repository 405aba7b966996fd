using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Audit;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;
using static ServerlessMcp.Tests.Executions.Policies.Policies;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>A plan is judged again when it starts, after a yes, and, if the policy has changed, before each act.</summary>
public sealed class PolicyInForceTests
{
    private const string Arn = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1";

    private readonly Stage _stage = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_policy_that_has_become_stricter_since_the_planning_rejects_at_the_start()
    {
        await _stage.StartAsync([Steps.CreateByToken("a")]);
        _stage.Policies.Now = Of(Allow("s3:*"), Forbid("test:*"));

        await _stage.Engine.RunAllAsync();

        var execution = await _stage.ReadAsync();
        Assert.Equal((ExecutionStatus.Rejected, "forbidden_by_policy"), (execution.Status, execution.Failure?.Code));
        Assert.Equal(PolicyHash.Of(_stage.Policies.Now), execution.PolicyHash);
        Assert.Empty(_stage.Aws.Sent);
    }

    [Fact]
    public async Task The_hash_of_the_policy_is_on_the_execution_and_in_its_events()
    {
        var execution = await _stage.RunAsync(Steps.CreateByToken("a"));

        Assert.Equal(PolicyHash.Of(BuiltInPolicy.Policy), execution.PolicyHash);
        Assert.Contains(await _stage.EventsAsync(), line => line.Text.Contains(execution.PolicyHash!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_confirmed_plan_is_asked_again_when_the_policy_now_wants_another_person()
    {
        await _stage.StartAsync([Steps.CreateByToken("a")], VerdictKind.Confirm);
        _stage.Policies.Now = Of(Confirm());
        await _stage.WordAsync("start");
        await _stage.Gates.DecideAsync(_stage.Id, GateDecision.Approve, Stage.Owner, null, Token);
        _stage.Policies.Now = Of(Approve());
        Assert.Equal("GATE", await _stage.WordAsync("next"));

        var own = await Assert.ThrowsAsync<CallerException>(() => _stage.Gates.DecideAsync(_stage.Id, GateDecision.Approve, Stage.Owner, null, Token));
        await _stage.Gates.DecideAsync(_stage.Id, GateDecision.Approve, Stage.Approver, null, Token);
        await _stage.Engine.RunAllAsync();

        Assert.Equal("may_not_decide", own.Code);
        Assert.Equal(ExecutionStatus.Succeeded, (await _stage.ReadAsync()).Status);
    }

    /// <summary>The yes may come before <c>start</c> has judged at all.</summary>
    [Fact]
    public async Task A_yes_to_a_lesser_question_does_not_answer_the_stricter_one()
    {
        await _stage.StartAsync([Steps.CreateByToken("a")], VerdictKind.Confirm);
        await _stage.Gates.DecideAsync(_stage.Id, GateDecision.Approve, Stage.Owner, null, Token);
        _stage.Policies.Now = Of(Approve());

        await _stage.Engine.RunAllAsync();

        var execution = await _stage.ReadAsync();
        Assert.Equal((ExecutionStatus.Rejected, "expired"), (execution.Status, execution.Failure?.Code));
        Assert.Empty(_stage.Aws.Effects);
    }

    [Fact]
    public async Task A_looser_policy_does_not_take_back_the_question_that_was_planned()
    {
        await _stage.StartAsync([Steps.CreateByToken("a")], VerdictKind.Approve);
        _stage.Policies.Now = Of(Allow());

        Assert.Equal("GATE", await _stage.WordAsync("start"));
        Assert.Equal("approve", (await _stage.ReadAsync()).Gate?.Kind);
    }

    [Theory]
    [InlineData(false, "may_not_decide")]
    [InlineData(true, null)]
    public async Task Who_asked_may_approve_with_the_scope_where_the_policy_says_so(bool isAllowed, string? code)
    {
        _stage.Policies.Now = Of(Approve() with { AllowSelf = isAllowed });
        await _stage.StartAsync([Steps.CreateByToken("a")]);
        await _stage.WordAsync("start");
        var alone = Stage.Owner with { Scopes = new HashSet<string> { Scope.Read, Scope.Operate, Scope.Approve } };

        var refused = await Record.ExceptionAsync(() => _stage.Gates.DecideAsync(_stage.Id, GateDecision.Approve, alone, null, Token)) as CallerException;
        var without = isAllowed ? null : await Assert.ThrowsAsync<CallerException>(
            () => _stage.Gates.DecideAsync(_stage.Id, GateDecision.Approve, Stage.Owner, null, Token));
        await _stage.Engine.RunAllAsync();

        Assert.Equal(code, refused?.Code);
        Assert.True(isAllowed || without?.Code == "may_not_decide");
        Assert.Equal(isAllowed ? ExecutionStatus.Succeeded : ExecutionStatus.Rejected, (await _stage.ReadAsync()).Status);
    }

    [Fact]
    public async Task A_second_key_of_who_asked_is_asked_again_when_the_policy_lets_nobody_alone_any_more()
    {
        _stage.Policies.Now = Of(Approve() with { AllowSelf = true });
        await _stage.StartAsync([Steps.CreateByToken("a")]);
        await _stage.WordAsync("start");
        var same = Stage.Approver with { Owner = Stage.Owner.Owner };
        Assert.True((await _stage.Gates.DecideAsync(_stage.Id, GateDecision.Approve, same, null, Token)).IsOwn);
        _stage.Policies.Now = Of(Approve());

        Assert.Equal("GATE", await _stage.WordAsync("next"));
        Assert.False((await _stage.ReadAsync()).Gate!.AllowSelf);
    }

    [Fact]
    public async Task Another_policy_than_before_is_on_record_before_anything_is_judged_by_it()
    {
        await _stage.StartAsync([Steps.CreateByToken("a"), Steps.CreateByToken("b")]);
        await _stage.WordAsync("start");
        await _stage.WordAsync("act", "a");
        _stage.Policies.Now = null;
        await _stage.WordAsync("act", "b");
        await _stage.WordAsync("act", "b");
        _stage.Policies.Now = Of(Forbid());
        await _stage.Engine.RunAllAsync();

        var records = (await new AuditTrail(_stage.Table, _stage.Time).ReadAsync(Token).ToListAsync(Token)).OrderBy(record => record.At).ToList();
        var seen = records.Where(record => record.Entry.Kind == AuditKind.PolicyChanged).Select(record => record.Entry).ToList();
        Assert.Equal(
            [(null, "policy_broken"), (PolicyHash.Of(_stage.Policies.Now), null)],
            seen.Select(entry => (entry.PolicyHash, entry.Code)));
        Assert.Equal($"test (broken) (line 1) in place of built-in ({PolicyHash.Of(BuiltInPolicy.Policy)}).", seen[0].Message);
        Assert.All(seen, entry => Assert.Equal("file", entry.By));
    }

    [Fact]
    public async Task A_forbid_in_the_middle_turns_round_and_the_compensation_is_not_judged()
    {
        await _stage.StartAsync([Steps.CreateByToken("a"), Steps.CreateByToken("b")]);
        await _stage.WordAsync("start");
        await _stage.WordAsync("act", "a");
        _stage.Policies.Now = Of(Forbid());

        await _stage.Engine.RunAllAsync();

        var execution = await _stage.ReadAsync();
        Assert.Equal((ExecutionStatus.RolledBack, "forbidden_by_policy", "b"), (execution.Status, execution.Failure?.Code, execution.Failure?.StepId));
        Assert.Empty(_stage.Aws.Inventory());
    }

    [Fact]
    public async Task A_policy_that_breaks_in_the_middle_is_waited_for_and_refuses_what_is_new()
    {
        await _stage.StartAsync([Steps.CreateByToken("a"), Steps.CreateByToken("b")]);
        await _stage.WordAsync("start");
        await _stage.WordAsync("act", "a");
        _stage.Policies.Now = null;

        Assert.Equal("WAIT", await _stage.WordAsync("act", "b"));
        Assert.Equal("policy_broken", (await _stage.StepAsync("b")).Busy?.Code);
        var other = new Stage();
        other.Policies.Now = null;
        Assert.Equal("policy_broken", (await Assert.ThrowsAsync<CallerException>(() => other.StartAsync([Steps.CreateByToken("a")]))).Code);

        _stage.Policies.Now = Of(Approve());
        await _stage.Engine.RunAllAsync();
        Assert.Equal(ExecutionStatus.Succeeded, (await _stage.ReadAsync()).Status);
    }

    [Theory]
    [InlineData("true", "protected")]
    [InlineData("false", null)]
    public async Task A_protected_resource_is_not_changed_whatever_the_policy_says(string value, string? code)
    {
        Tagged(Arn, value);
        _stage.Policies.Now = Of(Allow());
        _stage.Aws.Add("kept", "old");
        await _stage.StartAsync([Steps.Change("a", "kept", "old", "new") with { Resource = Arn }]);

        await _stage.Engine.RunAllAsync();

        Assert.Equal(code, (await _stage.ReadAsync()).Failure?.Code);
        Assert.Equal(code is null ? 1 : 0, _stage.Aws.Effects.Count);
    }

    /// <summary>Which resource it is shows only when the plan runs.</summary>
    [Fact]
    public async Task A_protected_resource_that_a_reference_leads_to_is_not_changed()
    {
        Tagged(Arn, "true");
        _stage.Aws.Add("kept", "old");
        _stage.Aws.MoreOfCreate = new() { ["vpc"] = "vpc-1" };
        var change = Steps.Change("b", "kept", "old", "new") with { Resource = "arn:aws:ec2:eu-west-1:111122223333:vpc/${steps.a.output.vpc}" };

        var execution = await _stage.RunAsync(Steps.CreateByToken("a"), change);

        Assert.Equal((ExecutionStatus.RolledBack, "protected", "b"), (execution.Status, execution.Failure?.Code, execution.Failure?.StepId));
        Assert.Equal(["kept=old"], _stage.Aws.Inventory());
    }

    [Fact]
    public async Task Tags_that_cannot_be_read_now_are_waited_for()
    {
        _stage.Aws.Instead = call => call.Operation == "GetResources" ? new CallOutcome.Busy("ThrottlingException", "slow down", null, false) : null;
        _stage.Aws.Add("kept", "old");
        await _stage.StartAsync([Steps.Change("a", "kept", "old", "new") with { Resource = Arn }]);

        Assert.Equal("WAIT", await _stage.WordAsync("start"));
        Assert.Equal("ThrottlingException", (await _stage.ReadAsync()).Busy?.Code);
    }

    [Fact]
    public async Task A_resource_rests_between_two_executions_but_not_before_its_own_undo()
    {
        _stage.Policies.Now = Of(Allow()) with { Limits = new(null, 10) };
        _stage.Aws.Add("kept", "old");
        Assert.Equal(ExecutionStatus.Succeeded, (await _stage.RunAsync(Steps.Change("a", "kept", "old", "new") with { Resource = Arn })).Status);

        var warm = await _stage.RunAsync(Steps.Change("a", "kept", "new", "newer") with { Resource = Arn });
        _stage.Time.Advance(TimeSpan.FromMinutes(11));
        var rested = await _stage.RunAsync(Steps.Change("a", "kept", "new", "newer") with { Resource = Arn });

        Assert.Equal((ExecutionStatus.Rejected, "cool_down"), (warm.Status, warm.Failure?.Code));
        Assert.Equal(ExecutionStatus.Succeeded, rested.Status);
    }

    [Fact]
    public async Task More_targets_than_the_limit_are_refused()
    {
        _stage.Policies.Now = Of(Allow()) with { Limits = new(1, null) };

        Assert.Equal(ExecutionStatus.Succeeded, (await _stage.RunAsync(Steps.CreateByToken("a"))).Status);
        Assert.Equal("too_many_targets", (await _stage.RunAsync(Steps.CreateByToken("a"), Steps.CreateByToken("b"))).Failure?.Code);
    }

    private void Tagged(string arn, string value) => _stage.Aws.Instead = call => call.Operation == "GetResources"
        ? new CallOutcome.Succeeded(
            new() { ["ResourceTagMappingList"] = new JsonArray(new JsonObject { ["ResourceARN"] = arn, ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "serverlessmcp:protected", ["Value"] = value }) }) },
            null)
        : null;
}
