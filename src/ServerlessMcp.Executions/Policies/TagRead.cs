using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;

namespace ServerlessMcp.Executions.Policies;

/// <summary>A read that shows the tags of resources: a hundred at once, but for buckets, IAM roles and users.</summary>
/// <remarks>
/// Source: Resource Groups Tagging API GetResources: at most 100 ARNs a call; what never had a tag, and what it does not know, is left out of the
/// answer, so that nothing is known of it; global resources answer in one region of the partition. IAM roles and users list their own tags
/// (ListRoleTags, ListUserTags); groups have none. GetResources knows a bucket in the bucket's own Region alone, which no ARN tells, so a bucket
/// lists its own tags too (S3 API GetBucketTagging, NoSuchTagSet where it has none).
/// </remarks>
public sealed record TagRead(PlanTarget Target, IReadOnlyList<string> Arns, StepRead Read)
{
    private const int MostArns = 100;

    private bool IsOfMany => Read.Call.Operation == "GetResources";

    /// <summary>Of what is there already, under a name that is known.</summary>
    public static IReadOnlyList<TagRead> Of(PlanTarget target, IEnumerable<Step> steps) =>
        OfArns(target, steps.Where(step => step.Kind == StepKind.Call && !PlanSubjects.MakesItsResource(step)).Select(step => step.Resource).OfType<string>());

    public static IReadOnlyList<TagRead> OfArns(PlanTarget target, IEnumerable<string> arns)
    {
        var known = arns.Where(IsKnown).Distinct(StringComparer.Ordinal).ToList();
        var own = known.Select(arn => OfIam(target, arn)).OfType<TagRead>().Concat(OfBuckets(target, known)).ToList();
        var others = known.Except(own.SelectMany(read => read.Arns)).Where(arn => !arn.Contains(":group/", StringComparison.Ordinal) || arn.Split(':')[2] != "iam")
            .GroupBy(arn => RegionOf(target, arn))
            .SelectMany(group => group.Chunk(MostArns).Select(some => OfMany(target with { Region = group.Key }, some)));
        return [.. own, .. others];
    }

    /// <summary>A whole ARN, without references or wildcards.</summary>
    public static bool IsKnown(string arn) =>
        arn.StartsWith("arn:", StringComparison.Ordinal) && arn.Split(':').Length >= 6 && arn.IndexOfAny(['$', '*']) < 0;

    /// <summary>Of one of <see cref="Arns"/>, as AWS writes it; none in the list: it has no tags.</summary>
    /// <param name="answer">Of a read that was made; null: AWS says that there are none.</param>
    /// <returns>Null: nothing is known of its tags.</returns>
    public JsonNode? ListOf(string arn, JsonNode? answer) => IsOfMany
        ? (answer?["ResourceTagMappingList"] as JsonArray)?.FirstOrDefault(item => item?["ResourceARN"]?.ToString() == arn)?["Tags"]
        : (answer?["Tags"] ?? answer?["TagSet"]) ?? new JsonArray();

    private static TagRead OfMany(PlanTarget target, string[] arns) => new(
        target,
        arns,
        Reading("resource-groups-tagging-api", "GetResources", "ResourceARNList", new JsonArray([.. arns.Select(arn => (JsonNode)arn)])));

    private static TagRead? OfIam(PlanTarget target, string arn)
    {
        var name = arn[(arn.LastIndexOf('/') + 1)..];
        return arn.Split(':') is [_, _, "iam", _, _, var kind] ? kind.Split('/')[0] switch
        {
            "role" => new(target, [arn], Reading("iam", "ListRoleTags", "RoleName", name, "NoSuchEntity")),
            "user" => new(target, [arn], Reading("iam", "ListUserTags", "UserName", name, "NoSuchEntity")),
            _ => null,
        } : null;
    }

    private static IEnumerable<TagRead> OfBuckets(PlanTarget target, IEnumerable<string> arns) => arns
        .Where(arn => arn.Split(':') is [_, _, "s3", "", "", ..])
        .GroupBy(arn => arn.Split(':', 6)[5].Split('/')[0])
        .Select(bucket => new TagRead(
            target, [.. bucket], Reading("s3", "GetBucketTagging", "Bucket", bucket.Key, "NoSuchTagSet", "NoSuchBucket")));

    private static StepRead Reading(string service, string operation, string parameter, JsonNode value, params string[] absent) =>
        new() { Call = new("aws", service, operation, new() { [parameter] = value }), Select = "@", Absent = absent };

    private static string RegionOf(PlanTarget target, string arn) => arn.Split(':')[2] is not ("iam" or "cloudfront" or "route53") ? target.Region
        : target.Region.StartsWith("cn-", StringComparison.Ordinal) ? "cn-north-1"
        : target.Region.StartsWith("us-gov-", StringComparison.Ordinal) ? "us-gov-west-1"
        : target.Region.StartsWith("us-iso", StringComparison.Ordinal) || target.Region.StartsWith("eusc-", StringComparison.Ordinal) ? target.Region
        : "us-east-1";
}
