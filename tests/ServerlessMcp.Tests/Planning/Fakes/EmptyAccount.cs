using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;

namespace ServerlessMcp.Tests.Planning.Fakes;

/// <summary>An account that has nothing but what it is told: any other read is refused, as what it looks for is not there.</summary>
internal sealed class EmptyAccount : IAwsReads
{
    public Dictionary<string, JsonObject> Answers { get; } = new(StringComparer.Ordinal)
    {
        ["sts:GetCallerIdentity"] = new() { ["Account"] = "111122223333" },
        ["ec2:DescribeAvailabilityZones"] = JsonNode.Parse("""
            { "AvailabilityZones": [{ "ZoneName": "eu-west-1a" }, { "ZoneName": "eu-west-1b" }, { "ZoneName": "eu-west-1c" }] }
            """)!.AsObject(),
        ["ec2:DescribeSubnets"] = JsonNode.Parse("""
            { "Subnets": [
              { "SubnetId": "subnet-0123456789abcdef0", "VpcId": "vpc-0123456789abcdef0", "AvailabilityZone": "eu-west-1a" },
              { "SubnetId": "subnet-0fedcba9876543210", "VpcId": "vpc-0123456789abcdef0", "AvailabilityZone": "eu-west-1b" } ] }
            """)!.AsObject(),
    };

    public List<string> Asked { get; } = [];

    public Task<AwsResult> ReadAsync(AwsTarget target, string service, string operation, JsonObject parameters, CancellationToken cancellationToken)
    {
        Asked.Add($"{service}:{operation}");
        return Answers.TryGetValue($"{service}:{operation}", out var answer)
            ? Task.FromResult(new AwsResult(answer.DeepClone().AsObject(), "req-0", 1))
            : Task.FromException<AwsResult>(new AwsCallException(AwsFailure.Refused, operation.StartsWith("Head", StringComparison.Ordinal) ? "NotFound" : "AccessDenied", "it is not there", 404, "req-0", false));
    }

    public async IAsyncEnumerable<AwsResult> PagesAsync(
        AwsTarget target, string service, string operation, JsonObject parameters, int maxPages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await ReadAsync(target, service, operation, parameters, cancellationToken);
    }
}
