using Amazon.EC2.Model;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Running;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Emulator.Proxy;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Tests.Local.Emulator;
using static ServerlessMcp.Tests.Planning.PlannerFixture;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>What AWS does late, not yet or not at all, on the real planner, worker, client, proxy and emulator.</summary>
[Collection(WithEmulator.Name)]
public sealed class RecoveryTests(EmulatorFixture emulator) : IDisposable
{
    private readonly WorkerTiming _impatient = new() { Call = TimeSpan.FromSeconds(2) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => emulator.Proxy.Rules.Clear();

    [Fact]
    public async Task What_a_refused_undo_left_is_taken_back_by_a_retry()
    {
        using var stage = new ProofStage(emulator);
        var before = await stage.InventoryAsync("ec2");
        emulator.Proxy.Rules.Add(Refuse("CreateSubnet", "InvalidSubnet.Range"), Refuse("DeleteVpc", "DependencyViolation"));
        var failed = await stage.RunAsync(await stage.PlanAsync(Vpc("10.81.0.0/16"), Subnet("10.81.1.0/24")));
        var left = await VpcsAsync(stage, "10.81.0.0/16");
        emulator.Proxy.Rules.Clear();

        var resumed = await stage.ResumeAsync(failed);

        Assert.Equal(ExecutionStatus.RollbackFailed, failed.Status);
        Assert.Single(left);
        Assert.Equal(ExecutionStatus.RolledBack, resumed.Status);
        Assert.Equal(before, await stage.InventoryAsync("ec2"));
    }

    [Fact]
    public async Task A_call_that_takes_effect_after_the_end_is_found_by_its_marker_and_its_undo_is_proposed()
    {
        using var stage = new ProofStage(emulator, _impatient);
        emulator.Proxy.Rules.Add(new ProxyRule { Service = "ec2", Operation = "CreateVpc", Action = ProxyAction.Late, Ms = 6_000, Times = 1 });
        var ended = await stage.RunAsync(await stage.PlanAsync(Vpc("10.82.0.0/16")));
        var own = Assert.Single(await VpcsAsync(stage, "10.82.0.0/16"));
        await UntilAsync(async () => (await VpcsAsync(stage, "10.82.0.0/16")).Count == 2);

        await stage.SweepAfterAsync(TimeSpan.FromMinutes(16));

        Assert.Equal(ExecutionStatus.Succeeded, ended.Status);
        var problem = Assert.Single(await stage.ProblemsAsync(ended));
        var late = (await VpcsAsync(stage, "10.82.0.0/16")).Single(id => id != own);
        Assert.EndsWith($":vpc/{late}", problem.Resource, StringComparison.Ordinal);
        Assert.Equal(("aws_change", "DeleteVpc", late), (problem.Next!.Tool, (string?)problem.Next.Arguments["operation"], (string?)problem.Next.Arguments["parameters"]!["VpcId"]));

        await stage.OtherHandAsync("ec2", "DeleteVpc", Json($$"""{ "VpcId": "{{late}}" }"""));
        await stage.SweepAfterAsync(TimeSpan.FromHours(2));
        Assert.NotNull(Assert.Single(await stage.ProblemsAsync(ended)).ClosedAt);
    }

    [Fact]
    public async Task What_AWS_does_not_see_yet_of_our_own_does_not_turn_the_plan_round()
    {
        using var stage = new ProofStage(emulator);
        emulator.Proxy.Rules.Add(Refuse("CreateSubnet", "InvalidVpcID.NotFound") with { Times = 3 });

        var execution = await stage.RunAsync(await stage.PlanAsync(Vpc("10.83.0.0/16"), Subnet("10.83.1.0/24")));

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        Assert.Contains("AWS does not see yet what step 'vpc' made", await stage.RecordAsync(execution), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, ExecutionStatus.Succeeded, "10.85.0.0/16")]
    [InlineData(2, ExecutionStatus.RolledBack, null)]
    public async Task Without_capacity_the_next_alternative_is_tried_and_then_all_is_taken_back(int times, ExecutionStatus status, string? made)
    {
        using var stage = new ProofStage(emulator);
        var before = await stage.InventoryAsync("ec2");
        emulator.Proxy.Rules.Add(Refuse("CreateVpc", "InsufficientInstanceCapacity") with { Times = times, Nth = 2, Status = 500 });
        var second = Vpc("10.84.0.0/16") with { Id = "second", Alternatives = [Json("""{ "CidrBlock": "10.85.0.0/16" }""")] };

        var execution = await stage.RunAsync(await stage.PlanAsync(Vpc("10.86.0.0/16"), second));

        Assert.Equal(status, execution.Status);
        Assert.Empty(await VpcsAsync(stage, "10.84.0.0/16"));
        Assert.Equal(made is null ? 0 : 1, (await VpcsAsync(stage, "10.85.0.0/16")).Count);
        if (made is null)
        {
            Assert.Equal(TroubleClass.Capacity, execution.Failure?.Class);
            Assert.Equal(before, await stage.InventoryAsync("ec2"));
        }
    }

    private static StepRequest Vpc(string cidr) => Step("vpc", "ec2", "CreateVpc", $$"""{ "CidrBlock": "{{cidr}}" }""");

    private static StepRequest Subnet(string cidr) =>
        Step("subnet", "ec2", "CreateSubnet", $$"""{ "VpcId": "${steps.vpc.output.Vpc.VpcId}", "CidrBlock": "{{cidr}}" }""");

    private static ProxyRule Refuse(string operation, string code) => new() { Service = "ec2", Operation = operation, Action = ProxyAction.Refuse, Code = code };

    private static async Task<List<string>> VpcsAsync(ProofStage stage, string cidr)
    {
        var answer = await stage.Ec2.DescribeVpcsAsync(new DescribeVpcsRequest { Filters = [new("cidr", [cidr])] }, Token);
        return [.. (answer.Vpcs ?? []).Select(vpc => vpc.VpcId)];
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        while (!await holds())
        {
            await Task.Delay(200, patience.Token);
        }
    }
}
