using System.Text.Json.Nodes;
using Amazon.EC2.Model;
using ServerlessMcp.Planning.Requests;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>For each entry of the catalogue: what must be there first, and the step that is proven.</summary>
internal static class ProofCases
{
    private static readonly Dictionary<string, Func<ProofStage, Task<StepRequest>>> Cases = new()
    {
        ["ec2:CreateVpc"] = _ => Step("ec2", "CreateVpc", """{ "CidrBlock": "10.50.0.0/16", "TagSpecifications": [{ "ResourceType": "vpc", "Tags": [{ "Key": "Name", "Value": "a b" }] }] }"""),
        ["ec2:CreateSubnet"] = async stage => await Step("ec2", "CreateSubnet", $$"""{ "VpcId": "{{await VpcAsync(stage)}}", "CidrBlock": "10.60.1.0/24" }"""),
        ["ec2:CreateSecurityGroup"] = async stage => await Step(
            "ec2", "CreateSecurityGroup", $$"""{ "GroupName": "web", "Description": "web", "VpcId": "{{await VpcAsync(stage)}}" }"""),
        ["ec2:AuthorizeSecurityGroupIngress"] = async stage => await Rule(stage, "AuthorizeSecurityGroupIngress"),
        ["ec2:AuthorizeSecurityGroupEgress"] = async stage => await Rule(stage, "AuthorizeSecurityGroupEgress"),
        ["ec2:RevokeSecurityGroupIngress"] = async stage => await Revoke(stage, "RevokeSecurityGroupIngress", isEgress: false),
        ["ec2:RevokeSecurityGroupEgress"] = async stage => await Revoke(stage, "RevokeSecurityGroupEgress", isEgress: true),
        ["ec2:RevokeSecurityGroupIngress by permissions"] = async stage =>
        {
            var step = await Revoke(stage, "RevokeSecurityGroupIngress", isEgress: false);
            step.Parameters.Remove("SecurityGroupRuleIds");
            step.Parameters["IpPermissions"] = JsonNode.Parse("""[{ "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] }]""");
            return step;
        },
        ["ec2:CreateTags"] = async stage => await Tags(
            stage, "CreateTags", """[{ "Key": "Name", "Value": "new" }, { "Key": "same", "Value": "same" }, { "Key": "added", "Value": "${before.x} {param.Tags}" }]"""),
        ["ec2:DeleteTags"] = async stage => await Tags(stage, "DeleteTags", """[{ "Key": "Name" }, { "Key": "never-there" }]"""),
        ["ec2:StopInstances"] = async stage => await Step("ec2", "StopInstances", $$"""{ "InstanceIds": ["{{await InstanceAsync(stage, stopped: false)}}"] }"""),
        ["ec2:StartInstances"] = async stage => await Step("ec2", "StartInstances", $$"""{ "InstanceIds": ["{{await InstanceAsync(stage, stopped: true)}}"] }"""),
        ["ec2:CreateInternetGateway"] = _ => Step("ec2", "CreateInternetGateway", "{}"),
        ["ec2:AttachInternetGateway"] = async stage => await Step(
            "ec2", "AttachInternetGateway", $$"""{ "InternetGatewayId": "{{await GatewayAsync(stage, null)}}", "VpcId": "{{await VpcAsync(stage)}}" }"""),
        ["ec2:CreateRouteTable"] = async stage => await Step("ec2", "CreateRouteTable", $$"""{ "VpcId": "{{await VpcAsync(stage)}}" }"""),
        ["ec2:AssociateRouteTable"] = async stage =>
        {
            var vpc = await VpcAsync(stage);
            var subnet = (await stage.Ec2.CreateSubnetAsync(new CreateSubnetRequest(vpc, "10.60.2.0/24"), Token)).Subnet.SubnetId;
            return await Step("ec2", "AssociateRouteTable", $$"""{ "RouteTableId": "{{await RoutesAsync(stage, vpc)}}", "SubnetId": "{{subnet}}" }""");
        },
        ["ec2:CreateRoute"] = async stage =>
        {
            var vpc = await VpcAsync(stage);
            var (table, gateway) = (await RoutesAsync(stage, vpc), await GatewayAsync(stage, vpc));
            return await Step("ec2", "CreateRoute", $$"""{ "RouteTableId": "{{table}}", "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "{{gateway}}" }""");
        },
        ["ec2:AllocateAddress"] = _ => Step("ec2", "AllocateAddress", """{ "Domain": "vpc" }"""),
        ["ec2:CreateVolume"] = stage => Step("ec2", "CreateVolume", $$"""{ "AvailabilityZone": "{{stage.Region}}a", "Size": 8, "VolumeType": "gp3" }"""),
        ["ec2:CreateSnapshot"] = async stage =>
        {
            var volume = await stage.Ec2.CreateVolumeAsync(new() { AvailabilityZone = $"{stage.Region}a", Size = 8 }, Token);
            return await Step("ec2", "CreateSnapshot", $$"""{ "VolumeId": "{{volume.Volume.VolumeId}}", "Description": "proof" }""");
        },
        ["s3:CreateBucket"] = stage => Step(
            "s3", "CreateBucket", $$"""{ "Bucket": "proof-{{Guid.NewGuid():n}}", "CreateBucketConfiguration": { "LocationConstraint": "{{stage.Region}}" } }"""),
        ["s3:PutBucketVersioning"] = async stage => await BucketStep(stage, "PutBucketVersioning", Versioning("Enabled")),
        ["s3:PutBucketVersioning suspending"] = async stage => await BucketStep(stage, "PutBucketVersioning", Versioning("Suspended"), Versioning("Enabled")),
        ["s3:PutBucketEncryption"] = async stage => await BucketStep(stage, "PutBucketEncryption", Encryption("AES256")),
        ["s3:PutBucketEncryption anew"] = async stage => await BucketStep(stage, "PutBucketEncryption", Encryption("aws:kms"), Encryption("AES256")),
        ["s3:PutBucketPolicy"] = async stage => await BucketStep(stage, "PutBucketPolicy", Policy("s3:GetObject")),
        ["s3:PutBucketPolicy anew"] = async stage => await BucketStep(stage, "PutBucketPolicy", Policy("s3:PutObject"), Policy("s3:GetObject")),
        ["s3:PutBucketTagging"] = async stage => await BucketStep(stage, "PutBucketTagging", BucketTags("new")),
        ["s3:PutBucketTagging anew"] = async stage => await BucketStep(stage, "PutBucketTagging", BucketTags("new"), BucketTags("${before.tags} {account}")),
        ["s3:PutPublicAccessBlock"] = async stage => await BucketStep(stage, "PutPublicAccessBlock", Block(true)),
        ["s3:PutPublicAccessBlock anew"] = async stage => await BucketStep(stage, "PutPublicAccessBlock", Block(true), Block(false)),
        ["sqs:CreateQueue"] = _ => Step("sqs", "CreateQueue", """{ "QueueName": "proof", "Attributes": { "VisibilityTimeout": "45" } }"""),
        ["sns:CreateTopic"] = _ => Step("sns", "CreateTopic", """{ "Name": "proof" }"""),
        ["ssm:PutParameter"] = _ => Step("ssm", "PutParameter", """{ "Name": "/proof/new", "Type": "String", "Value": "one" }"""),
        ["ssm:PutParameter overwriting"] = async stage =>
        {
            var name = $"/proof/{Guid.NewGuid():n}";
            var first = await stage.RunAsync(await stage.PlanAsync(
                await Step("ssm", "PutParameter", $$"""{ "Name": "{{name}}", "Type": "String", "Value": "old", "Description": "of old" }""")));
            Assert.Equal(ServerlessMcp.Executions.State.ExecutionStatus.Succeeded, first.Status);
            return await Step("ssm", "PutParameter", $$"""{ "Name": "{{name}}", "Type": "String", "Value": "new", "Overwrite": true }""");
        },
        ["dynamodb:CreateTable"] = _ => Step(
            "dynamodb", "CreateTable",
            """{ "TableName": "proof", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }], "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }] }"""),
    };

