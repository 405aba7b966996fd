using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Planning;

/// <summary>The reads that tell who else manages what the steps change: for most resources their tags, asked for a hundred at once.</summary>
/// <remarks>
/// Source: Resource Groups Tagging API GetResources (at most 100 ARNs a call; what never had a tag is left out of the answer; global resources
/// answer in one region of the partition). It does not know IAM roles and users, which list their own tags, nor IAM groups, which have none:
/// CloudFormation finds the stack of a group by its name. It knows a bucket in the bucket's own Region alone, which no ARN tells, so a bucket
/// lists its own tags too (S3 API GetBucketTagging, NoSuchTagSet where it has none).
/// </remarks>
internal sealed class OwnerReads
{
    private const int MostArns = 100;

    private readonly List<OwnerRead> _all;

    private readonly List<string> _unknown;

    private OwnerReads(List<OwnerRead> all, List<string> unknown) => (_all, _unknown) = (all, unknown);

    public IReadOnlyList<(PlanTarget Target, StepRead Read)> Wanted => [.. _all.Select(one => (one.Target, one.Read))];

    public static OwnerReads Of(PlanTarget target, IReadOnlyList<Step> steps)
    {
        var resources = steps.Where(IsAsked).Select(step => step.Resource!).Distinct().ToList();
        var own = resources.Select(arn => OfIam(target, arn)).OfType<OwnerRead>().Concat(OfBuckets(target, resources)).ToList();
        var tagged = resources.Except(own.SelectMany(read => read.Arns))
            .GroupBy(arn => RegionOf(target, arn))
            .SelectMany(group => group.Chunk(MostArns).Select(arns => Tags(target with { Region = group.Key }, arns)));
        var unnamed = steps.Where(step => step is { Kind: StepKind.Call, Effect: not StepEffect.Create, Resource: null })
            .Select(step => $"who else manages what {step.Id} changes: the catalogue does not say which resource that is");
        return new([.. own, .. tagged], [.. unnamed]);
    }

    /// <param name="results">In the order of <see cref="Wanted"/>.</param>
    public OwnersFound Find(IReadOnlyList<BeforeResult> results)
    {
        var owners = new Dictionary<string, ManagedBy>();
        var unread = new List<UnreadOwner>();
        foreach (var (read, result) in _all.Zip(results))
        {
            unread.AddRange(read.Arns.Where(_ => !result.Planned).Select(arn => new UnreadOwner(arn, result.Why!, !result.TookTooLong)));
            foreach (var arn in read.Arns)
            {
                if (read.Owner(arn, result.Raw) is { } owner)
                {
                    owners[arn] = owner;
                }
            }
        }

        return new(owners, _unknown) { Unread = unread };
    }

    /// <summary>What is there already, under a name that is known.</summary>
    private static bool IsAsked(Step step) =>
        step is { Kind: StepKind.Call, Effect: not StepEffect.Create, Resource: { } arn }
        && arn.StartsWith("arn:", StringComparison.Ordinal) && arn.Split(':').Length >= 6 && arn.IndexOfAny(['$', '*']) < 0;

    private static OwnerRead Tags(PlanTarget target, string[] arns) => new(
        target,
        arns,
        Read("resource-groups-tagging-api", "GetResources", "ResourceARNList", new JsonArray([.. arns.Select(arn => (JsonNode)arn)])),
        (arn, answer) => ManagedBy.Find((answer?["ResourceTagMappingList"] as JsonArray)?.FirstOrDefault(item => item?["ResourceARN"]?.ToString() == arn)));

    private static OwnerRead? OfIam(PlanTarget target, string arn)
    {
        var name = arn[(arn.LastIndexOf('/') + 1)..];
        return arn.Split(':') is [_, _, "iam", _, _, var kind] ? kind.Split('/')[0] switch
        {
            "role" => new(target, [arn], Read("iam", "ListRoleTags", "RoleName", name, "NoSuchEntity"), (_, answer) => ManagedBy.Find(answer)),
            "user" => new(target, [arn], Read("iam", "ListUserTags", "UserName", name, "NoSuchEntity"), (_, answer) => ManagedBy.Find(answer)),
            "group" => new(
                target,
                [arn],
                StackReads.Read(name),
                (_, answer) => StackReads.StackOf(arn, name, answer) is { } stack ? ManagedBy.OfStack(stack) : null),
            _ => null,
        } : null;
    }

    private static IEnumerable<OwnerRead> OfBuckets(PlanTarget target, IEnumerable<string> arns) => arns
        .Where(arn => arn.Split(':') is [_, _, "s3", "", "", ..])
        .GroupBy(arn => arn.Split(':', 6)[5].Split('/')[0])
        .Select(bucket => new OwnerRead(
            target, [.. bucket], Read("s3", "GetBucketTagging", "Bucket", bucket.Key, "NoSuchTagSet", "NoSuchBucket"), (_, answer) => ManagedBy.Find(answer)));

    private static StepRead Read(string service, string operation, string parameter, JsonNode value, params string[] absent) => new()
    {
        Call = new("aws", service, operation, new() { [parameter] = value }),
        Select = "@",
        Absent = absent,
    };

    private static string RegionOf(PlanTarget target, string arn) => arn.Split(':')[2] is "iam" or "cloudfront" or "route53"
        ? PlanningScope.Partition(target.Region) switch
        {
            "aws" => "us-east-1",
            "aws-cn" => "cn-north-1",
            "aws-us-gov" => "us-gov-west-1",
            _ => target.Region,
        }
        : target.Region;

    private sealed record OwnerRead(PlanTarget Target, IReadOnlyList<string> Arns, StepRead Read, Func<string, JsonObject?, ManagedBy?> Owner);
}

/// <param name="Owners">By ARN.</param>
/// <param name="Unknown"><c>what: why</c>, of what cannot be known.</param>
internal sealed record OwnersFound(IReadOnlyDictionary<string, ManagedBy> Owners, IReadOnlyList<string> Unknown)
{
    public IReadOnlyList<UnreadOwner> Unread { get; init; } = [];

    public OwnersFound With(OwnersFound more) =>
        new(Owners.Concat(more.Owners).DistinctBy(owner => owner.Key).ToDictionary(), [.. Unknown, .. more.Unknown]);
}

/// <summary>A resource whose tags were not read.</summary>
/// <param name="MayAsk">There is time to ask CloudFormation instead.</param>
internal sealed record UnreadOwner(string Arn, string Why, bool MayAsk);
