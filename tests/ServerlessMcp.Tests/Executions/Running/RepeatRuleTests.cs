using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>What follows a call whose answer was lost, by the step's repeat rule.</summary>
public sealed class RepeatRuleTests
{
    [Theory]
    [InlineData(Fault.LostBefore)]
    [InlineData(Fault.LostAfter)]
    public async Task Token_sends_again_with_the_same_token(Fault fault)
    {
        var stage = Faulty("Create", fault);

        var execution = await stage.RunAsync(Steps.CreateByToken("a"));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        var tokens = stage.Aws.Sent.Where(call => call.Operation == "Create").Select(call => call.Parameters["token"]!.GetValue<string>()).ToList();
        Assert.Equal(2, tokens.Count);
        Assert.Single(tokens.Distinct());
        Assert.Matches("^[0-9a-f]{32}$", tokens[0]);
        Assert.Single(stage.Aws.Effects);
    }

    [Theory]
    [InlineData(Fault.LostBefore, 2)]
    [InlineData(Fault.LostAfter, 1)]
    public async Task Locate_adopts_what_it_finds_and_else_sends_once_more(Fault fault, int sent)
    {
        var stage = Faulty("Create", fault);

        var execution = await stage.RunAsync(Steps.CreateByMarker("a"));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(sent, stage.Aws.Sent.Count(call => call.Operation == "Create"));
        Assert.Single(stage.Aws.Effects);
        Assert.Equal($"{stage.Id}/a", stage.Aws.Sent.First(call => call.Operation == "Find").Parameters["marker"]!.GetValue<string>());
        Assert.Equal("t-1", (await stage.StepAsync("a")).Output!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_effect_that_comes_after_every_look_is_still_ours()
    {
        var stage = new Stage();
        var creates = 0;
        stage.Aws.FaultOf = (call, _) =>
        {
            if (call.Operation != "Create")
            {
                return Fault.None;
            }

            if (call.Parameters["value"]!.GetValue<string>() == "x")
            {
                return Fault.Refuse;
            }

            if (++creates == 2)
            {
                stage.Aws.Add("n", "new");
            }

            return creates == 1 ? Fault.LostBefore : Fault.None;
        };

        var execution = await stage.RunAsync(Steps.CreateByName("a", "n"), Steps.CreateByToken("b", "x"));

        Assert.Equal((ExecutionStatus.RolledBack, "b"), (execution.Status, execution.Failure!.StepId));
        Assert.Empty(stage.Aws.Inventory());
    }

    [Fact]
    public async Task Value_sends_again_and_already_done_counts_as_done()
    {
        var stage = Faulty("Delete", Fault.LostAfter);
        stage.Aws.Add("kept", "old");

        var execution = await stage.RunAsync(Steps.Delete("a", "kept", "old"));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(2, stage.Aws.Sent.Count(call => call.Operation == "Delete"));
        Assert.Single(stage.Aws.Effects);
    }

    [Theory]
    [InlineData(Fault.LostBefore)]
    [InlineData(Fault.LostAfter)]
    public async Task Never_turns_and_names_what_nobody_can_know(Fault fault)
    {
        var step = Steps.CreateByToken("b") with { Repeat = new() { Rule = RepeatRule.Never }, After = null };
        var stage = new Stage();
        stage.Aws.FaultOf = (call, _) => call.Parameters["value"]?.GetValue<string>() == "x" ? fault : Fault.None;
        var execution = await stage.RunAsync(Steps.CreateByToken("a"), step with { Call = Steps.Call("Create", ("value", "x")) });

        Assert.Equal(ExecutionStatus.RollbackFailed, execution.Status);
        Assert.Equal("unknown", execution.Failure!.Code);
        Assert.Equal("b", Assert.Single(execution.Left).StepId);
        Assert.Single(stage.Aws.Sent, call => call.Parameters["value"]?.GetValue<string>() == "x");
        Assert.Equal(StepStatus.Undone, (await stage.StepAsync("a")).Status);
    }

    [Fact]
    public async Task Never_without_an_effect_that_a_read_can_rule_out_leaves_nothing()
    {
        var stage = Faulty("Change", Fault.LostBefore);
        stage.Aws.Add("kept", "old");

        var execution = await stage.RunAsync(Steps.Change("a", "kept", "old", "new") with { Repeat = new() { Rule = RepeatRule.Never } });

        Assert.Equal(ExecutionStatus.RolledBack, execution.Status);
        Assert.Equal(StepStatus.NoEffect, (await stage.StepAsync("a")).Status);
    }

    [Fact]
    public async Task Never_with_a_changed_resource_is_left_with_the_read_to_look_with()
    {
        var stage = Faulty("Change", Fault.LostAfter);
        stage.Aws.Add("kept", "old");

        var execution = await stage.RunAsync(Steps.Change("a", "kept", "old", "new") with { Repeat = new() { Rule = RepeatRule.Never } });

        Assert.Equal(ExecutionStatus.RollbackFailed, execution.Status);
        Assert.Equal("""things:Describe {"name":"kept"}""", Assert.Single(execution.Left).LookWith);
    }

    [Fact]
    public async Task A_cancel_while_the_outcome_is_unknown_first_finds_out()
    {
        foreach (var fault in new[] { Fault.LostBefore, Fault.LostAfter })
        {
            foreach (var step in new[] { Steps.CreateByToken("a"), Steps.CreateByMarker("a"), Steps.CreateByValue("a", "n"), Steps.CreateByName("a", "n") })
            {
                var stage = Faulty(step.Call.Operation, fault);
                stage.Engine.BeforeTask = n =>
                {
                    if (stage.Engine.Visited[^1] == "PollStep")
                    {
                        stage.CancelAsync().GetAwaiter().GetResult();
                    }
                };

                var execution = await stage.RunAsync(step);

                Assert.Equal(ExecutionStatus.Cancelled, execution.Status);
                Assert.Empty(stage.Aws.Inventory());
            }
        }
    }

    [Fact]
    public async Task A_refusal_tries_the_alternatives_in_order_each_with_its_own_token()
    {
        var stage = new Stage();
        stage.Aws.FaultOf = (call, _) => call.Parameters["value"]?.GetValue<string>() is "x" or "y" ? Fault.Refuse : Fault.None;

        var execution = await stage.RunAsync(
            Steps.CreateByToken("a", "x") with { Alternatives = [new() { ["value"] = "y" }, new() { ["value"] = "z" }] });

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(["=z"], stage.Aws.Inventory());
        Assert.Equal(3, stage.Aws.Sent.Where(call => call.Operation == "Create").Select(call => call.Parameters["token"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(2, (await stage.StepAsync("a")).Alternative);
    }

    [Fact]
    public async Task When_all_alternatives_are_refused_it_turns()
    {
        var stage = new Stage();
        stage.Aws.FaultOf = (call, _) => call.Operation == "Create" ? Fault.Refuse : Fault.None;

        var execution = await stage.RunAsync(Steps.CreateByToken("a", "x") with { Alternatives = [new() { ["value"] = "y" }] });

        Assert.Equal(ExecutionStatus.RolledBack, execution.Status);
        Assert.Equal(("a", "Denied"), (execution.Failure!.StepId, execution.Failure.Code));
        Assert.NotNull(execution.Failure.RequestId);
    }

    /// <summary>The first call of this operation goes wrong.</summary>
    private static Stage Faulty(string operation, Fault fault)
    {
        var stage = new Stage();
        var isFirst = true;
        stage.Aws.FaultOf = (call, _) =>
        {
            if (call.Operation != operation || !isFirst)
            {
                return Fault.None;
            }

            isFirst = false;
            return fault;
        };
        return stage;
    }
}
