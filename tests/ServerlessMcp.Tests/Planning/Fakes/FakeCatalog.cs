using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;

namespace ServerlessMcp.Tests.Planning.Fakes;

/// <summary>A few operations of ec2, ssm and s3, with as much of their models as the planner's tests need.</summary>
internal sealed class FakeCatalog : IAwsCatalog
{
    private static readonly Dictionary<string, string[]> Required = new()
    {
        ["ec2:CreateVpc"] = [],
        ["ec2:CreateSubnet"] = ["VpcId"],
        ["ec2:CreateTags"] = ["Resources", "Tags"],
        ["ec2:DeleteTags"] = ["Resources"],
        ["ec2:DescribeInstances"] = [],
        ["ec2:StopInstances"] = ["InstanceIds"],
        ["ec2:StartInstances"] = ["InstanceIds"],
        ["ec2:ModifyVpcTenancy"] = ["VpcId"],
        ["ec2:DeleteVpc"] = ["VpcId"],
        ["s3:CreateBucket"] = ["Bucket"],
        ["s3:PutBucketPolicy"] = ["Bucket", "Policy"],
        ["ssm:PutParameter"] = ["Name", "Value"],
        ["ssm:GetParameter"] = ["Name"],
        ["ssm:GetParametersByPath"] = ["Path"],
    };

    private static readonly Dictionary<string, string[]> Outputs = new()
    {
        ["ec2:CreateVpc"] = ["Vpc.VpcId", "Vpc.CidrBlock"],
        ["ec2:CreateSubnet"] = ["Subnet.SubnetId"],
        ["ec2:DescribeInstances"] = ["Reservations"],
    };

    public IReadOnlyList<string> Services => ["ec2", "s3", "ssm", "sts"];

    public string CanonicalService(string service) => Services.Contains(service.ToLowerInvariant())
        ? service.ToLowerInvariant()
        : throw new AwsInputException("unknown_service", $"There is no service '{service}'. Did you mean ec2?", []);

    public AwsOperation Operation(string service, string operation)
    {
        var name = Required.Keys.FirstOrDefault(key => key.Equals($"{service}:{operation}", StringComparison.OrdinalIgnoreCase))
            ?? throw new AwsInputException("unknown_operation", $"{service} has no operation '{operation}'. Did you mean StopInstances?", []);
        var reads = name.Contains(":Describe", StringComparison.Ordinal) || name.Contains(":Get", StringComparison.Ordinal);
        return new(service, name[(service.Length + 1)..], null, reads ? AwsAccess.List : AwsAccess.Write, name == "ssm:GetParametersByPath", null)
        {
            SensitiveWhen = name == "ssm:GetParameter" ? new("WithDecryption", true) : null,
        };
    }

    public IReadOnlyList<AwsProblem> Validate(AwsOperation operation, JsonObject parameters, Func<string, bool>? isPlaceholder = null) =>
    [
        .. Required[$"{operation.Service}:{operation.Name}"].Where(name => !parameters.ContainsKey(name))
            .Select(name => new AwsProblem($"$.{name}", "is missing")),
        .. parameters.Where(member => member.Key == "Policy" && member.Value is not JsonValue)
            .Select(member => new AwsProblem($"$.{member.Key}", "must be a text")),
    ];

    public IReadOnlyList<AwsSensitiveValue> SensitiveValues(AwsOperation operation, JsonObject parameters) =>
        operation.Name == "PutParameter" && parameters["Type"]?.ToString() == "SecureString" ? [new("$.Value", parameters["Value"])] : [];

    public JsonObject Redact(AwsOperation operation, JsonObject output) => output;

    public AwsProblem? CheckOutputPath(AwsOperation operation, string path) =>
        Outputs.GetValueOrDefault($"{operation.Service}:{operation.Name}", []).Contains(path)
            ? null
            : new(path, $"{operation.Name} puts out no '{path}'");

    public IReadOnlyList<AwsMember> Parameters(AwsOperation operation, int depth) =>
        [.. Required[$"{operation.Service}:{operation.Name}"].Select(name => new AwsMember(name, "string", true, null, [], []))];

    public IReadOnlyList<AwsMember> Answer(AwsOperation operation, int depth) => [];

    public IReadOnlyList<string> Actions(string service, string operation) => [$"{service}:{operation}"];

    public IReadOnlyList<string>? ArnsOf(string action) => [];

    public string LooksWith(string service, string waiter) => "DescribeInstances";

    public IReadOnlyList<string> Waiters(AwsOperation operation) => [];

    public string Waiter(string service, string waiter) => waiter is "InstanceStopped" or "InstanceRunning"
        ? waiter
        : throw new AwsInputException("unknown_waiter", $"{service} has no waiter '{waiter}'. Did you mean InstanceStopped?", []);

    public bool IsRegional(string service) => true;

    public string Region(string region) => region is "eu-west-1" or "us-east-1"
        ? region
        : throw new AwsInputException("unknown_region", $"There is no region '{region}'. Did you mean eu-west-1?", []);
}
