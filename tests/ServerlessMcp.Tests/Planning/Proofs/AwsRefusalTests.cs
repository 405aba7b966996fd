using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Tests.Local.Emulator;
using ServerlessMcp.Tests.Planning.Proofs.Cases;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>What the proofs stand on: the emulator, or the strict proxy before it, refuses what AWS refuses about the things that undos take away.</summary>
[Collection(WithEmulator.Name)]
public sealed class AwsRefusalTests(EmulatorFixture emulator)
{
    private const string Document = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}""";

    [Fact]
    public async Task A_role_with_a_policy_and_a_policy_that_is_attached_stay()
    {
        using var stage = new ProofStage(emulator);
        var name = $"refused-{stage.Tag}";
        await stage.OtherHandAsync("iam", "CreateRole", new() { ["RoleName"] = name, ["AssumeRolePolicyDocument"] = Document });
        var policy = await stage.MadeAsync("iam", "CreatePolicy", new() { ["PolicyName"] = name, ["PolicyDocument"] = Document }, "Policy.Arn");
        await stage.OtherHandAsync("iam", "AttachRolePolicy", new() { ["RoleName"] = name, ["PolicyArn"] = policy });

        Assert.Equal("DeleteConflict", await CodeAsync(stage, "iam", "DeleteRole", new() { ["RoleName"] = name }));
        Assert.Equal("DeleteConflict", await CodeAsync(stage, "iam", "DeletePolicy", new() { ["PolicyArn"] = policy }));

        await stage.OtherHandAsync("iam", "DetachRolePolicy", new() { ["RoleName"] = name, ["PolicyArn"] = policy });
        await stage.OtherHandAsync("iam", "CreatePolicyVersion", new() { ["PolicyArn"] = policy, ["PolicyDocument"] = Document });
        Assert.Equal("DeleteConflict", await CodeAsync(stage, "iam", "DeletePolicy", new() { ["PolicyArn"] = policy }));
    }

    [Fact]
    public async Task A_rule_with_targets_stays()
    {
        using var stage = new ProofStage(emulator);
        await stage.OtherHandAsync("eventbridge", "PutRule", new() { ["Name"] = "busy", ["ScheduleExpression"] = "rate(1 day)" });
        var target = new JsonObject { ["Id"] = "a", ["Arn"] = $"arn:aws:sqs:{stage.Region}:{stage.Account}:jobs" };
        await stage.OtherHandAsync("eventbridge", "PutTargets", new() { ["Rule"] = "busy", ["Targets"] = new JsonArray(target) });

        Assert.Equal("ValidationException", await CodeAsync(stage, "eventbridge", "DeleteRule", new() { ["Name"] = "busy" }));
    }

    [Fact]
    public async Task A_protected_load_balancer_stays()
    {
        using var stage = new ProofStage(emulator);
        var subnets = await ContainerCases.SubnetsAsync(stage);
        var balancer = await stage.MadeAsync(
            "elastic-load-balancing-v2", "CreateLoadBalancer",
            new() { ["Name"] = "kept", ["Subnets"] = new JsonArray([.. subnets.Select(subnet => (JsonNode)subnet.SubnetId)]) }, "LoadBalancers[0].LoadBalancerArn");
        var protection = new JsonObject { ["Key"] = "deletion_protection.enabled", ["Value"] = "true" };
        await stage.OtherHandAsync(
            "elastic-load-balancing-v2", "ModifyLoadBalancerAttributes", new() { ["LoadBalancerArn"] = balancer, ["Attributes"] = new JsonArray(protection) });

        Assert.Equal("OperationNotPermitted", await CodeAsync(stage, "elastic-load-balancing-v2", "DeleteLoadBalancer", new() { ["LoadBalancerArn"] = balancer }));
    }

    [Fact]
    public async Task A_cluster_with_a_service_and_a_service_that_wants_tasks_stay()
    {
        using var stage = new ProofStage(emulator);
        await stage.OtherHandAsync("ecs", "CreateCluster", new() { ["clusterName"] = "busy" });
        var container = new JsonObject { ["name"] = "app", ["image"] = "app:1", ["memory"] = 128 };
        await stage.OtherHandAsync("ecs", "RegisterTaskDefinition", new() { ["family"] = "app", ["containerDefinitions"] = new JsonArray(container) });
        await stage.OtherHandAsync("ecs", "CreateService", new() { ["cluster"] = "busy", ["serviceName"] = "web", ["taskDefinition"] = "app:1", ["desiredCount"] = 1 });

        Assert.Equal("ClusterContainsServicesException", await CodeAsync(stage, "ecs", "DeleteCluster", new() { ["cluster"] = "busy" }));
        Assert.Equal("InvalidParameterException", await CodeAsync(stage, "ecs", "DeleteService", new() { ["cluster"] = "busy", ["service"] = "web" }));
    }

    [Fact]
    public async Task A_database_in_between_is_left_alone_and_what_it_uses_stays()
    {
        using var stage = new ProofStage(emulator);
        var subnets = await ContainerCases.SubnetsAsync(stage);
        await stage.OtherHandAsync("rds", "CreateDBSubnetGroup", new()
        {
            ["DBSubnetGroupName"] = "used",
            ["DBSubnetGroupDescription"] = "used",
            ["SubnetIds"] = new JsonArray([.. subnets.Select(subnet => (JsonNode)subnet.SubnetId)]),
        });
        await stage.OtherHandAsync("rds", "CreateDBInstance", JsonNode.Parse("""
            { "DBInstanceIdentifier": "db", "DBInstanceClass": "db.t4g.micro", "Engine": "postgres", "AllocatedStorage": 20, "MasterUsername": "root",
              "ManageMasterUserPassword": true, "DBSubnetGroupName": "used" }
            """)!.AsObject());
        var stop = () => CodeAsync(stage, "rds", "StopDBInstance", new() { ["DBInstanceIdentifier"] = "db" });
        var status = () => stage.MadeAsync("rds", "DescribeDBInstances", new() { ["DBInstanceIdentifier"] = "db" }, "DBInstances[0].DBInstanceStatus");

        Assert.Equal("InvalidDBInstanceState", await stop());
        Assert.Equal(["modifying", "modifying", "available"], [await status(), await status(), await status()]);
        Assert.Null(await stop());
        Assert.Equal(["stopping", "stopping", "stopped"], [await status(), await status(), await status()]);
        Assert.Equal("InvalidDBSubnetGroupStateFault", await CodeAsync(stage, "rds", "DeleteDBSubnetGroup", new() { ["DBSubnetGroupName"] = "used" }));
    }

    [Fact]
    public async Task An_address_in_use_and_the_subnet_of_a_NAT_gateway_stay()
    {
        using var stage = new ProofStage(emulator);
        var subnet = await Ec2NetworkCases.SubnetAsync(stage);
        var address = await stage.MadeAsync("ec2", "AllocateAddress", new() { ["Domain"] = "vpc" }, "AllocationId");
        await stage.OtherHandAsync("ec2", "AssociateAddress", new()
        {
            ["AllocationId"] = address,
            ["InstanceId"] = await Ec2ComputeCases.InstanceAsync(stage, stopped: false),
        });
        await stage.OtherHandAsync("ec2", "CreateNatGateway", new() { ["SubnetId"] = subnet, ["ConnectivityType"] = "private" });

        Assert.Equal("InvalidIPAddress.InUse", await CodeAsync(stage, "ec2", "ReleaseAddress", new() { ["AllocationId"] = address }));
        Assert.Equal("DependencyViolation", await CodeAsync(stage, "ec2", "DeleteSubnet", new() { ["SubnetId"] = subnet }));
    }

    /// <summary>Null if it was carried out.</summary>
    private static async Task<string?> CodeAsync(ProofStage stage, string service, string operation, JsonObject parameters)
    {
        try
        {
            await stage.OtherHandAsync(service, operation, parameters);
            return null;
        }
        catch (AwsCallException refused)
        {
            return refused.Code;
        }
    }
}
