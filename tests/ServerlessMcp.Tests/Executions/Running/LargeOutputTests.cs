using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>Values of 300 KB, in a table that refuses 400: the output of a, the after of b and the before of c, each needed by another step or an undo.</summary>
public sealed class LargeOutputTests
{
    private static readonly string Large = string.Concat(Enumerable.Repeat("ä🙂x", 43_000));

    [Fact]
    public async Task A_later_step_gets_a_large_output_whole_and_the_facts_only_point_to_it()
    {
        var stage = Prepare(isRefused: false);

        var execution = await stage.RunAsync(Plan(isRefused: false));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(Large, Sent(stage, "Create", "value"));
        var made = await stage.StepAsync("a");
        Assert.Null(made.Output);
        Assert.StartsWith($"EXEC/{stage.Id}/a/output-", made.Blobs!["output"], StringComparison.Ordinal);
        Assert.Equal(["after"], (await stage.StepAsync("b")).Blobs!.Keys);
        Assert.Equal(["before"], (await stage.StepAsync("c")).Blobs!.Keys);
        Assert.Equal(3, stage.Blobs.All.Count);
    }

    [Fact]
    public async Task An_undo_gets_large_values_whole()
    {
        var stage = Prepare(isRefused: true);

        var execution = await stage.RunAsync(Plan());

        CheckRolledBack(stage, execution, "clean");
        Assert.Equal(Large, Sent(stage, "Change", "value"));
        Assert.Equal(Large, Sent(stage, "Delete", "proof"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Death_before_or_between_a_blob_and_its_facts_changes_nothing_about_the_end(bool isRefused)
    {
        var clean = Prepare(isRefused);
        await clean.RunAsync(Plan(isRefused));
        Assert.True(clean.Blobs.Puts >= 3, "A sweep over hardly anything proves nothing.");

        for (var n = 1; n <= clean.Blobs.Puts; n++)
        {
            foreach (var after in new[] { false, true })
            {
                var stage = Prepare(isRefused);
                stage.Blobs.AtPut = (ordinal, isAfter) => { if (ordinal == n && isAfter == after) { throw new CrashException(); } };
                var execution = await stage.RunAsync(Plan(isRefused));
                if (isRefused)
                {
                    CheckRolledBack(stage, execution, $"put {n} {after}");
                }
                else
                {
                    Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
                    Assert.Equal(["=small", "=v"], stage.Aws.Inventory());
                }

                Assert.Equal(stage.Aws.Effects.Distinct().Count(), stage.Aws.Effects.Count);
            }
        }
    }

    [Fact]
    public async Task Blobs_that_are_away_make_the_step_wait_before_and_after_its_call()
    {
        var stage = Prepare(isRefused: false);
        await stage.StartAsync(Plan());
        Assert.Equal("RUN", await stage.WordAsync("start"));

        stage.Blobs.IsAway = true;
        Assert.Equal("WAIT", await stage.WordAsync("act", "a"));
        Assert.Equal(["Create t-1"], stage.Aws.Effects);
        stage.Blobs.IsAway = false;
        stage.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("DONE", await stage.WordAsync("poll", "a"));
        Assert.Equal(["Create t-1"], stage.Aws.Effects);

        stage.Blobs.IsAway = true;
        Assert.Equal("WAIT", await stage.WordAsync("act", "b"));
        Assert.Equal(["Create t-1"], stage.Aws.Effects);
        stage.Blobs.IsAway = false;
        Assert.Equal("DONE", await stage.WordAsync("poll", "b"));
    }

    [Fact]
    public async Task What_is_gone_from_the_blobs_is_left_and_said_never_guessed()
    {
        var stage = Prepare(isRefused: true);
        stage.Engine.BeforeTask = _ =>
        {
            if (stage.Aws.Sent.Any(call => call.Parameters["value"]?.GetValue<string>() == "refused"))
            {
                stage.Blobs.Clear();
            }
        };

        var execution = await stage.RunAsync(Plan());

        Assert.Equal(ExecutionStatus.RollbackFailed, execution.Status);
        Assert.Equal(["a", "b", "c"], execution.Left.Select(item => item.StepId));
        Assert.All(execution.Left, item => Assert.Contains("gone from the blobs", item.Why, StringComparison.Ordinal));
        Assert.Equal(["=small", "=v"], stage.Aws.Inventory());
    }

    [Fact]
    public async Task A_step_whose_value_is_gone_ends_forward()
    {
        var stage = Prepare(isRefused: false);
        stage.Aws.ReadyAfter = 1000;
        await stage.StartAsync([Plan()[0] with { Wait = Steps.Ready() }]);
        await stage.WordAsync("start");
        Assert.Equal("WAIT", await stage.WordAsync("act", "a"));
        stage.Blobs.Clear();

        Assert.Equal("TURN", await stage.WordAsync("poll", "a"));

        Assert.Equal(("gone", StepStatus.Failed), ((await stage.StepAsync("a")).Error!.Code, (await stage.StepAsync("a")).Status));
    }

    private static Step[] Plan(bool isRefused = true) =>
    [
        Steps.CreateByToken("a", "v") with
        {
            Undo = [new(null, Steps.Call("Delete", ("id", "${output.id}"), ("proof", "${output.large}")), null, ["NotFound"])],
        },
        Steps.CreateByToken("b", "${steps.a.output.large}"),
        Steps.ChangeOf("c", "id", "${steps.b.output.id}", "small"),
        .. isRefused ? [Steps.CreateByToken("d", "refused")] : Array.Empty<Step>(),
    ];

    private static Stage Prepare(bool isRefused)
    {
        var stage = new Stage();
        stage.Aws.MoreOfCreate = new JsonObject { ["large"] = Large };
        stage.Aws.FaultOf = (call, _) => isRefused && call.Parameters["value"]?.GetValue<string>() == "refused" ? Fault.Refuse : Fault.None;
        return stage;
    }

    private static string? Sent(Stage stage, string operation, string parameter) =>
        stage.Aws.Sent.Where(call => call.Operation == operation)
            .Select(call => call.Parameters[parameter]?.GetValue<string>()).LastOrDefault(text => text?.Length > 100);

    private static void CheckRolledBack(Stage stage, Execution execution, string where)
    {
        Assert.True(execution.Status == ExecutionStatus.RolledBack, $"{where}: {execution.Status} {string.Join(" ", execution.Left.Select(item => item.Why))}");
        Assert.Empty(stage.Aws.Inventory());
    }
}