    public static IEnumerable<string> Names => Cases.Keys;

    /// <summary>Makes what must be there first, and the step.</summary>
    public static Task<StepRequest> OfAsync(string name, ProofStage stage) => Cases[name](stage);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<StepRequest> Step(string service, string operation, string parameters) =>
        Task.FromResult(new StepRequest("it", null, service, operation, JsonNode.Parse(parameters)!.AsObject()));

    private static async Task<string> VpcAsync(ProofStage stage) =>
        (await stage.Ec2.CreateVpcAsync(new CreateVpcRequest("10.60.0.0/16"), Token)).Vpc.VpcId;

    private static async Task<string> RoutesAsync(ProofStage stage, string vpc) =>
        (await stage.Ec2.CreateRouteTableAsync(new CreateRouteTableRequest { VpcId = vpc }, Token)).RouteTable.RouteTableId;

    private static async Task<string> GatewayAsync(ProofStage stage, string? vpc)
    {
        var id = (await stage.Ec2.CreateInternetGatewayAsync(new CreateInternetGatewayRequest(), Token)).InternetGateway.InternetGatewayId;
        if (vpc is not null)
        {
            await stage.Ec2.AttachInternetGatewayAsync(new() { InternetGatewayId = id, VpcId = vpc }, Token);
        }

        return id;
    }

