using System.Text.Json.Nodes;
using Amazon.EC2.Model;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Local.Emulator.Proxy;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>A plan whose steps build on one another, undone after it succeeded, redone, and refused where another hand has been.</summary>
[Collection(WithEmulator.Name)]
public sealed class NetworkUndoTests(EmulatorFixture emulator)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_network_is_made_undone_and_made_again()
    {
        using var stage = new ProofStage(emulator);
        var before = await stage.InventoryAsync();
        var made = await SucceedAsync(stage, await stage.PlanAsync(Network(stage)));

        var undo = await SucceedAsync(stage, await stage.PlanUndoAsync(made.ExecutionId));
        Assert.Empty(InventoryExceptions.Unexplained(before, await stage.InventoryAsync(), []));
        Assert.Equal("already_undone", (await Assert.ThrowsAsync<CallerException>(() => stage.PlanUndoAsync(made.ExecutionId))).Code);

        var redo = await SucceedAsync(stage, await stage.PlanUndoAsync(undo.ExecutionId));
        Assert.Equal(made.StepCount, redo.StepCount);
        Assert.NotEmpty(InventoryExceptions.Unexplained(before, await stage.InventoryAsync(), []));
    }

    [Fact]
    public async Task A_tag_changed_by_another_hand_refuses_the_undo_and_nothing_is_changed()
    {
        using var stage = new ProofStage(emulator);
        var made = await SucceedAsync(stage, await stage.PlanAsync(Network(stage)));
        var vpc = (await stage.Ec2.DescribeVpcsAsync(new DescribeVpcsRequest { Filters = [new("tag:Name", ["main"])] }, Token)).Vpcs[0].VpcId;
        await stage.Ec2.CreateTagsAsync(new([vpc], [new("Name", "theirs")]), Token);
        var theirs = await stage.InventoryAsync();

        var refusal = await Assert.ThrowsAsync<CallerException>(() => stage.PlanUndoAsync(made.ExecutionId));

        Assert.Equal("conflict", refusal.Code);
        Assert.Contains(refusal.Problems, problem => problem.Quoted!.Contains("now it is [{\"Key\":\"Name\",\"Value\":\"theirs\"}]", StringComparison.Ordinal));
        Assert.Equal(theirs, await stage.InventoryAsync());
    }

    [Fact]
    public async Task Something_put_into_the_network_refuses_the_undo()
    {
        using var stage = new ProofStage(emulator);
        var made = await SucceedAsync(stage, await stage.PlanAsync(Network(stage)));
        var vpc = (await stage.Ec2.DescribeVpcsAsync(new DescribeVpcsRequest { Filters = [new("tag:Name", ["main"])] }, Token)).Vpcs[0].VpcId;
        await stage.Ec2.CreateSubnetAsync(new CreateSubnetRequest(vpc, "10.70.9.0/24"), Token);

        var refusal = await Assert.ThrowsAsync<CallerException>(() => stage.PlanUndoAsync(made.ExecutionId));

        Assert.Equal("conflict", refusal.Code);
        Assert.EndsWith("it no longer holds that the VPC has no subnet", Assert.Single(refusal.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_undo_that_AWS_refuses_midway_makes_again_what_it_took()
    {
        using var stage = new ProofStage(emulator);
        var made = await SucceedAsync(stage, await stage.PlanAsync(Network(stage)));
        var before = await stage.InventoryAsync();

        var undo = await RefusedAsync(stage, made, "DeleteSecurityGroup");

        Assert.True(undo.Status == ExecutionStatus.RolledBack, $"{undo.Status}: {undo.Failure}\n{await stage.RecordAsync(undo)}");
        var differs = InventoryExceptions.Unexplained(before, await stage.InventoryAsync(), ["the rule's id (sgr-...): it comes back with a new one"]);
        Assert.All(differs, line => Assert.Contains("/CreationDate:", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_an_undo_made_again_under_its_old_name_can_still_be_undone()
    {
        using var stage = new ProofStage(emulator);
        var before = await stage.InventoryAsync();
        var made = await SucceedAsync(stage, await stage.PlanAsync(
            Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.71.0.0/16" }"""), Step("topic", "sns", "CreateTopic", """{ "Name": "again" }""")));
        Assert.Equal(ExecutionStatus.RolledBack, (await RefusedAsync(stage, made, "DeleteVpc")).Status);

        await SucceedAsync(stage, await stage.PlanUndoAsync(made.ExecutionId));

        Assert.Empty(InventoryExceptions.Unexplained(before, await stage.InventoryAsync(), []));
    }

    [Fact]
    public async Task A_thing_that_is_made_again_is_made_once_although_the_answer_is_lost()
    {
        using var stage = new ProofStage(emulator);
        var made = await SucceedAsync(stage, await stage.PlanAsync([.. Network(stage).Where(step => step.Id is "vpc" or "subnet")]));
        emulator.Proxy.Rules.Add(new ProxyRule { Service = "ec2", Operation = "CreateSubnet", Action = ProxyAction.DropAfter, Times = 1 });

        var undo = await RefusedAsync(stage, made, "DeleteVpc");

        Assert.True(undo.Status == ExecutionStatus.RolledBack, $"{undo.Status}: {undo.Failure}\n{await stage.RecordAsync(undo)}");
        var subnets = (await stage.Ec2.DescribeSubnetsAsync(new DescribeSubnetsRequest { Filters = [new("cidr-block", ["10.70.1.0/24"])] }, Token)).Subnets;
        Assert.Equal($"{undo.ExecutionId}/subnet", Assert.Single(Assert.Single(subnets).Tags).Value);
    }

    [Fact]
    public async Task What_refers_to_a_thing_that_came_back_with_another_id_is_left_and_named()
    {
        using var stage = new ProofStage(emulator);
        var made = await SucceedAsync(stage, await stage.PlanAsync(Network(stage)));

        var undo = await RefusedAsync(stage, made, "DeleteSubnet");

        Assert.Equal(ExecutionStatus.RollbackFailed, undo.Status);
        Assert.Equal("https", Assert.Single(undo.Left).StepId);
    }

    private async Task<Execution> RefusedAsync(ProofStage stage, Execution made, string operation)
    {
        var planned = await stage.PlanUndoAsync(made.ExecutionId);
        emulator.Proxy.Rules.Add(new ProxyRule { Service = "ec2", Operation = operation, Action = ProxyAction.Refuse, Code = "UnauthorizedOperation" });
        var undo = await stage.RunAsync(planned);
        emulator.Proxy.Rules.Clear();
        return undo;
    }

    private static async Task<Execution> SucceedAsync(ProofStage stage, PlannedPlan planned)
    {
        var execution = await stage.RunAsync(planned);
        Assert.True(execution.Status == ExecutionStatus.Succeeded, $"{execution.Status}: {execution.Failure}\n{await stage.RecordAsync(execution)}");
        return execution;
    }

    private static StepRequest[] Network(ProofStage stage) =>
    [
        Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.70.0.0/16" }"""),
        Step("name", "ec2", "CreateTags", """{ "Resources": ["${steps.vpc.output.Vpc.VpcId}"], "Tags": [{ "Key": "Name", "Value": "main" }] }"""),
        Step("subnet", "ec2", "CreateSubnet", """{ "VpcId": "${steps.vpc.output.Vpc.VpcId}", "CidrBlock": "10.70.1.0/24" }"""),
        Step("group", "ec2", "CreateSecurityGroup", """{ "VpcId": "${steps.vpc.output.Vpc.VpcId}", "GroupName": "web", "Description": "web" }"""),
        Step("https", "ec2", "AuthorizeSecurityGroupIngress", """{ "GroupId": "${steps.group.output.GroupId}", "IpPermissions": [{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] }] }"""),
        Step("bucket", "s3", "CreateBucket", $$"""{ "Bucket": "net-{{Guid.NewGuid():n}}", "CreateBucketConfiguration": { "LocationConstraint": "{{stage.Region}}" } }"""),
    ];

    private static StepRequest Step(string id, string service, string operation, string parameters) =>
        new(id, null, service, operation, JsonNode.Parse(parameters)!.AsObject());
}
