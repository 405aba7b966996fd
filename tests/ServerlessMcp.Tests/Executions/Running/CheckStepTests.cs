using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>A read whose condition must hold: every row of <see cref="ServerlessMcp.Executions.Running.CheckLook"/>.</summary>
public sealed class CheckStepTests
{
    [Fact]
    public async Task A_check_that_holds_lets_the_plan_go_on_and_keeps_the_answer()
    {
        var stage = new Stage();

        var execution = await stage.RunAsync(Steps.CreateByName("a", "one", "v1"), LookSteps.Check("look", "one", "v1"), Steps.CreateByToken("b", "v2"));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        var facts = await stage.StepAsync("look");
        Assert.Equal((StepStatus.Passed, "v1"), (facts.Status, (string?)facts.Output!["thing"]!["value"]));
        Assert.Equal(0, facts.Attempts);
    }

    [Fact]
    public async Task A_check_that_does_not_hold_says_what_it_saw_and_turns_the_execution_round()
    {
        var stage = new Stage();

        var execution = await stage.RunAsync(
            Steps.CreateByName("a", "one", "v1"), LookSteps.Check("look", "one", "v2", show: "thing.value"), Steps.CreateByToken("b", "v2"));

        Assert.Equal((ExecutionStatus.RolledBack, "look", "check_failed"), (execution.Status, execution.Failure!.StepId, execution.Failure.Code));
        Assert.Equal("It does not hold that thing.value == 'v2'. thing.value is \"v1\"", execution.Failure.Message);
        Assert.Empty(stage.Aws.Inventory());
        Assert.Equal(StepStatus.NotPassed, (await stage.StepAsync("look")).Status);
        Assert.DoesNotContain("Create b", stage.Aws.Effects);
    }

    [Fact]
    public async Task Without_show_the_answer_itself_is_shown_cut()
    {
        var stage = new Stage();
        stage.Aws.Add("big", new string('x', 2000));

        var execution = await stage.RunAsync(LookSteps.Check("look", "big", "v2"));

        Assert.StartsWith("It does not hold that thing.value == 'v2'. things:Describe answered {", execution.Failure!.Message, StringComparison.Ordinal);
        Assert.InRange(execution.Failure.Message.Length, 600, 800);
    }

    [Fact]
    public async Task It_may_take_its_time_to_become_true()
    {
        var stage = new Stage();
        var id = stage.Aws.Add("one", "old");
        stage.Aws.FaultOf = (_, ordinal) =>
        {
            if (ordinal == 5)
            {
                stage.Aws.Alien(id, "new");
            }

            return Fault.None;
        };

        var execution = await stage.RunAsync(LookSteps.Check("look", "one", "new", timeoutSeconds: 600));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(5, stage.Aws.Calls);
    }

    [Fact]
    public async Task The_last_look_is_at_the_end_of_its_time_and_not_later()
    {
        var stage = new Stage();
        stage.Aws.Add("one", "old");
        var began = stage.Time.GetUtcNow();

        var execution = await stage.RunAsync(LookSteps.Check("look", "one", "new", timeoutSeconds: 100));

        Assert.Equal("check_failed", execution.Failure!.Code);
        Assert.Contains("after 100 seconds", execution.Failure.Message, StringComparison.Ordinal);
        Assert.InRange((stage.Time.GetUtcNow() - began).TotalSeconds, 100, 103);
    }

    [Fact]
    public async Task What_is_not_there_yet_is_looked_for_while_there_is_time()
    {
        var stage = Absent();
        stage.Aws.FaultOf = (_, ordinal) =>
        {
            if (ordinal == 3)
            {
                stage.Aws.Add("late", "v1");
            }

            return Fault.None;
        };

        Assert.Equal(ExecutionStatus.Succeeded, (await stage.RunAsync(LookSteps.Check("look", "late", "v1", timeoutSeconds: 60))).Status);
    }

