using Amazon.EC2.Model;
using ServerlessMcp.Planning.Requests;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Instances, volumes, snapshots and tags.</summary>
internal static class Ec2ComputeCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["ec2:CreateTags"] = async stage => await Tags(
            stage, "CreateTags", """[{ "Key": "Name", "Value": "new" }, { "Key": "same", "Value": "same" }, { "Key": "added", "Value": "${before.x} {param.Tags}" }]"""),
        ["ec2:DeleteTags"] = async stage => await Tags(stage, "DeleteTags", """[{ "Key": "Name" }, { "Key": "never-there" }]"""),
        ["ec2:StopInstances"] = async stage => await Step("ec2", "StopInstances", $$"""{ "InstanceIds": ["{{await InstanceAsync(stage, stopped: false)}}"] }"""),
        ["ec2:StartInstances"] = async stage => await Step("ec2", "StartInstances", $$"""{ "InstanceIds": ["{{await InstanceAsync(stage, stopped: true)}}"] }"""),
        ["ec2:CreateVolume"] = stage => Step("ec2", "CreateVolume", $$"""{ "AvailabilityZone": "{{stage.Region}}a", "Size": 8, "VolumeType": "gp3" }"""),
        ["ec2:CreateSnapshot"] = async stage =>
        {
            var volume = await stage.Ec2.CreateVolumeAsync(new() { AvailabilityZone = $"{stage.Region}a", Size = 8 }, Token);
            return await Step("ec2", "CreateSnapshot", $$"""{ "VolumeId": "{{volume.Volume.VolumeId}}", "Description": "proof" }""");
        },
        ["ec2:RunInstances"] = async stage => await Step(
            "ec2", "RunInstances",
            $$"""{ "ImageId": "{{await stage.ImageAsync()}}", "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, "SubnetId": "{{await Ec2NetworkCases.SubnetAsync(stage)}}" }"""),
        ["ec2:ModifyInstanceAttribute"] = async stage => await Step(
            "ec2", "ModifyInstanceAttribute", $$"""{ "InstanceId": "{{await InstanceAsync(stage, stopped: true)}}", "InstanceType": { "Value": "t3.large" } }"""),
        ["ec2:ModifyInstanceAttribute protection"] = async stage => await Step(
            "ec2", "ModifyInstanceAttribute", $$"""{ "InstanceId": "{{await InstanceAsync(stage, stopped: false)}}", "DisableApiTermination": { "Value": true } }"""),
        ["ec2:ModifyInstanceAttribute check"] = async stage => await Step(
            "ec2", "ModifyInstanceAttribute", $$"""{ "InstanceId": "{{await InstanceAsync(stage, stopped: false)}}", "SourceDestCheck": { "Value": false } }"""),
        ["ec2:AttachVolume"] = async stage =>
        {
            var instance = await InstanceAsync(stage, stopped: false);
            var zone = (await stage.Ec2.DescribeInstancesAsync(new DescribeInstancesRequest { InstanceIds = [instance] }, Token)).Reservations[0].Instances[0].Placement.AvailabilityZone;
            var volume = (await stage.Ec2.CreateVolumeAsync(new() { AvailabilityZone = zone, Size = 8 }, Token)).Volume.VolumeId;
            return await Step("ec2", "AttachVolume", $$"""{ "VolumeId": "{{volume}}", "InstanceId": "{{instance}}", "Device": "/dev/sdf" }""");
        },
        ["ec2:DetachVolume"] = async stage =>
        {
            var (instance, volume) = await AttachedAsync(stage);
            return await Step("ec2", "DetachVolume", $$"""{ "VolumeId": "{{volume}}", "InstanceId": "{{instance}}" }""");
        },
        ["ec2:ModifyVolume"] = async stage => await Step(
            "ec2", "ModifyVolume", $$"""{ "VolumeId": "{{await VolumeAsync(stage)}}", "Iops": 4000, "Throughput": 250 }"""),
        ["ec2:ModifyVolume type"] = async stage => await Step("ec2", "ModifyVolume", $$"""{ "VolumeId": "{{await VolumeAsync(stage)}}", "VolumeType": "io2", "Iops": 8000 }"""),
        ["ec2:ModifyVolume larger"] = async stage => await Step("ec2", "ModifyVolume", $$"""{ "VolumeId": "{{await VolumeAsync(stage)}}", "Size": 16, "Throughput": 250 }"""),
        ["ec2:CreateLaunchTemplate"] = stage => Step(
            "ec2", "CreateLaunchTemplate", $$"""{ "LaunchTemplateName": "proof-{{stage.Tag}}", "LaunchTemplateData": { "InstanceType": "t3.micro" } }"""),
        ["ec2:ModifyLaunchTemplate"] = async stage => await Step(
            "ec2", "ModifyLaunchTemplate", $$"""{ "LaunchTemplateId": "{{await TemplateAsync(stage)}}", "DefaultVersion": "2" }"""),
        ["ec2:ModifyLaunchTemplate by name"] = async stage =>
        {
            await TemplateAsync(stage);
            return Request("ec2", "ModifyLaunchTemplate", $$"""{ "LaunchTemplateName": "template-{{stage.Tag}}", "DefaultVersion": "2" }""");
        },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<StepRequest> Tags(ProofStage stage, string operation, string tags)
    {
        var vpc = await Ec2NetworkCases.VpcAsync(stage);
        await stage.Ec2.CreateTagsAsync(new([vpc], [new("Name", "old"), new("same", "same"), new("other", "stays")]), Token);
        return await Step("ec2", operation, $$"""{ "Resources": ["{{vpc}}"], "Tags": {{tags}} }""");
    }

    /// <summary>A launch template of two versions, the first of which is the default.</summary>
    public static async Task<string> TemplateAsync(ProofStage stage)
    {
        var data = new RequestLaunchTemplateData { ImageId = await stage.ImageAsync(), InstanceType = "t3.micro" };
        var made = await stage.Ec2.CreateLaunchTemplateAsync(new() { LaunchTemplateName = $"template-{stage.Tag}", LaunchTemplateData = data }, Token);
        data.InstanceType = "t3.small";
        await stage.Ec2.CreateLaunchTemplateVersionAsync(new() { LaunchTemplateId = made.LaunchTemplate.LaunchTemplateId, LaunchTemplateData = data }, Token);
        return made.LaunchTemplate.LaunchTemplateId;
    }

    private static async Task<string> VolumeAsync(ProofStage stage)
    {
        var volume = new CreateVolumeRequest { AvailabilityZone = $"{stage.Region}a", Size = 8, VolumeType = "gp3", Iops = 3000, Throughput = 125 };
        return (await stage.Ec2.CreateVolumeAsync(volume, Token)).Volume.VolumeId;
    }

    private static async Task<(string Instance, string Volume)> AttachedAsync(ProofStage stage)
    {
        var instance = await InstanceAsync(stage, stopped: false);
        var zone = (await stage.Ec2.DescribeInstancesAsync(new DescribeInstancesRequest { InstanceIds = [instance] }, Token)).Reservations[0].Instances[0].Placement.AvailabilityZone;
        var volume = (await stage.Ec2.CreateVolumeAsync(new() { AvailabilityZone = zone, Size = 8 }, Token)).Volume.VolumeId;
        await stage.Ec2.AttachVolumeAsync(new(volume, instance, "/dev/sdf"), Token);
        return (instance, volume);
    }

    public static async Task<string> InstanceAsync(ProofStage stage, bool stopped)
    {
        var run = new RunInstancesRequest(await stage.ImageAsync(), 1, 1) { InstanceType = "t3.micro" };
        var id = (await stage.Ec2.RunInstancesAsync(run, Token)).Reservation.Instances[0].InstanceId;
        if (stopped)
        {
            await stage.Ec2.StopInstancesAsync(new StopInstancesRequest([id]), Token);
        }

        return id;
    }
}
