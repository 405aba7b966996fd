using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>While one invocation may still be working on a step, no other sends anything for it.</summary>
public sealed class LeaseTests
{
    [Fact]
    public async Task A_second_invocation_waits_while_the_first_has_its_call_on_the_way()
    {
        var stage = await StartedAsync();
        string? second = null;
        stage.Aws.Boundary = (_, after) => second = IsCreating(stage, after) ? stage.WordAsync("act", "a").GetAwaiter().GetResult() : second;

        var first = await stage.WordAsync("act", "a");

        Assert.Equal(("DONE", "WAIT"), (first, second));
        Assert.Single(stage.Aws.Effects);
    }

    [Fact]
    public async Task Nothing_is_compensated_under_a_live_lease_and_everything_after_it()
    {
        var stage = await StartedAsync();
        stage.Aws.Boundary = (_, after) => { if (IsCreating(stage, after)) { throw new CrashException(); } };
        await Assert.ThrowsAsync<CrashException>(() => stage.WordAsync("act", "a"));
        stage.Aws.Boundary = null;
        await stage.CancelAsync();

        Assert.Equal("UNDO", await stage.WordAsync("turn"));
        var wait = await stage.AskAsync("act", "a", "backward");
        Assert.Equal("WAIT", wait["next"]!.GetValue<string>());
        Assert.InRange(wait["delaySeconds"]!.GetValue<int>(), 80, 90);
        Assert.Equal(["=new"], stage.Aws.Inventory());

        stage.Time.Advance(TimeSpan.FromSeconds(91));
        Assert.Equal("DONE", await stage.WordAsync("poll", "a", "backward"));
        Assert.Empty(stage.Aws.Inventory());
        Assert.Equal("CANCELLED", await stage.WordAsync("next"));
    }

    [Fact]
    public async Task A_dead_invocations_step_goes_on_by_its_repeat_rule_when_the_lease_is_over()
    {
        var stage = await StartedAsync();
        stage.Aws.Boundary = (_, after) => { if (IsCreating(stage, after)) { throw new CrashException(); } };
        await Assert.ThrowsAsync<CrashException>(() => stage.WordAsync("act", "a"));
        stage.Aws.Boundary = null;

        Assert.Equal("WAIT", await stage.WordAsync("poll", "a"));
        stage.Time.Advance(TimeSpan.FromSeconds(91));
        Assert.Equal("DONE", await stage.WordAsync("poll", "a"));

        Assert.Single(stage.Aws.Effects);
        Assert.Single(stage.Aws.Sent, call => call.Operation == "Create");
    }

    [Fact]
    public async Task An_invocation_whose_run_was_replaced_writes_no_intent()
    {
        var stage = await StartedAsync();
        var isBumped = false;
        stage.Table.BeforeWrite = _ =>
        {
            if (!isBumped)
            {
                isBumped = true;
                stage.WordAsync("continue").GetAwaiter().GetResult();
            }
        };

        Assert.Equal("CONTINUED", await stage.WordAsync("act", "a"));
        Assert.DoesNotContain(stage.Aws.Sent, call => call.Operation == "Create");
    }

    [Fact]
    public async Task A_late_outcome_of_an_older_run_is_still_written_down()
    {
        var stage = await StartedAsync();
        stage.Aws.Boundary = (_, after) =>
        {
            if (IsCreating(stage, after))
            {
                stage.WordAsync("continue").GetAwaiter().GetResult();
            }
        };

        await stage.WordAsync("act", "a");

        Assert.Equal(StepStatus.Done, (await stage.StepAsync("a")).Status);
    }

    private static async Task<Stage> StartedAsync()
    {
        var stage = new Stage();
        await stage.StartAsync([Steps.CreateByMarker("a")]);
        Assert.Equal("RUN", await stage.WordAsync("start"));
        Assert.Equal("STEP", await stage.WordAsync("next"));
        return stage;
    }

    private static bool IsCreating(Stage stage, bool after) => after && stage.Aws.Sent[^1].Operation == "Create";
}
