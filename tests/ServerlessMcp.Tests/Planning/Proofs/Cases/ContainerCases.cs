using System.Text.Json.Nodes;
using Amazon.EC2.Model;
using ServerlessMcp.Planning.Requests;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Clusters, services, and the load balancers before them. The emulator runs no tasks, so that no service here wants any.</summary>
internal static class ContainerCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["ecs:CreateCluster"] = stage => Step("ecs", "CreateCluster", $$"""{ "clusterName": "proof-{{stage.Tag}}", "tags": [{ "key": "team", "value": "a" }] }"""),
        ["ecs:RegisterTaskDefinition"] = stage => Task.FromResult(Definition(stage, "app:1")),
        ["ecs:RegisterTaskDefinition after another"] = async stage =>
        {
            await stage.OtherHandAsync("ecs", "RegisterTaskDefinition", Definition(stage, "app:1").Parameters);
            return Definition(stage, "app:2");
        },
        ["ecs:CreateService"] = async stage => Service(await ClusterAsync(stage)),
        ["ecs:UpdateService"] = async stage =>
        {
            var cluster = await ClusterAsync(stage);
            await stage.OtherHandAsync("ecs", "CreateService", Service(cluster).Parameters);
            var second = await stage.MadeAsync("ecs", "RegisterTaskDefinition", Definition(stage, "app:2").Parameters, "taskDefinition.taskDefinitionArn");
            return Request("ecs", "UpdateService", $$"""{ "cluster": "{{cluster}}", "service": "web", "taskDefinition": "{{second}}" }""");
        },
        ["elastic-load-balancing-v2:CreateLoadBalancer"] = async stage => Balancer(stage, await SubnetsAsync(stage)),
        ["elastic-load-balancing-v2:CreateTargetGroup"] = async stage => Group(stage, (await SubnetsAsync(stage))[0].VpcId),
        ["elastic-load-balancing-v2:CreateListener"] = async stage =>
        {
            var (balancer, group) = await BalancedAsync(stage);
            return Listener(balancer, group);
        },
        ["elastic-load-balancing-v2:CreateRule"] = async stage =>
        {
            var (listener, group) = await ListenerAsync(stage);
            return Request("elastic-load-balancing-v2", "CreateRule", $$"""
                { "ListenerArn": "{{listener}}", "Priority": 10, "Conditions": [{ "Field": "path-pattern", "Values": ["/api/*"] }],
                  "Actions": [{ "Type": "forward", "TargetGroupArn": "{{group}}" }] }
                """);
        },
        ["elastic-load-balancing-v2:ModifyListener"] = async stage => await Step(
            "elastic-load-balancing-v2", "ModifyListener", $$"""
            { "ListenerArn": "{{(await ListenerAsync(stage)).Listener}}", "Port": 8080,
              "DefaultActions": [{ "Type": "fixed-response", "FixedResponseConfig": { "StatusCode": "503", "ContentType": "text/plain" } }] }
            """),
        ["elastic-load-balancing-v2:RegisterTargets"] = async stage => await Step(
            "elastic-load-balancing-v2", "RegisterTargets", $$"""{ "TargetGroupArn": "{{(await BalancedAsync(stage)).Group}}", "Targets": [{ "Id": "10.70.0.9", "Port": 80 }] }"""),
        ["elastic-load-balancing-v2:DeregisterTargets"] = async stage =>
        {
            var step = Request("elastic-load-balancing-v2", "DeregisterTargets", $$"""
                { "TargetGroupArn": "{{(await BalancedAsync(stage)).Group}}", "Targets": [{ "Id": "10.70.0.9", "Port": 80 }] }
                """);
            await stage.OtherHandAsync("elastic-load-balancing-v2", "RegisterTargets", step.Parameters.DeepClone().AsObject());
            return step;
        },
        ["elastic-load-balancing-v2:ModifyTargetGroup"] = async stage => await Step(
            "elastic-load-balancing-v2", "ModifyTargetGroup", $$"""{ "TargetGroupArn": "{{(await BalancedAsync(stage)).Group}}", "HealthCheckPath": "/health", "HealthyThresholdCount": 2 }"""),
        ["elastic-load-balancing-v2:ModifyTargetGroupAttributes"] = async stage => await Step(
            "elastic-load-balancing-v2", "ModifyTargetGroupAttributes",
            $$"""{ "TargetGroupArn": "{{(await BalancedAsync(stage)).Group}}", "Attributes": [{ "Key": "deregistration_delay.timeout_seconds", "Value": "30" }] }"""),
        ["elastic-load-balancing-v2:ModifyLoadBalancerAttributes"] = async stage => await Step(
            "elastic-load-balancing-v2", "ModifyLoadBalancerAttributes",
            $$"""{ "LoadBalancerArn": "{{(await BalancedAsync(stage)).Balancer}}", "Attributes": [{ "Key": "deletion_protection.enabled", "Value": "true" }] }"""),
    };

    private static async Task<(string Balancer, string Group)> BalancedAsync(ProofStage stage)
    {
        var subnets = await SubnetsAsync(stage);
        return (
            await stage.MadeAsync("elastic-load-balancing-v2", "CreateLoadBalancer", Balancer(stage, subnets).Parameters, "LoadBalancers[0].LoadBalancerArn"),
            await stage.MadeAsync("elastic-load-balancing-v2", "CreateTargetGroup", Group(stage, subnets[0].VpcId).Parameters, "TargetGroups[0].TargetGroupArn"));
    }

    private static async Task<(string Listener, string Group)> ListenerAsync(ProofStage stage)
    {
        var (balancer, group) = await BalancedAsync(stage);
        return (await stage.MadeAsync("elastic-load-balancing-v2", "CreateListener", Listener(balancer, group).Parameters, "Listeners[0].ListenerArn"), group);
    }

    private static StepRequest Listener(string balancer, string group) => Request("elastic-load-balancing-v2", "CreateListener", $$"""
        { "LoadBalancerArn": "{{balancer}}", "Port": 80, "Protocol": "HTTP", "DefaultActions": [{ "Type": "forward", "TargetGroupArn": "{{group}}" }] }
        """);

    private static StepRequest Definition(ProofStage stage, string image) => Request("ecs", "RegisterTaskDefinition", $$"""
        { "family": "app-{{stage.Tag}}", "containerDefinitions": [{ "name": "app", "image": "{{image}}", "memory": 128, "cpu": 64 }] }
        """);

    private static StepRequest Service(string cluster) => Request("ecs", "CreateService", $$"""
        { "cluster": "{{cluster}}", "serviceName": "web", "taskDefinition": "app-{{cluster[8..]}}:1", "desiredCount": 0 }
        """);

    /// <returns>Such as <c>service/CLUSTER/web</c>.</returns>
    public static async Task<string> ServiceAsync(ProofStage stage)
    {
        var cluster = await ClusterAsync(stage);
        await stage.OtherHandAsync("ecs", "CreateService", Service(cluster).Parameters);
        return $"service/{cluster}/web";
    }

    private static async Task<string> ClusterAsync(ProofStage stage)
    {
        await stage.OtherHandAsync("ecs", "RegisterTaskDefinition", Definition(stage, "app:1").Parameters);
        return await stage.MadeAsync("ecs", "CreateCluster", new() { ["clusterName"] = $"cluster-{stage.Tag}" }, "cluster.clusterName");
    }

    private static StepRequest Balancer(ProofStage stage, IReadOnlyList<Subnet> subnets) => new(
        "it", null, "elastic-load-balancing-v2", "CreateLoadBalancer", new()
        {
            ["Name"] = $"lb-{stage.Tag}",
            ["Subnets"] = new JsonArray([.. subnets.Select(subnet => (JsonNode)subnet.SubnetId)]),
            ["Scheme"] = "internal",
        });

    private static StepRequest Group(ProofStage stage, string vpc) => Request(
        "elastic-load-balancing-v2", "CreateTargetGroup", $$"""{ "Name": "tg-{{stage.Tag}}", "Protocol": "HTTP", "Port": 80, "VpcId": "{{vpc}}", "TargetType": "ip" }""");

    /// <summary>Two, in two zones.</summary>
    public static async Task<IReadOnlyList<Subnet>> SubnetsAsync(ProofStage stage)
    {
        var vpc = (await stage.Ec2.CreateVpcAsync(new CreateVpcRequest("10.70.0.0/16"), TestContext.Current.CancellationToken)).Vpc.VpcId;
        var subnets = new List<Subnet>();
        foreach (var (zone, n) in "ab".Select((zone, n) => (zone, n)))
        {
            var request = new CreateSubnetRequest(vpc, $"10.70.{n}.0/24") { AvailabilityZone = $"{stage.Region}{zone}" };
            subnets.Add((await stage.Ec2.CreateSubnetAsync(request, TestContext.Current.CancellationToken)).Subnet);
        }

        return subnets;
    }
}
