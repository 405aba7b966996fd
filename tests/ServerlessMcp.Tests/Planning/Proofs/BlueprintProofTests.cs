using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Emulator.Proxy;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Blueprints;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>Blueprints made and undone against the emulator; tests/acceptance/blueprints.py does it with all of them, from outside.</summary>
[Collection(WithEmulator.Name)]
public sealed class BlueprintProofTests(EmulatorFixture emulator)
{
    private static readonly Principal Caller = new("key_proof", "proof", new HashSet<string> { Scope.Read, Scope.Operate });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_network_of_a_blueprint_is_made_and_undone()
    {
        using var stage = new ProofStage(emulator);
        var before = await stage.InventoryAsync();
        var planned = await PlanAsync(stage, "network", new() { ["name"] = "proof", ["cidr"] = "10.90.0.0/22" });

        var made = await SucceedAsync(stage, planned);
        Assert.NotEmpty(InventoryExceptions.Unexplained(before, await stage.InventoryAsync(), []));
        var subnets = (await stage.Ec2.DescribeSubnetsAsync(new() { Filters = [new("tag:smcp:blueprint", ["network/proof"])] }, Token)).Subnets;
        Assert.Equal(["10.90.0.0/26", "10.90.0.64/26", "10.90.2.0/26", "10.90.2.64/26"], subnets.Select(subnet => subnet.CidrBlock).Order());
        Assert.Equal(2, subnets.Select(subnet => subnet.AvailabilityZone).Distinct().Count());
        Assert.All(subnets, subnet => Assert.False(subnet.MapPublicIpOnLaunch));

        await SucceedAsync(stage, await stage.PlanUndoAsync(made.ExecutionId));
        Assert.Empty(InventoryExceptions.Unexplained(before, await stage.InventoryAsync(), []));
    }

    [Fact]
    public async Task A_network_with_NAT_whose_last_step_is_refused_is_taken_back()
    {
        using var stage = new ProofStage(emulator);
        var before = await stage.InventoryAsync();
        emulator.Proxy.Rules.Add(new ProxyRule { Service = "ec2", Operation = "CreateVpcEndpoint", Action = ProxyAction.Refuse, Code = "UnauthorizedOperation" });

        var execution = await stage.RunAsync(await PlanAsync(stage, "network", new() { ["name"] = "proof", ["nat"] = "single" }));

        emulator.Proxy.Rules.Clear();
        Assert.True(execution.Status == ExecutionStatus.RolledBack, $"{execution.Status}: {execution.Failure}\n{await stage.RecordAsync(execution)}");
        Assert.Empty(InventoryExceptions.Unexplained(before, await stage.InventoryAsync(), []));
    }

    private static Task<PlannedPlan> PlanAsync(ProofStage stage, string name, JsonObject inputs)
    {
        var blueprints = new BlueprintPlanner(new(), stage.Planner);
        return blueprints.PlanAsync(blueprints.Check(name, inputs), new("Proof", null, stage.Region, []), Caller, Token);
    }

    private static async Task<Execution> SucceedAsync(ProofStage stage, PlannedPlan planned)
    {
        var execution = await stage.RunAsync(planned);
        Assert.True(execution.Status == ExecutionStatus.Succeeded, $"{execution.Status}: {execution.Failure}\n{await stage.RecordAsync(execution)}");
        return execution;
    }
}
