using System.Text.Json.Nodes;
using Amazon.EC2.Model;
using ServerlessMcp.Planning.Requests;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Rules of security groups.</summary>
internal static class Ec2RuleCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["ec2:CreateSecurityGroup"] = async stage => await Step(
            "ec2", "CreateSecurityGroup", $$"""{ "GroupName": "web", "Description": "web", "VpcId": "{{await Ec2NetworkCases.VpcAsync(stage)}}" }"""),
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
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<string> GroupAsync(ProofStage stage) => (await stage.Ec2.CreateSecurityGroupAsync(
        new CreateSecurityGroupRequest { GroupName = "rules", Description = "rules", VpcId = await Ec2NetworkCases.VpcAsync(stage) }, Token)).GroupId;

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
}
