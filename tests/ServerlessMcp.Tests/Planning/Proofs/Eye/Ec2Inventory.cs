using Amazon.EC2;

namespace ServerlessMcp.Tests.Planning.Proofs.Eye;

/// <summary>By AWS's own package.</summary>
/// <param name="account">Whose snapshots count: the emulator takes <c>self</c> for all, and has a thousand of its images.</param>
internal sealed class Ec2Inventory(AmazonEC2Client ec2, string account) : IInventoryPart
{
    public string Service => "ec2";

    public async Task AddAsync(InventoryLines lines, CancellationToken cancellationToken)
    {
        await NetworksAsync(lines, cancellationToken);
        await RoutesAndVolumesAsync(lines, cancellationToken);
    }

    private async Task NetworksAsync(InventoryLines lines, CancellationToken cancellationToken)
    {
        foreach (var vpc in (await ec2.DescribeVpcsAsync(cancellationToken)).Vpcs ?? [])
        {
            lines.Add($"ec2:vpc/{vpc.VpcId}", vpc);
            await AttributesAsync(lines, vpc.VpcId, cancellationToken);
        }

        foreach (var subnet in (await ec2.DescribeSubnetsAsync(cancellationToken)).Subnets ?? [])
        {
            lines.Add($"ec2:subnet/{subnet.SubnetId}", subnet);
        }

        foreach (var group in (await ec2.DescribeSecurityGroupsAsync(cancellationToken)).SecurityGroups ?? [])
        {
            // Its rules are listed one by one below.
            (group.IpPermissions, group.IpPermissionsEgress) = ([], []);
            lines.Add($"ec2:group/{group.GroupId}", group);
        }

        foreach (var rule in (await ec2.DescribeSecurityGroupRulesAsync(new(), cancellationToken)).SecurityGroupRules ?? [])
        {
            var to = rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId;
            lines.Add($"ec2:rule/{rule.GroupId} {rule.IsEgress} {rule.IpProtocol} {rule.FromPort}-{rule.ToPort} {to?.Replace('/', '|')}", rule);
        }

        // Terminated counts as absent.
        var instances = ((await ec2.DescribeInstancesAsync(cancellationToken)).Reservations ?? []).SelectMany(reservation => reservation.Instances);
        foreach (var instance in instances.Where(one => one.State.Name != InstanceStateName.Terminated))
        {
            foreach (var disk in instance.BlockDeviceMappings ?? [])
            {
                lines.Add($"ec2:instance/{instance.InstanceId}/disk/{disk.DeviceName.Replace('/', '|')}", disk.Ebs);
            }

            instance.BlockDeviceMappings = [];
            lines.Add($"ec2:instance/{instance.InstanceId}", instance);
            var protection = await ec2.DescribeInstanceAttributeAsync(
                new() { InstanceId = instance.InstanceId, Attribute = InstanceAttributeName.DisableApiTermination }, cancellationToken);
            lines.Add($"ec2:instance/{instance.InstanceId}/Protection", protection.InstanceAttribute.DisableApiTermination);
        }
    }

    private async Task RoutesAndVolumesAsync(InventoryLines lines, CancellationToken cancellationToken)
    {
        foreach (var gateway in (await ec2.DescribeInternetGatewaysAsync(cancellationToken)).InternetGateways ?? [])
        {
            lines.Add($"ec2:gateway/{gateway.InternetGatewayId}", gateway);
        }

        foreach (var table in (await ec2.DescribeRouteTablesAsync(cancellationToken)).RouteTables ?? [])
        {
            lines.Add($"ec2:routes/{table.RouteTableId}", table);
        }

        // For an hour AWS still shows what is deleted.
        foreach (var gateway in ((await ec2.DescribeNatGatewaysAsync(new(), cancellationToken)).NatGateways ?? []).Where(one => one.State != NatGatewayState.Deleted))
        {
            lines.Add($"ec2:nat/{gateway.NatGatewayId}", gateway);
        }

        foreach (var endpoint in ((await ec2.DescribeVpcEndpointsAsync(new(), cancellationToken)).VpcEndpoints ?? []).Where(one => one.State != State.Deleted))
        {
            lines.Add($"ec2:endpoint/{endpoint.VpcEndpointId}", endpoint);
        }

        foreach (var interf in (await ec2.DescribeNetworkInterfacesAsync(cancellationToken)).NetworkInterfaces ?? [])
        {
            lines.Add($"ec2:interface/{interf.NetworkInterfaceId}", interf);
        }

        foreach (var address in (await ec2.DescribeAddressesAsync(cancellationToken)).Addresses ?? [])
        {
            lines.Add($"ec2:address/{address.AllocationId}", address);
        }

        foreach (var volume in (await ec2.DescribeVolumesAsync(cancellationToken)).Volumes ?? [])
        {
            foreach (var attachment in volume.Attachments ?? [])
            {
                lines.Add($"ec2:volume/{volume.VolumeId}/attachment/{attachment.InstanceId}", attachment);
            }

            volume.Attachments = [];
            lines.Add($"ec2:volume/{volume.VolumeId}", volume);
        }

        foreach (var template in (await ec2.DescribeLaunchTemplatesAsync(new(), cancellationToken)).LaunchTemplates ?? [])
        {
            lines.Add($"ec2:template/{template.LaunchTemplateId}", template);
        }

        foreach (var snapshot in (await ec2.DescribeSnapshotsAsync(new() { Filters = [new("owner-id", [account])] }, cancellationToken)).Snapshots ?? [])
        {
            lines.Add($"ec2:snapshot/{snapshot.SnapshotId}", snapshot);
        }
    }

    private async Task AttributesAsync(InventoryLines lines, string vpc, CancellationToken cancellationToken)
    {
        var support = await ec2.DescribeVpcAttributeAsync(new() { VpcId = vpc, Attribute = VpcAttributeName.EnableDnsSupport }, cancellationToken);
        var hostnames = await ec2.DescribeVpcAttributeAsync(new() { VpcId = vpc, Attribute = VpcAttributeName.EnableDnsHostnames }, cancellationToken);
        lines.Add($"ec2:vpc/{vpc}/DnsSupport", support.EnableDnsSupport);
        lines.Add($"ec2:vpc/{vpc}/DnsHostnames", hostnames.EnableDnsHostnames);
    }
}
