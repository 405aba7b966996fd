using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;

namespace ServerlessMcp.Planning;

/// <summary>The reads that tell who else manages what the steps change: the tags (<see cref="TagRead"/>), which a policy may ask for, too.</summary>
/// <remarks>IAM groups have no tags: CloudFormation finds the stack of a group by its name.</remarks>
internal sealed class OwnerReads
{
    private readonly List<OwnerRead> _all;

    private readonly List<string> _unknown;

    private OwnerReads(List<OwnerRead> all, List<string> unknown) => (_all, _unknown) = (all, unknown);

    public IReadOnlyList<(PlanTarget Target, StepRead Read)> Wanted => [.. _all.Select(one => (one.Target, one.Read))];

    public static OwnerReads Of(PlanTarget target, IReadOnlyList<Step> steps)
    {
        var resources = steps.Where(IsAsked).Select(step => step.Resource!).Distinct().ToList();
        var groups = resources.Select(arn => OfGroup(target, arn)).OfType<OwnerRead>();
        var tagged = TagRead.OfArns(target, resources).Select(OfTags);
        var unnamed = steps.Where(step => step is { Kind: StepKind.Call, Effect: not StepEffect.Create, Resource: null })
            .Select(step => $"who else manages what {step.Id} changes: the catalogue does not say which resource that is");
        return new([.. groups, .. tagged], [.. unnamed]);
    }

    /// <param name="results">In the order of <see cref="Wanted"/>.</param>
    public OwnersFound Find(IReadOnlyList<BeforeResult> results)
    {
        var owners = new Dictionary<string, ManagedBy>();
        var tags = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
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

                if (result.Planned && read.Tags(arn, result.Raw) is { } list)
                {
                    tags[arn] = list;
                }
            }
        }

        return new(owners, _unknown) { Unread = unread, Tags = tags };
    }

    /// <summary>What is there already, under a name that is known.</summary>
    private static bool IsAsked(Step step) =>
        step is { Kind: StepKind.Call, Resource: { } arn } && !PlanSubjects.MakesItsResource(step) && TagRead.IsKnown(arn);

    private static OwnerRead OfTags(TagRead read) => new(
        read.Target, read.Arns, read.Read, (arn, answer) => ManagedBy.Find(new JsonObject { ["Tags"] = read.ListOf(arn, answer)?.DeepClone() }), read.ListOf);

    private static OwnerRead? OfGroup(PlanTarget target, string arn)
    {
        var name = arn[(arn.LastIndexOf('/') + 1)..];
        return arn.Split(':') is [_, _, "iam", _, _, var kind] && kind.StartsWith("group/", StringComparison.Ordinal)
            ? new(
                target,
                [arn],
                StackReads.Read(name),
                (_, answer) => StackReads.StackOf(arn, name, answer) is { } stack ? ManagedBy.OfStack(stack) : null,
                (_, _) => null)
            : null;
    }

    private sealed record OwnerRead(
        PlanTarget Target, IReadOnlyList<string> Arns, StepRead Read, Func<string, JsonObject?, ManagedBy?> Owner, Func<string, JsonNode?, JsonNode?> Tags);
}

/// <param name="Owners">By ARN.</param>
/// <param name="Unknown"><c>what: why</c>, of what cannot be known.</param>
internal sealed record OwnersFound(IReadOnlyDictionary<string, ManagedBy> Owners, IReadOnlyList<string> Unknown)
{
    public IReadOnlyList<UnreadOwner> Unread { get; init; } = [];

    /// <summary>By ARN, as AWS writes them; none where nothing is known of them.</summary>
    public IReadOnlyDictionary<string, JsonNode> Tags { get; init; } = new Dictionary<string, JsonNode>();

    public OwnersFound With(OwnersFound more) =>
        new(Owners.Concat(more.Owners).DistinctBy(owner => owner.Key).ToDictionary(), [.. Unknown, .. more.Unknown]) { Tags = Tags };
}

/// <summary>A resource whose tags were not read.</summary>
/// <param name="MayAsk">There is time to ask CloudFormation instead.</param>
internal sealed record UnreadOwner(string Arn, string Why, bool MayAsk);
