using System.Text.Json.Nodes;
using Amazon.EC2.Model;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>Steps of one plan that change the same thing one after the other: each, once undone, must not look like another hand to the one before.</summary>
[Collection(WithEmulator.Name)]
public sealed class StackedStepsTests(EmulatorFixture emulator)
{
    private static readonly Dictionary<string, Func<ProofStage, Task<StepRequest[]>>> Cases = new()
    {
        ["a queue and its attributes"] = _ => Task.FromResult<StepRequest[]>(
        [
            Step("queue", "sqs", "CreateQueue", """{ "QueueName": "stacked" }"""),
            Step("slow", "sqs", "SetQueueAttributes", """{ "QueueUrl": "${steps.queue.output.QueueUrl}", "Attributes": { "VisibilityTimeout": "90" } }"""),
        ]),
        ["a role and its policies"] = _ =>
        {
            var name = $"stacked-{Guid.NewGuid():n}";
            var document = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}""";
            var trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";
            return Task.FromResult<StepRequest[]>(
            [
                Step("policy", "iam", "CreatePolicy", new JsonObject { ["PolicyName"] = name, ["PolicyDocument"] = document }.ToJsonString()),
                Step("role", "iam", "CreateRole", new JsonObject { ["RoleName"] = name, ["AssumeRolePolicyDocument"] = trust }.ToJsonString()),
                Step("attach", "iam", "AttachRolePolicy", """{ "RoleName": "${steps.role.output.Role.RoleName}", "PolicyArn": "${steps.policy.output.Policy.Arn}" }"""),
                Step("inline", "iam", "PutRolePolicy", new JsonObject { ["RoleName"] = name, ["PolicyName"] = "inline", ["PolicyDocument"] = document }.ToJsonString()),
                Step("profile", "iam", "CreateInstanceProfile", new JsonObject { ["InstanceProfileName"] = name }.ToJsonString()),
                Step("add", "iam", "AddRoleToInstanceProfile", new JsonObject { ["InstanceProfileName"] = name, ["RoleName"] = name }.ToJsonString()),
            ]);
        },
        ["a VPC and its tags"] = _ => Task.FromResult<StepRequest[]>(
        [
            Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.80.0.0/16" }"""),
            Step("name", "ec2", "CreateTags", """{ "Resources": ["${steps.vpc.output.Vpc.VpcId}"], "Tags": [{ "Key": "Name", "Value": "one" }] }"""),
            Step("again", "ec2", "CreateTags", """{ "Resources": ["${steps.vpc.output.Vpc.VpcId}"], "Tags": [{ "Key": "Name", "Value": "two" }] }"""),
        ]),
        ["a VPC and its way out"] = _ => Task.FromResult<StepRequest[]>(
        [
            Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.82.0.0/16" }"""),
            Step("subnet", "ec2", "CreateSubnet", """{ "VpcId": "${steps.vpc.output.Vpc.VpcId}", "CidrBlock": "10.82.1.0/24" }"""),
            Step("gateway", "ec2", "CreateInternetGateway", "{}"),
            Step("attach", "ec2", "AttachInternetGateway", """{ "InternetGatewayId": "${steps.gateway.output.InternetGateway.InternetGatewayId}", "VpcId": "${steps.vpc.output.Vpc.VpcId}" }"""),
            Step("routes", "ec2", "CreateRouteTable", """{ "VpcId": "${steps.vpc.output.Vpc.VpcId}" }"""),
            Step("out", "ec2", "CreateRoute", """{ "RouteTableId": "${steps.routes.output.RouteTable.RouteTableId}", "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "${steps.gateway.output.InternetGateway.InternetGatewayId}" }"""),
            Step("use", "ec2", "AssociateRouteTable", """{ "RouteTableId": "${steps.routes.output.RouteTable.RouteTableId}", "SubnetId": "${steps.subnet.output.Subnet.SubnetId}" }"""),
        ]),
        ["a rule added and a rule removed"] = async stage =>
        {
            var vpc = (await stage.Ec2.CreateVpcAsync(new CreateVpcRequest("10.81.0.0/16"), Token)).Vpc.VpcId;
            var group = (await stage.Ec2.CreateSecurityGroupAsync(
                new CreateSecurityGroupRequest { GroupName = "stacked", Description = "stacked", VpcId = vpc }, Token)).GroupId;
            await stage.Ec2.AuthorizeSecurityGroupIngressAsync(
                new() { GroupId = group, IpPermissions = [new() { IpProtocol = "tcp", FromPort = 22, ToPort = 22, Ipv4Ranges = [new() { CidrIp = "10.0.0.0/8" }] }] }, Token);
            return
            [
                Step("https", "ec2", "AuthorizeSecurityGroupIngress", Rule(group, 443)),
                Step("no-ssh", "ec2", "RevokeSecurityGroupIngress", Rule(group, 22)),
            ];
        },
        ["a table and its stream"] = _ => Task.FromResult<StepRequest[]>(
        [
            Step("table", "dynamodb", "CreateTable", """{ "TableName": "stacked", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }], "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }] }"""),
            Step("stream", "dynamodb", "UpdateTable", """{ "TableName": "stacked", "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "KEYS_ONLY" } }""", """{ "TableName": "stacked", "StreamSpecification": { "StreamEnabled": false } }"""),
        ]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_plan_that_changes_one_thing_twice_rolls_back_whole(string name)
    {
        using var stage = new ProofStage(emulator);
        var steps = await Cases[name](stage);
        var before = await stage.InventoryAsync();
        var fail = Step("fail", "ec2", "CreateSubnet", """{ "VpcId": "vpc-00000000000000000", "CidrBlock": "10.0.0.0/24" }""");

        var execution = await stage.RunAsync(await stage.PlanAsync([.. steps, fail]));

        Assert.True(execution.Status == ExecutionStatus.RolledBack, $"{execution.Status}: {execution.Failure}\n{await stage.RecordAsync(execution)}");
        Assert.Equal("fail", execution.Failure!.StepId);
        Assert.Empty(InventoryExceptions.Unexplained(before, await stage.InventoryAsync(), ["the rule's id (sgr-...): it comes back with a new one"]));
    }

    /// <summary>After success the same steps are still there when the undo is planned: what one made inside another's thing is not another hand's.</summary>
    [Theory]
    [InlineData("a role and its policies")]
    [InlineData("a queue and its attributes")]
    public async Task Such_a_plan_is_undone_after_success(string name)
    {
        using var stage = new ProofStage(emulator);
        var steps = await Cases[name](stage);
        var before = await stage.InventoryAsync();

        var made = await stage.RunAsync(await stage.PlanAsync(steps));
        Assert.True(made.Status == ExecutionStatus.Succeeded, $"{made.Status}: {made.Failure}\n{await stage.RecordAsync(made)}");
        var undo = await stage.RunAsync(await stage.PlanUndoAsync(made.ExecutionId));

        Assert.True(undo.Status == ExecutionStatus.Succeeded, $"{undo.Status}: {undo.Failure}\n{await stage.RecordAsync(undo)}");
        Assert.Empty(InventoryExceptions.Unexplained(before, await stage.InventoryAsync(), []));
    }

    /// <summary>Its interface is in the subnet and uses the group when the undo is planned, and goes with it.</summary>
    [Fact]
    public async Task The_interface_of_an_instance_of_the_same_plan_is_not_another_hands()
    {
        using var stage = new ProofStage(emulator);
        var made = await stage.RunAsync(await stage.PlanAsync(
            Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.83.0.0/16" }"""),
            Step("subnet", "ec2", "CreateSubnet", """{ "VpcId": "${steps.vpc.output.Vpc.VpcId}", "CidrBlock": "10.83.1.0/24" }"""),
            Step("group", "ec2", "CreateSecurityGroup", """{ "VpcId": "${steps.vpc.output.Vpc.VpcId}", "GroupName": "own", "Description": "own" }"""),
            Step("server", "ec2", "RunInstances", $$"""{ "ImageId": "{{await stage.ImageAsync()}}", "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, "SubnetId": "${steps.subnet.output.Subnet.SubnetId}", "SecurityGroupIds": ["${steps.group.output.GroupId}"] }""")));
        Assert.True(made.Status == ExecutionStatus.Succeeded, $"{made.Status}: {made.Failure}\n{await stage.RecordAsync(made)}");

        var undo = await stage.PlanUndoAsync(made.ExecutionId);

        Assert.Equal(["TerminateInstances", "DeleteSecurityGroup", "DeleteSubnet", "DeleteVpc"], undo.Plan.Steps.Select(step => step.Call.Operation));
    }

    private static string Rule(string group, int port) =>
        $$"""{ "GroupId": "{{group}}", "IpPermissions": [{ "IpProtocol": "tcp", "FromPort": {{port}}, "ToPort": {{port}}, "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] }] }""";

    private static StepRequest Step(string id, string service, string operation, string parameters, string? undo = null)
    {
        var own = undo is null ? null : JsonNode.Parse(undo)!.AsObject();
        return new(id, null, service, operation, JsonNode.Parse(parameters)!.AsObject(), null, own is null ? null : new(service, operation, own));
    }
}
