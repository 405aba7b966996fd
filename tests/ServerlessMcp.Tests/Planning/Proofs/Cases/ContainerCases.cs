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
            var subnets = await SubnetsAsync(stage);
            var balancer = await stage.MadeAsync("elastic-load-balancing-v2", "CreateLoadBalancer", Balancer(stage, subnets).Parameters, "LoadBalancers[0].LoadBalancerArn");
            var group = await stage.MadeAsync("elastic-load-balancing-v2", "CreateTargetGroup", Group(stage, subnets[0].VpcId).Parameters, "TargetGroups[0].TargetGroupArn");
            return Request("elastic-load-balancing-v2", "CreateListener", $$"""
                { "LoadBalancerArn": "{{balancer}}", "Port": 80, "Protocol": "HTTP", "DefaultActions": [{ "Type": "forward", "TargetGroupArn": "{{group}}" }] }
                """);
        },
    };

    private static StepRequest Definition(ProofStage stage, string image) => Request("ecs", "RegisterTaskDefinition", $$"""
        { "family": "app-{{stage.Tag}}", "containerDefinitions": [{ "name": "app", "image": "{{image}}", "memory": 128, "cpu": 64 }] }
        """);

    private static StepRequest Service(string cluster) => Request("ecs", "CreateService", $$"""
        { "cluster": "{{cluster}}", "serviceName": "web", "taskDefinition": "app-{{cluster[8..]}}:1", "desiredCount": 0 }
        """);

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
