using System.Text.Json.Nodes;
using ServerlessMcp.Planning.Requests;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Groups of instances, and the numbers of other services.</summary>
internal static class ScalingCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["auto-scaling:CreateAutoScalingGroup"] = async stage => await GroupAsync(stage),
        ["auto-scaling:UpdateAutoScalingGroup"] = async stage => await OnGroup(stage, "UpdateAutoScalingGroup", """{ "HealthCheckGracePeriod": 600, "HealthCheckType": "ELB" }"""),
        ["auto-scaling:UpdateAutoScalingGroup larger"] = async stage => await OnGroup(stage, "UpdateAutoScalingGroup", """{ "MinSize": 2, "MaxSize": 4, "DesiredCapacity": 2 }"""),
        ["auto-scaling:SetDesiredCapacity"] = async stage => await OnGroup(stage, "SetDesiredCapacity", """{ "DesiredCapacity": 2 }"""),
        ["auto-scaling:SuspendProcesses"] = async stage => await OnGroup(stage, "SuspendProcesses", """{ "ScalingProcesses": ["AZRebalance", "ScheduledActions"] }""", "AZRebalance", "HealthCheck"),
        ["auto-scaling:SuspendProcesses all"] = async stage => await OnGroup(stage, "SuspendProcesses", "{}", "HealthCheck"),
        ["auto-scaling:ResumeProcesses"] = async stage => await OnGroup(stage, "ResumeProcesses", """{ "ScalingProcesses": ["AZRebalance", "Launch"] }""", "AZRebalance", "HealthCheck"),
        ["auto-scaling:PutScalingPolicy"] = async stage => await OnGroup(stage, "PutScalingPolicy", Tracking(50)),
        ["auto-scaling:PutScalingPolicy over another"] = async stage =>
        {
            var step = await OnGroup(stage, "PutScalingPolicy", Tracking(50));
            var old = JsonNode.Parse(Tracking(70))!.AsObject();
            old["AutoScalingGroupName"] = step.Parameters["AutoScalingGroupName"]!.ToString();
            await stage.OtherHandAsync("auto-scaling", "PutScalingPolicy", old);
            return step;
        },
        ["application-auto-scaling:RegisterScalableTarget"] = async stage => await OnService(stage, "RegisterScalableTarget", """{ "MinCapacity": 1, "MaxCapacity": 4 }"""),
        ["application-auto-scaling:RegisterScalableTarget anew"] = async stage => await TargetAsync(
            stage, await OnService(stage, "RegisterScalableTarget", """{ "MinCapacity": 2, "MaxCapacity": 8 }""")),
        ["application-auto-scaling:PutScalingPolicy"] = async stage => await TargetAsync(stage, await OnService(stage, "PutScalingPolicy", Average(50))),
        ["application-auto-scaling:PutScalingPolicy over another"] = async stage =>
        {
            var step = await TargetAsync(stage, await OnService(stage, "PutScalingPolicy", Average(50)));
            var old = step.Parameters.DeepClone().AsObject();
            old["TargetTrackingScalingPolicyConfiguration"]!["TargetValue"] = 70;
            await stage.OtherHandAsync("application-auto-scaling", "PutScalingPolicy", old);
            return step;
        },
    };

    private static string Tracking(int percent) => $$"""
        { "PolicyName": "cpu", "PolicyType": "TargetTrackingScaling",
          "TargetTrackingConfiguration": { "PredefinedMetricSpecification": { "PredefinedMetricType": "ASGAverageCPUUtilization" }, "TargetValue": {{percent}} } }
        """;

    private static string Average(int percent) => $$"""
        { "PolicyName": "cpu", "PolicyType": "TargetTrackingScaling",
          "TargetTrackingScalingPolicyConfiguration": { "PredefinedMetricSpecification": { "PredefinedMetricType": "ECSServiceAverageCPUUtilization" }, "TargetValue": {{percent}} } }
        """;

    private static async Task<StepRequest> GroupAsync(ProofStage stage) => Request("auto-scaling", "CreateAutoScalingGroup", $$"""
        { "AutoScalingGroupName": "group-{{stage.Tag}}", "MinSize": 1, "MaxSize": 3, "DesiredCapacity": 1, "VPCZoneIdentifier": "{{await Ec2NetworkCases.SubnetAsync(stage)}}",
          "LaunchTemplate": { "LaunchTemplateId": "{{await Ec2ComputeCases.TemplateAsync(stage)}}", "Version": "1" },
          "Tags": [{ "Key": "team", "Value": "a", "PropagateAtLaunch": true }] }
        """);

    private static async Task<StepRequest> OnGroup(ProofStage stage, string operation, string parameters, params string[] suspended)
    {
        await stage.OtherHandAsync("auto-scaling", "CreateAutoScalingGroup", (await GroupAsync(stage)).Parameters);
        var step = Request("auto-scaling", operation, parameters);
        step.Parameters["AutoScalingGroupName"] = $"group-{stage.Tag}";
        if (suspended.Length > 0)
        {
            await stage.OtherHandAsync("auto-scaling", "SuspendProcesses", new()
            {
                ["AutoScalingGroupName"] = $"group-{stage.Tag}",
                ["ScalingProcesses"] = new JsonArray([.. suspended.Select(one => (JsonNode)one)]),
            });
        }

        return step;
    }

    private static async Task<StepRequest> OnService(ProofStage stage, string operation, string parameters)
    {
        var service = await ContainerCases.ServiceAsync(stage);
        var step = Request("application-auto-scaling", operation, parameters);
        (step.Parameters["ServiceNamespace"], step.Parameters["ResourceId"], step.Parameters["ScalableDimension"]) = ("ecs", service, "ecs:service:DesiredCount");
        return step;
    }

    private static async Task<StepRequest> TargetAsync(ProofStage stage, StepRequest step)
    {
        await stage.OtherHandAsync("application-auto-scaling", "RegisterScalableTarget", new()
        {
            ["ServiceNamespace"] = "ecs",
            ["ResourceId"] = step.Parameters["ResourceId"]!.ToString(),
            ["ScalableDimension"] = "ecs:service:DesiredCount",
            ["MinCapacity"] = 1,
            ["MaxCapacity"] = 4,
        });
        return step;
    }
}
