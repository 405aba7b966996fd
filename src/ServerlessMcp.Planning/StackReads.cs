using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning;

/// <summary>Asks CloudFormation for the stack of a resource whose tags could not be read.</summary>
/// <remarks>
/// Source: CloudFormation API DescribeStackResources (by PhysicalResourceId; ValidationError where no stack has it) and the "Ref" of each type in
/// its template reference, which is the physical id. It knows the stacks of one Region, and no other tool's resources.
/// </remarks>
internal sealed class StackReads
{
    /// <summary>CloudFormation throttles, and this is a second look.</summary>
    private const int Most = 10;

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["cloudfront"] = "CloudFront",
        ["cloudwatch"] = "CloudWatch",
        ["dynamodb"] = "DynamoDB",
        ["ec2"] = "EC2",
        ["ecr"] = "ECR",
        ["ecs"] = "ECS",
        ["elasticloadbalancing"] = "ElasticLoadBalancingV2",
        ["events"] = "Events",
        ["iam"] = "IAM",
        ["kms"] = "KMS",
        ["lambda"] = "Lambda",
        ["logs"] = "Logs",
        ["rds"] = "RDS",
        ["s3"] = "S3",
        ["sns"] = "SNS",
        ["sqs"] = "SQS",
    };

    private readonly List<(string Arn, string Why)> _left;

    private readonly List<(string Arn, string Why, string Id, StepRead Read)> _asked;

    private readonly PlanTarget _target;

    private StackReads(PlanTarget target, List<(string, string, string, StepRead)> asked, List<(string, string)> left) =>
        (_target, _asked, _left) = (target, asked, left);

    public IReadOnlyList<(PlanTarget Target, StepRead? Read)> Wanted => [.. _asked.Select(one => (_target, (StepRead?)one.Read))];

    public static StackReads Of(PlanTarget target, IReadOnlyList<UnreadOwner> unread)
    {
        var asked = unread
            .Where(one => one.MayAsk)
            .Select(one => (one.Arn, one.Why, Id: PhysicalId(one.Arn)))
            .Where(one => one.Id is not null)
            .Take(Most)
            .Select(one => (one.Arn, one.Why, one.Id!, Read(one.Id!)))
            .ToList();
        return new(target, asked, [.. unread.ExceptBy(asked.Select(one => one.Arn), one => one.Arn).Select(one => (one.Arn, one.Why))]);
    }

    /// <param name="results">In the order of <see cref="Wanted"/>.</param>
    public OwnersFound Find(IReadOnlyList<BeforeResult> results)
    {
        var owners = new Dictionary<string, ManagedBy>();
        var unknown = _left.GroupBy(one => one.Why)
            .Select(group => $"who else manages {(group.Count() == 1 ? group.First().Arn : $"{group.Count()} resources")}: {group.Key}")
            .ToList();
        foreach (var (one, result) in _asked.Zip(results))
        {
            if (StackOf(one.Arn, one.Id, result.Raw) is { } stack)
            {
                owners[one.Arn] = ManagedBy.OfStack(stack);
                continue;
            }

            var known = result.Planned ? $"no CloudFormation stack of {_target.Region} does" : $"nor could CloudFormation be asked ({result.Why})";
            unknown.Add($"who else manages {one.Arn}: {one.Why}; {known}");
        }

        return new(owners, unknown);
    }

    public static StepRead Read(string physicalId) => new()
    {
        Call = new("aws", "cloudformation", "DescribeStackResources", new() { ["PhysicalResourceId"] = physicalId }),
        Select = "@",
        Absent = ["ValidationError"],
    };

    /// <summary>The stack that has this very resource: a name alone may be that of another type's.</summary>
    public static string? StackOf(string arn, string physicalId, JsonObject? answer) =>
        (answer?["StackResources"] as JsonArray)?
            .FirstOrDefault(item => item?["PhysicalResourceId"]?.ToString() == physicalId
                && item["ResourceType"]?.ToString().StartsWith($"AWS::{Types.GetValueOrDefault(arn.Split(':')[2])}::", StringComparison.Ordinal) == true)
            ?["StackName"]?.ToString();

    /// <summary>How CloudFormation names the resource; null where it is not known here.</summary>
    public static string? PhysicalId(string arn) => arn.Split(':', 6) is [_, _, var service, var region, var account, var rest] && Types.ContainsKey(service)
        ? service switch
        {
            "sns" or "elasticloadbalancing" => arn,
            "sqs" => $"https://sqs.{region}.amazonaws.com{(region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}/{account}/{rest}",
            "s3" => rest.Split('/')[0],
            "ecs" => rest.StartsWith("cluster/", StringComparison.Ordinal) ? rest["cluster/".Length..] : arn,
            "logs" => rest.Split(':') is ["log-group", var group] ? group : null,
            "lambda" => rest.Split(':') is ["function", var function] ? function : null,
            "rds" or "cloudwatch" => rest[(rest.IndexOf(':', StringComparison.Ordinal) + 1)..],
            _ => rest[(rest.LastIndexOf('/') + 1)..],
        }
        : null;
}
