using ServerlessMcp.Executions.State;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Executions.Running;

/// <summary>Whole executions on the machine's own definition.</summary>
public sealed class WayOfAnExecutionTests
{
    [Fact]
    public async Task A_plan_without_trouble_succeeds_and_frees_its_open_item()
    {
        var stage = new Stage();
        stage.Aws.Add("kept", "old");

        var execution = await stage.RunAsync(
            Steps.CreateByToken("a"), Steps.CreateByMarker("b") with { Wait = Steps.Ready() }, Steps.CreateByName("c", "named"),
            Steps.Change("d", "kept", "old", "changed"), Steps.ChangeOf("e", "id", "${steps.a.output.id}", "changed too"));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Equal(["=changed too", "=new", "kept=changed", "named=new"], stage.Aws.Inventory());
        Assert.False(await stage.IsOpenAsync());
        Assert.All(await stage.StepsAsync(), facts => Assert.Equal(StepStatus.Done, facts.Status));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_refused_step_rolls_everything_back_last_first(int failing)
    {
        var stage = new Stage();
        stage.Aws.Add("kept", "old");
        stage.Aws.FaultOf = (call, _) => call.Parameters["value"]?.GetValue<string>() == $"v{failing}" ? Fault.Refuse : Fault.None;

        var execution = await stage.RunAsync(
            Steps.CreateByToken("a", "v0"), Steps.CreateByMarker("b", "v1"), Steps.Change("c", "kept", "old", "v2"), Steps.CreateByName("d", "named", "v3"));

        Assert.Equal(ExecutionStatus.RolledBack, execution.Status);
        Assert.Equal(["kept=old"], stage.Aws.Inventory());
        Assert.Equal("Denied", execution.Failure!.Code);
        Assert.Equal(2 * failing, stage.Aws.Effects.Count);
    }
}
