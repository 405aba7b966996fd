using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>Reads at once: every row of <see cref="ServerlessMcp.Executions.Running.CollectLook"/>.</summary>
public sealed class CollectStepTests
{
    [Fact]
    public async Task Each_answer_stands_under_its_name_and_serves_later_steps()
    {
        var stage = new Stage();
        stage.Aws.Add("one", "v1");
        stage.Aws.Add("two", "v2");

        var execution = await stage.RunAsync(LookSteps.Collect("read", "one", "two"), Steps.CreateByToken("a", "${steps.read.output.two.thing.value}"));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(["=v2", "one=v1", "two=v2"], stage.Aws.Inventory());
        var output = (await stage.StepAsync("read")).Output!;
        Assert.Equal(["one", "two"], output.Select(member => member.Key));
        Assert.Equal("v1", (string?)output["one"]!["thing"]!["value"]);
    }

    [Fact]
    public async Task A_refused_read_is_an_error_under_its_name_and_the_others_stand()
    {
        var stage = new Stage();
        stage.Aws.Add("one", "v1");

        var execution = await stage.RunAsync(LookSteps.Collect("read", "one", "none"));

        var output = (await stage.StepAsync("read")).Output!;
        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal("NotFound", (string?)output["errors"]!["none"]!["code"]);
        Assert.False(output.ContainsKey("none"));
        Assert.Contains("1 of 2 read. Not: none: NotFound", (await stage.EventsAsync()).Single(line => line.Kind == "step_passed").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_read_that_a_later_step_needs_fails_before_anything_else_is_changed()
    {
        var stage = new Stage();
        stage.Aws.Add("one", "v1");

        var execution = await stage.RunAsync(
            LookSteps.Collect("read", "one", "none"), Steps.CreateByToken("a", "v"), Steps.CreateByToken("b", "${steps.read.output.none.thing.value}"));

        Assert.Equal((ExecutionStatus.RolledBack, "read", "not_collected"), (execution.Status, execution.Failure!.StepId, execution.Failure.Code));
        Assert.Contains("none: NotFound", execution.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(stage.Aws.Effects);
    }

    [Fact]
    public async Task When_nothing_can_be_read_it_fails()
    {
        var execution = await new Stage().RunAsync(LookSteps.Collect("read", "none", "neither"));

        Assert.Equal((ExecutionStatus.RolledBack, "not_collected"), (execution.Status, execution.Failure!.Code));
    }

    [Fact]
    public async Task A_busy_read_is_made_again_the_others_are_not()
    {
        var stage = new Stage();
        stage.Aws.Add("one", "v1");
        stage.Aws.Add("two", "v2");
        var busy = 3;
        stage.Aws.FaultOf = (call, _) => (string?)call.Parameters["name"] == "two" && busy-- > 0 ? Fault.Busy : Fault.None;

        var execution = await stage.RunAsync(LookSteps.Collect("read", "one", "two"));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(["one", "two", "two", "two", "two"], stage.Aws.Sent.Select(call => (string?)call.Parameters["name"]));
    }

    [Fact]
    public async Task At_the_deadline_what_is_still_busy_is_an_error()
    {
        var stage = new Stage();
        stage.Aws.Add("one", "v1");
        stage.Aws.FaultOf = (call, _) => (string?)call.Parameters["name"] == "two" ? Fault.Busy : Fault.None;

        var execution = await stage.RunAsync(LookSteps.Collect("read", "one", "two"));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal("deadline", (string?)(await stage.StepAsync("read")).Output!["errors"]!["two"]!["code"]);
    }

    [Fact]
    public async Task Twenty_reads_are_made_eight_at_a_time_and_kept_after_each_round()
    {
        var stage = new Stage();
        string[] names = [.. Enumerable.Range(1, 20).Select(n => $"n{n}")];
        foreach (var name in names)
        {
            stage.Aws.Add(name, name);
        }

        await stage.StartAsync([LookSteps.Collect("read", names)]);
        stage.Aws.Boundary = (ordinal, isAfter) => { if (ordinal == 18 && !isAfter) { throw new CrashException(); } };
        await stage.WordAsync("start");
        await Assert.ThrowsAsync<CrashException>(() => stage.WordAsync("act", "read"));
        Assert.Equal(16, (await stage.StepAsync("read")).Output!.Count);

        stage.Aws.Boundary = null;
        Assert.Equal("DONE", await stage.WordAsync("act", "read"));

        Assert.Equal(20, (await stage.StepAsync("read")).Output!.Count);
        Assert.Single(stage.Aws.Sent, call => (string?)call.Parameters["name"] == "n1");
    }

    [Fact]
    public async Task A_select_keeps_what_matters_and_a_wrong_one_is_an_error_under_its_name()
    {
        var stage = new Stage();
        stage.Aws.Add("one", "v1");
        var call = Steps.Call("Describe", ("name", "one"));

        await stage.RunAsync(LookSteps.CollectOf("read", new("value", call, "thing.value"), new("wrong", call, "length(thing.none)"), new("nothing", call, "thing.none")));

        var output = (await stage.StepAsync("read")).Output!;
        Assert.Equal("v1", (string?)output["value"]);
        Assert.Equal("invalid_query", (string?)output["errors"]!["wrong"]!["code"]);
        Assert.True(output.ContainsKey("nothing"));
        Assert.Null(output["nothing"]);
    }

    [Theory]
    [InlineData(30_000, false, true)]
    [InlineData(40_000, false, false)]
    [InlineData(40_000, true, true)]
    [InlineData(1_100_000, true, false)]
    public async Task What_is_kept_has_its_bounds_wider_for_what_later_steps_need(int size, bool isNeeded, bool isKept)
    {
        var stage = new Stage();
        stage.Aws.Add("one", new string('x', size));
        stage.Aws.Add("two", "v2");
        List<Step> steps = [LookSteps.Collect("read", "one", "two")];
        if (isNeeded)
        {
            steps.Add(Steps.CreateByToken("a", "${steps.read.output.one.thing.id}"));
        }

        var execution = await stage.RunAsync([.. steps]);

        var output = await OutputAsync(stage);
        Assert.Equal(isKept, output.ContainsKey("one"));
        Assert.Equal(isNeeded && !isKept ? "not_collected" : null, execution.Failure?.Code);
        Assert.Equal(isKept ? null : "too_large", (string?)output["errors"]?["one"]?["code"]);
    }

    [Fact]
    public async Task A_part_that_is_gone_from_the_blobs_is_read_again()
    {
        var stage = new Stage();
        string[] names = [.. Enumerable.Range(1, 9).Select(n => $"n{n}")];
        foreach (var name in names)
        {
            stage.Aws.Add(name, new string('x', 30_000));
        }

        await stage.StartAsync([LookSteps.Collect("read", names)]);
        stage.Aws.FaultOf = (call, _) => (string?)call.Parameters["name"] == "n9" ? Fault.Busy : Fault.None;
        await stage.WordAsync("start");
        Assert.Equal("WAIT", await stage.WordAsync("act", "read"));
        Assert.NotNull((await stage.StepAsync("read")).Blobs);
        stage.Blobs.Clear();
        stage.Aws.FaultOf = (_, _) => Fault.None;

        Assert.Equal("DONE", await stage.WordAsync("poll", "read"));

        Assert.Equal(9, (await OutputAsync(stage)).Count);
    }

    private static async Task<System.Text.Json.Nodes.JsonObject> OutputAsync(Stage stage) =>
        (await new LargeValues(stage.Blobs).TakeInAsync(await stage.StepAsync("read"), TestContext.Current.CancellationToken)).Output!;
}
