using Amazon.EC2.Model;
using static ServerlessMcp.Tests.Planning.Proofs.ProofStep;

namespace ServerlessMcp.Tests.Planning.Proofs.Cases;

/// <summary>Networks, gateways, routes and addresses.</summary>
internal static class Ec2NetworkCases
{
    public static Dictionary<string, ProofCase> All { get; } = new()
    {
        ["ec2:CreateVpc"] = _ => Step("ec2", "CreateVpc", """{ "CidrBlock": "10.50.0.0/16", "TagSpecifications": [{ "ResourceType": "vpc", "Tags": [{ "Key": "Name", "Value": "a b" }] }] }"""),
        ["ec2:CreateSubnet"] = async stage => await Step("ec2", "CreateSubnet", $$"""{ "VpcId": "{{await VpcAsync(stage)}}", "CidrBlock": "10.60.1.0/24" }"""),
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
        ["ec2:DeleteRoute"] = async stage =>
        {
            var (table, _, _) = await RoutedAsync(stage);
            return await Step("ec2", "DeleteRoute", $$"""{ "RouteTableId": "{{table}}", "DestinationCidrBlock": "0.0.0.0/0" }""");
        },
        ["ec2:ReplaceRoute"] = async stage =>
        {
            var (table, vpc, _) = await RoutedAsync(stage);
            var subnet = (await stage.Ec2.CreateSubnetAsync(new CreateSubnetRequest(vpc, "10.60.7.0/24"), Token)).Subnet.SubnetId;
            var nat = (await stage.Ec2.CreateNatGatewayAsync(new CreateNatGatewayRequest { SubnetId = subnet, ConnectivityType = "private" }, Token)).NatGateway.NatGatewayId;
            return await Step("ec2", "ReplaceRoute", $$"""{ "RouteTableId": "{{table}}", "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "{{nat}}" }""");
        },
        ["ec2:AllocateAddress"] = _ => Step("ec2", "AllocateAddress", """{ "Domain": "vpc" }"""),
        ["ec2:ModifyVpcAttribute"] = async stage => await Step("ec2", "ModifyVpcAttribute", $$"""{ "VpcId": "{{await VpcAsync(stage)}}", "EnableDnsHostnames": { "Value": true } }"""),
        ["ec2:ModifyVpcAttribute support"] = async stage => await Step("ec2", "ModifyVpcAttribute", $$"""{ "VpcId": "{{await VpcAsync(stage)}}", "EnableDnsSupport": { "Value": false } }"""),
        ["ec2:ModifySubnetAttribute"] = async stage => await Step("ec2", "ModifySubnetAttribute", $$"""{ "SubnetId": "{{await SubnetAsync(stage)}}", "MapPublicIpOnLaunch": { "Value": true } }"""),
        ["ec2:CreateNatGateway"] = async stage => await Step(
            "ec2", "CreateNatGateway",
            $$"""{ "SubnetId": "{{await SubnetAsync(stage)}}", "AllocationId": "{{await AddressAsync(stage)}}" }"""),
        ["ec2:CreateNatGateway private"] = async stage => await Step("ec2", "CreateNatGateway", $$"""{ "SubnetId": "{{await SubnetAsync(stage)}}", "ConnectivityType": "private" }"""),
        ["ec2:CreateVpcEndpoint"] = async stage => await Step(
            "ec2", "CreateVpcEndpoint", $$"""{ "VpcId": "{{await VpcAsync(stage)}}", "VpcEndpointType": "Gateway", "ServiceName": "com.amazonaws.{{stage.Region}}.s3" }"""),
        ["ec2:CreateVpcEndpoint interface"] = async stage =>
        {
            var vpc = await VpcAsync(stage);
            var subnet = (await stage.Ec2.CreateSubnetAsync(new CreateSubnetRequest(vpc, "10.60.5.0/24"), Token)).Subnet.SubnetId;
            return await Step(
                "ec2", "CreateVpcEndpoint",
                $$"""{ "VpcId": "{{vpc}}", "VpcEndpointType": "Interface", "ServiceName": "com.amazonaws.{{stage.Region}}.ssm", "SubnetIds": ["{{subnet}}"] }""");
        },
        ["ec2:AssociateAddress"] = async stage => await Step(
            "ec2", "AssociateAddress",
            $$"""{ "AllocationId": "{{await AddressAsync(stage)}}", "InstanceId": "{{await Ec2ComputeCases.InstanceAsync(stage, stopped: false)}}" }"""),
        ["ec2:AssociateAddress elsewhere"] = async stage =>
        {
            var address = await AddressAsync(stage);
            var old = await Ec2ComputeCases.InstanceAsync(stage, stopped: false);
            await stage.Ec2.AssociateAddressAsync(new() { AllocationId = address, InstanceId = old }, Token);
            return Request("ec2", "AssociateAddress", $$"""
                { "AllocationId": "{{address}}", "InstanceId": "{{await Ec2ComputeCases.InstanceAsync(stage, stopped: false)}}", "AllowReassociation": true }
                """);
        },
        ["ec2:DisassociateAddress"] = async stage =>
        {
            var instance = await Ec2ComputeCases.InstanceAsync(stage, stopped: false);
            var answer = await stage.Ec2.AssociateAddressAsync(new() { AllocationId = await AddressAsync(stage), InstanceId = instance }, Token);
            return Request("ec2", "DisassociateAddress", $$"""{ "AssociationId": "{{answer.AssociationId}}" }""");
        },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<string> VpcAsync(ProofStage stage) =>
        (await stage.Ec2.CreateVpcAsync(new CreateVpcRequest("10.60.0.0/16"), Token)).Vpc.VpcId;

    public static async Task<string> SubnetAsync(ProofStage stage) =>
        (await stage.Ec2.CreateSubnetAsync(new CreateSubnetRequest(await VpcAsync(stage), "10.60.3.0/24"), Token)).Subnet.SubnetId;

    private static async Task<string> AddressAsync(ProofStage stage) =>
        (await stage.Ec2.AllocateAddressAsync(new AllocateAddressRequest { Domain = "vpc" }, Token)).AllocationId;

    private static async Task<string> RoutesAsync(ProofStage stage, string vpc) =>
        (await stage.Ec2.CreateRouteTableAsync(new CreateRouteTableRequest { VpcId = vpc }, Token)).RouteTable.RouteTableId;

    private static async Task<(string Table, string Vpc, string Gateway)> RoutedAsync(ProofStage stage)
    {
        var vpc = await VpcAsync(stage);
        var (table, gateway) = (await RoutesAsync(stage, vpc), await GatewayAsync(stage, vpc));
        await stage.Ec2.CreateRouteAsync(new() { RouteTableId = table, DestinationCidrBlock = "0.0.0.0/0", GatewayId = gateway }, Token);
        return (table, vpc, gateway);
    }

    private static async Task<string> GatewayAsync(ProofStage stage, string? vpc)
    {
        var id = (await stage.Ec2.CreateInternetGatewayAsync(new CreateInternetGatewayRequest(), Token)).InternetGateway.InternetGatewayId;
        if (vpc is not null)
        {
            await stage.Ec2.AttachInternetGatewayAsync(new() { InternetGatewayId = id, VpcId = vpc }, Token);
        }

        return id;
    }
}