    [Fact]
    public async Task What_is_not_there_fails_a_check_without_time()
    {
        var execution = await Absent().RunAsync(LookSteps.Check("look", "none", "v1"));

        Assert.Equal("check_failed", execution.Failure!.Code);
        Assert.Contains("things:Describe answered NotFound", execution.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_the_end_whatever_time_there_is()
    {
        var stage = new Stage();
        stage.Aws.FaultOf = (call, _) => call.Operation == "Describe" ? Fault.Refuse : Fault.None;

        var execution = await stage.RunAsync(LookSteps.Check("look", "one", "v1", timeoutSeconds: 600));

        Assert.Equal((ExecutionStatus.RolledBack, "Denied"), (execution.Status, execution.Failure!.Code));
        Assert.Equal(1, stage.Aws.Calls);
    }

    [Fact]
    public async Task While_AWS_is_busy_it_waits_says_so_and_goes_on()
    {
        var stage = new Stage();
        stage.Aws.Add("one", "v1");
        stage.Aws.FaultOf = (_, ordinal) => ordinal < 6 ? Fault.LostAfter : Fault.None;

        var execution = await stage.RunAsync(LookSteps.Check("look", "one", "v1"));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Single(await stage.EventsAsync(), line => line.Kind == "step_busy");
        Assert.Null((await stage.StepAsync("look")).Busy);
    }

    [Fact]
    public async Task Only_the_deadline_ends_a_busy_check()
    {
        var stage = new Stage();
        stage.Aws.FaultOf = (_, _) => Fault.Busy;

        var execution = await stage.RunAsync(LookSteps.Check("look", "one", "v1"));

        Assert.Equal((ExecutionStatus.RolledBack, "deadline"), (execution.Status, execution.Failure!.Code));
        Assert.InRange(stage.Time.GetUtcNow(), new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 2, 0, 10, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task References_fill_its_parameters_and_its_condition()
    {
        var stage = new Stage();
        var check = LookSteps.CheckOf("look", Steps.Call("Describe", ("id", "${steps.a.output.id}")), "thing.id == ${steps.a.output.id}");

        Assert.Equal(ExecutionStatus.Succeeded, (await stage.RunAsync(Steps.CreateByToken("a", "v1"), check)).Status);
    }

    [Fact]
    public async Task A_value_in_a_condition_is_a_value_whatever_is_in_it()
    {
        var stage = new Stage();
        stage.Aws.MoreOfCreate = new() { ["evil"] = "` || `true" };
        var check = LookSteps.CheckOf("look", Steps.Call("Describe", ("id", "${steps.a.output.id}")), "thing.value == ${steps.a.output.evil}");

        var execution = await stage.RunAsync(Steps.CreateByToken("a", "v1"), check);

        Assert.Equal("check_failed", execution.Failure!.Code);
    }

    [Fact]
    public async Task A_reference_that_leads_to_nothing_fails_it()
    {
        var check = LookSteps.CheckOf("look", Steps.Call("Describe", ("id", "${steps.a.output.nothing}")), "`true`");

        var execution = await new Stage().RunAsync(Steps.CreateByToken("a", "v1"), check);

        Assert.Equal((ExecutionStatus.RolledBack, "reference"), (execution.Status, execution.Failure!.Code));
    }

    [Fact]
    public async Task A_type_that_does_not_fit_is_not_yet_and_then_the_reason()
    {
        var stage = new Stage();
        stage.Aws.Add("one", "v1");

        var execution = await stage.RunAsync(LookSteps.CheckOf("look", Steps.Call("Describe", ("name", "one")), "length(thing.none) > `1`", 5));

        Assert.Equal("check_failed", execution.Failure!.Code);
        Assert.Contains("JMESPath invalid-type", execution.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancel_is_seen_between_two_looks()
    {
        var stage = Absent();
        await stage.StartAsync([Steps.CreateByToken("a", "v1"), LookSteps.Check("look", "none", "v1", timeoutSeconds: 3000)]);
        stage.Engine.BeforeTask = task => { if (task == 8) { stage.CancelAsync().GetAwaiter().GetResult(); } };

        await stage.Engine.RunAllAsync();

        Assert.Equal(ExecutionStatus.Cancelled, (await stage.ReadAsync()).Status);
        Assert.Empty(stage.Aws.Inventory());
    }

    [Fact]
    public async Task Its_answer_serves_later_steps()
    {
        var stage = new Stage();
        stage.Aws.Add("one", "v1");

        await stage.RunAsync(LookSteps.Check("look", "one", "v1"), Steps.CreateByToken("b", "${steps.look.output.thing.value}"));

        Assert.Equal(["=v1", "one=v1"], stage.Aws.Inventory());
    }

    [Fact]
    public async Task Asked_again_a_verb_changes_nothing_about_the_end()
    {
        var stage = new Stage();
        stage.Aws.Add("one", "v1");
        await stage.StartAsync([LookSteps.Check("look", "one", "v1"), LookSteps.Check("no", "one", "v2")]);
        await stage.WordAsync("start");

        Assert.Equal(["DONE", "DONE", "TURN", "TURN"],
            [await stage.WordAsync("act", "look"), await stage.WordAsync("act", "look"), await stage.WordAsync("act", "no"), await stage.WordAsync("poll", "no")]);
        Assert.Equal(2, stage.Aws.Calls);
    }

    [Fact]
    public void In_JSON_a_step_has_only_the_members_of_its_kind()
    {
        var json = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(
            LookSteps.Check("look", "one", "v1"), ServerlessMcp.Executions.ExecutionsJson.Default.Step))!;

        Assert.True(
            JsonNode.DeepEquals(json, JsonNode.Parse("""
            { "id": "look", "kind": "check", "title": "See whether it holds",
              "call": { "api": "aws", "service": "things", "operation": "Describe", "parameters": { "name": "one" } },
              "check": { "until": "thing.value == 'v1'", "timeoutSeconds": 0 } }
            """)),
            json.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void In_JSON_and_back_a_step_is_the_same(string name)
    {
        var step = All[name];
        var json = System.Text.Json.JsonSerializer.Serialize(step, ServerlessMcp.Executions.ExecutionsJson.Default.Step);
        var back = System.Text.Json.JsonSerializer.Deserialize(json, ServerlessMcp.Executions.ExecutionsJson.Default.Step)!;

        Assert.Equal(json, System.Text.Json.JsonSerializer.Serialize(back, ServerlessMcp.Executions.ExecutionsJson.Default.Step));
        Assert.Equal((step.Kind, step.Effect, step.Reversibility.Class), (back.Kind, back.Effect, back.Reversibility.Class));
        Assert.Equal(name == "call", json.Contains("\"reversibility\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_same_execution_has_just_made_is_waited_for_even_without_time()
    {
        var stage = Absent();
        stage.Aws.Lag = TimeSpan.FromSeconds(20);
        var made = Steps.CreateByToken("a", "v1") with { After = null };

        var execution = await stage.RunAsync(
            made, LookSteps.CheckOf("look", Steps.Call("Describe", ("id", "${steps.a.output.id}")), "thing.value == 'v1'"));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Single(await stage.EventsAsync(), line => line.Kind == "step_lag");
    }

    private static Stage Absent()
    {
        var stage = new Stage();
        stage.Aws.NotFoundClass = TroubleClass.NotFound;
        return stage;
    }

    private static readonly Dictionary<string, Step> All = new()
    {
        ["call"] = Steps.CreateByToken("a"),
        ["check"] = LookSteps.Check("a", "one", "v1", 5, "thing"),
        ["bake"] = LookSteps.Bake("a", 60, "errors"),
        ["approval"] = LookSteps.Approval("a"),
        ["collect"] = LookSteps.Collect("a", "one", "two"),
    };

    public static TheoryData<string> AllKinds => [.. All.Keys];
}
