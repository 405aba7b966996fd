using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>What AWS still holds for what this execution has just taken away is waited for, forward and backward.</summary>
public sealed class StillInUseTests
{
    private readonly Stage _stage = new();
    private DateTimeOffset? _freed;

    public StillInUseTests()
    {
        _stage.Aws.Add("balancer", "b");
        _stage.Aws.Add("group", "g");
        _stage.Engine.AtGate = () => _stage.Gates.DecideAsync(_stage.Id, GateDecision.Approve, Stage.Owner, null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_deletion_waits_until_what_used_it_is_gone_everywhere()
    {
        Hold("group", TimeSpan.FromMinutes(3));

        await _stage.StartAsync([Deletion("a", "balancer", "b"), Deletion("b", "group", "g")]);
        await _stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Succeeded, (await _stage.ReadAsync()).Status);
        Assert.Empty(_stage.Aws.Inventory());
        Assert.Contains("step 'a' took away what used it", Assert.Single(await _stage.EventsAsync(), line => line.Kind == "step_lag").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_five_minutes_it_is_a_refusal()
    {
        Hold("group", TimeSpan.FromDays(1));

        await _stage.StartAsync([Deletion("a", "balancer", "b"), Deletion("b", "group", "g")]);
        await _stage.Engine.RunAllAsync();

        var execution = await _stage.ReadAsync();
        Assert.Equal((ExecutionStatus.RolledBack, "DependencyViolation"), (execution.Status, execution.Failure?.Code));
        Assert.Equal(["balancer=b", "group=g"], _stage.Aws.Inventory());
    }

    [Fact]
    public async Task Where_nothing_of_ours_was_taken_away_it_is_a_refusal_at_once()
    {
        Hold("group", TimeSpan.FromDays(1));

        await _stage.StartAsync([Steps.Change("a", "balancer", "b", "c"), Deletion("b", "group", "g")]);
        await _stage.Engine.RunAllAsync();

        Assert.Equal("DependencyViolation", (await _stage.ReadAsync()).Failure?.Code);
        Assert.DoesNotContain(await _stage.EventsAsync(), line => line.Kind == "step_lag");
    }

    [Fact]
    public async Task On_the_way_back_it_is_waited_for_too()
    {
        var first = true;
        _stage.Aws.Instead = call => call.Operation switch
        {
            "Change" => new CallOutcome.Refused("Denied", "No.", null, TroubleClass.Permission),
            "Delete" when first => Free(() => first = false),
            "Delete" when _stage.Time.GetUtcNow() - _freed < TimeSpan.FromMinutes(3) => Refusal(),
            _ => null,
        };

        await _stage.StartAsync([Steps.CreateByToken("a"), Steps.CreateByToken("b"), Steps.Change("c", "group", "g", "h")]);
        await _stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.RolledBack, (await _stage.ReadAsync()).Status);
        Assert.Equal(["balancer=b", "group=g"], _stage.Aws.Inventory());
    }

    /// <summary>A read shows it, and not a refusal: the interface of a balancer that is gone is still among those of the group.</summary>
    [Fact]
    public async Task What_a_thing_must_be_empty_of_is_waited_for_too()
    {
        var empty = new StepCondition("nothing uses it", Steps.Call("Find", ("marker", "m")), "length(things) == `0`");
        _stage.Aws.Instead = call => call.Operation switch
        {
            "Change" => new CallOutcome.Refused("Denied", "No.", null, TroubleClass.Permission),
            "Delete" when _freed is null => Free(() => { }),
            "Find" when _stage.Time.GetUtcNow() - _freed < TimeSpan.FromMinutes(3) => new CallOutcome.Succeeded(new() { ["things"] = new JsonArray("interface") }, null),
            _ => null,
        };

        await _stage.StartAsync([Steps.CreateByToken("a") with { Empty = [empty] }, Steps.CreateByToken("b"), Steps.Change("c", "group", "g", "h")]);
        await _stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.RolledBack, (await _stage.ReadAsync()).Status);
        Assert.Equal(["balancer=b", "group=g"], _stage.Aws.Inventory());
    }

    private static Step Deletion(string id, string name, string value) => Steps.Delete(id, name, value) with { Effect = StepEffect.Delete };

    private static CallOutcome.Refused Refusal() => new("DependencyViolation", "It has a dependent object.", "r-0", TroubleClass.Conflict);

    private CallOutcome? Free(Action act)
    {
        act();
        _freed = _stage.Time.GetUtcNow();
        return null;
    }

    /// <summary>Deleting that is refused for so long after the first deletion.</summary>
    private void Hold(string name, TimeSpan time) => _stage.Aws.Instead = call =>
    {
        if (call.Operation == "Delete" && (string?)call.Parameters["name"] != name)
        {
            _freed ??= _stage.Time.GetUtcNow();
        }

        return call.Operation == "Delete" && (string?)call.Parameters["name"] == name && _stage.Time.GetUtcNow() - (_freed ?? _stage.Time.GetUtcNow()) < time
            ? Refusal()
            : null;
    };
}