    /// <summary>A call on a bucket of its own, on which <paramref name="earlier"/> was called before.</summary>
    private static async Task<StepRequest> BucketStep(ProofStage stage, string operation, Func<string, string> parameters, Func<string, string>? earlier = null)
    {
        var bucket = $"proof-{Guid.NewGuid():n}";
        await stage.OtherHandAsync("s3", "CreateBucket", JsonNode.Parse(
            $$"""{ "Bucket": "{{bucket}}", "CreateBucketConfiguration": { "LocationConstraint": "{{stage.Region}}" } }""")!.AsObject());
        if (earlier is not null)
        {
            await stage.OtherHandAsync("s3", operation, JsonNode.Parse(earlier(bucket))!.AsObject());
        }

        return await Step("s3", operation, parameters(bucket));
    }

    private static Func<string, string> Versioning(string status) =>
        bucket => $$"""{ "Bucket": "{{bucket}}", "VersioningConfiguration": { "Status": "{{status}}" } }""";

    private static Func<string, string> Encryption(string algorithm) => bucket =>
        $$"""{ "Bucket": "{{bucket}}", "ServerSideEncryptionConfiguration": { "Rules": [{ "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "{{algorithm}}" } }] } }""";

    private static Func<string, string> Policy(string action) => bucket => new JsonObject
    {
        ["Bucket"] = bucket,
        ["Policy"] = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"{{action}}","Resource":"arn:aws:s3:::{{bucket}}/*"}]}""",
    }.ToJsonString();

    private static Func<string, string> BucketTags(string value) =>
        bucket => $$"""{ "Bucket": "{{bucket}}", "Tagging": { "TagSet": [{ "Key": "team", "Value": "{{value}}" }] } }""";

    private static Func<string, string> Block(bool policy) => bucket =>
        $$"""{ "Bucket": "{{bucket}}", "PublicAccessBlockConfiguration": { "BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": {{(policy ? "true" : "false")}}, "RestrictPublicBuckets": false } }""";

    private static async Task<string> GroupAsync(ProofStage stage) => (await stage.Ec2.CreateSecurityGroupAsync(
        new CreateSecurityGroupRequest { GroupName = "rules", Description = "rules", VpcId = await VpcAsync(stage) }, Token)).GroupId;

    private static async Task<StepRequest> Rule(ProofStage stage, string operation) => await Step(
        "ec2", operation,
        $$"""{ "GroupId": "{{await GroupAsync(stage)}}", "IpPermissions": [{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "10.0.0.0/8" }, { "CidrIp": "192.168.0.0/16" }] }] }""");

    private static async Task<StepRequest> Revoke(ProofStage stage, string operation, bool isEgress)
    {
        var group = await GroupAsync(stage);
        List<IpPermission> permissions = [new() { IpProtocol = "tcp", FromPort = 22, ToPort = 22, Ipv4Ranges = [new() { CidrIp = "10.0.0.0/8", Description = "ssh" }] }];
        var ids = isEgress
            ? (await stage.Ec2.AuthorizeSecurityGroupEgressAsync(new() { GroupId = group, IpPermissions = permissions }, Token)).SecurityGroupRules
            : (await stage.Ec2.AuthorizeSecurityGroupIngressAsync(new() { GroupId = group, IpPermissions = permissions }, Token)).SecurityGroupRules;
        return await Step("ec2", operation, $$"""{ "GroupId": "{{group}}", "SecurityGroupRuleIds": ["{{ids[0].SecurityGroupRuleId}}"] }""");
    }

    private static async Task<StepRequest> Tags(ProofStage stage, string operation, string tags)
    {
        var vpc = await VpcAsync(stage);
        await stage.Ec2.CreateTagsAsync(new([vpc], [new("Name", "old"), new("same", "same"), new("other", "stays")]), Token);
        return await Step("ec2", operation, $$"""{ "Resources": ["{{vpc}}"], "Tags": {{tags}} }""");
    }

    private static async Task<string> InstanceAsync(ProofStage stage, bool stopped)
    {
        var images = await stage.Ec2.DescribeImagesAsync(new DescribeImagesRequest { Filters = [new("architecture", ["x86_64"])] }, Token);
        var run = new RunInstancesRequest(images.Images[0].ImageId, 1, 1) { InstanceType = "t3.micro" };
        var id = (await stage.Ec2.RunInstancesAsync(run, Token)).Reservation.Instances[0].InstanceId;
        if (stopped)
        {
            await stage.Ec2.StopInstancesAsync(new StopInstancesRequest([id]), Token);
        }

        return id;
    }
}
