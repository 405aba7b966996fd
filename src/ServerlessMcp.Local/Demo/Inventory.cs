using System.Xml.Linq;
using ServerlessMcp.Local.Emulator.Proxy;

namespace ServerlessMcp.Local.Demo;

/// <summary>All that is there, one line a resource, sorted; read from the emulator past the product and its proxy.</summary>
/// <param name="Lines">Kind, id and every member that the describe shows.</param>
internal sealed record InventoryTaken(IReadOnlyList<InventoryLine> Lines)
{
    public bool Equals(InventoryTaken? other) => other is not null && Lines.SequenceEqual(other.Lines);

    public override int GetHashCode() => Lines.Count;

    public IEnumerable<InventoryLine> Except(InventoryTaken other) => Lines.Except(other.Lines);
}

/// <param name="Content">Everything the describe shows of it, in one text.</param>
internal sealed record InventoryLine(string Kind, string Id, string Content)
{
    public string Name => $"{Kind} {Id}";
}

internal sealed class Inventory(Forwarder emulator, string region)
{
    // Describe -> the member that is the id of an item.
    private static readonly (string Kind, string Action, string Id)[] Ec2 =
    [
        ("VPC", "DescribeVpcs", "vpcId"),
        ("subnet", "DescribeSubnets", "subnetId"),
        ("security group", "DescribeSecurityGroups", "groupId"),
        ("route table", "DescribeRouteTables", "routeTableId"),
        ("network ACL", "DescribeNetworkAcls", "networkAclId"),
    ];

    private readonly AwsRequest _ec2 = Like("ec2", region);
    private readonly AwsRequest _s3 = Like("s3", region);

    public async Task<InventoryTaken> TakeAsync(CancellationToken cancellationToken)
    {
        var lines = new List<InventoryLine>();
        foreach (var (kind, action, id) in Ec2)
        {
            var query = new Dictionary<string, string>(StringComparer.Ordinal) { ["Action"] = action, ["Version"] = "2016-11-15" };
            var answer = XDocument.Parse(await emulator.AskAsync(_ec2, query, cancellationToken));
            var items = answer.Root!.Elements().Where(element => element.Name.LocalName.EndsWith("Set", StringComparison.Ordinal) || element.Name.LocalName == "securityGroupInfo");
            lines.AddRange(items.SelectMany(set => set.Elements()).Select(item => Line(kind, id, item)));
        }

        var buckets = XDocument.Parse(await emulator.GetAsync(_s3, "/", cancellationToken));
        lines.AddRange(buckets.Descendants().Where(element => element.Name.LocalName == "Bucket").Select(item => Line("bucket", "Name", item)));
        RemoveOrphans(lines);
        return new([.. lines.OrderBy(line => line.Kind, StringComparer.Ordinal).ThenBy(line => line.Content, StringComparer.Ordinal)]);
    }

    /// <summary>moto 5.2.1 keeps a deleted VPC's default network ACL, which AWS deletes with its VPC.</summary>
    private static void RemoveOrphans(List<InventoryLine> lines)
    {
        var networks = lines.Where(line => line.Kind == "VPC").Select(line => line.Id).ToList();
        lines.RemoveAll(line => line.Kind == "network ACL" && !networks.Exists(id => line.Content.Contains(id, StringComparison.Ordinal)));
    }

    private static InventoryLine Line(string kind, string id, XElement item) =>
        new(kind, item.Elements().First(element => element.Name.LocalName == id).Value, item.ToString(SaveOptions.DisableFormatting));

    private static AwsRequest Like(string service, string region) =>
        new("sandbox", service, region, "", new Dictionary<string, string>(StringComparer.Ordinal), null, AwsWire.Query);
}
