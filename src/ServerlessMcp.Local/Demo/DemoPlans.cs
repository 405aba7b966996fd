using System.Text.Json.Nodes;

namespace ServerlessMcp.Local.Demo;

/// <summary>The plans of the demo, as any client would send them.</summary>
internal static class DemoPlans
{
    private const string Vpc = "${steps.network.output.Vpc.VpcId}";

    /// <summary>Network and storage: five steps over two services.</summary>
    /// <param name="number">Makes names and addresses its own.</param>
    public static JsonObject NetworkAndStorage(string title, int number, string stamp, string region) => Plan(
        title,
        region,
        Network(number),
        Subnet("subnet", $"10.{number}.1.0/24"),
        Group(stamp),
        Step("team", "ec2", "CreateTags", new() { ["Resources"] = new JsonArray(Vpc), ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "team", ["Value"] = "blue" }) }),
        Bucket(stamp, region));

    /// <summary>The fourth step asks for a subnet outside its VPC; unless another step is to break.</summary>
    public static JsonObject SubnetOutside(string title, int number, string stamp, string region, bool outside) => Plan(
        title,
        region,
        Network(number),
        Subnet("subnet", $"10.{number}.1.0/24"),
        Group(stamp),
        Subnet("second", outside ? "192.168.0.0/24" : $"10.{number}.2.0/24"),
        Bucket(stamp, region));

    private static JsonObject Network(int number) => Step("network", "ec2", "CreateVpc", new() { ["CidrBlock"] = $"10.{number}.0.0/16" });

    private static JsonObject Subnet(string id, string cidr) => Step(id, "ec2", "CreateSubnet", new() { ["VpcId"] = Vpc, ["CidrBlock"] = cidr });

    private static JsonObject Group(string stamp) => Step(
        "group", "ec2", "CreateSecurityGroup", new() { ["GroupName"] = $"web-{stamp}", ["Description"] = "Web servers", ["VpcId"] = Vpc });

    private static JsonObject Bucket(string stamp, string region) => Step("bucket", "s3", "CreateBucket", new()
    {
        ["Bucket"] = $"demo-{stamp}",
        ["CreateBucketConfiguration"] = new JsonObject { ["LocationConstraint"] = region },
    });

    private static JsonObject Step(string id, string service, string operation, JsonObject parameters) => new()
    {
        ["id"] = id,
        ["service"] = service,
        ["operation"] = operation,
        ["parameters"] = parameters,
    };

    private static JsonObject Plan(string title, string region, params JsonObject[] steps) => new()
    {
        ["title"] = title,
        ["region"] = region,
        ["steps"] = new JsonArray([.. steps]),
    };
}
