using ServerlessMcp.AwsApi;
using ServerlessMcp.Tests.Planning.Proofs.Eye;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>
/// What there is in a region, as lines <c>service:kind/name/member = value</c>. Taken by AWS's own packages where there is one (ec2, s3, dynamodb),
/// so that the product's client cannot hide what it does wrong; by the product's client for the others.
/// </summary>
internal sealed class Inventory(IAwsReads reads, AwsTarget target, params IInventoryPart[] others)
{
    private readonly IInventoryPart[] _parts =
    [
        .. others,
        new ReadInventory(
            "iam", reads, target,
            new Listing(
                "role", "ListRoles", "Roles", "RoleName",
                new Detail("Shown", "GetRole", new() { ["RoleName"] = "RoleName" }, "Role"),
                new Detail("Tags", "ListRoleTags", new() { ["RoleName"] = "RoleName" }, "Tags"),
                new Detail("Attached", "ListAttachedRolePolicies", new() { ["RoleName"] = "RoleName" }, "AttachedPolicies"),
                new Detail("Inline", "ListRolePolicies", new() { ["RoleName"] = "RoleName" }, "PolicyNames"),
                new Detail("InlinePolicy", "GetRolePolicy", new() { ["RoleName"] = "RoleName", ["PolicyName"] = "'inline'" }, "PolicyDocument") { Absent = ["NoSuchEntity"] }),
            new Listing("policy", "ListPolicies", "Policies", "Arn") { Parameters = """{ "Scope": "Local" }""" },
            new Listing("profile", "ListInstanceProfiles", "InstanceProfiles", "InstanceProfileName")),
        new ReadInventory(
            "kms", reads, target,
            new Listing("alias", "ListAliases", "Aliases", "AliasName"),
            new Listing(
                "key", "ListKeys", "Keys", "KeyId",
                new Detail("Rotation", "GetKeyRotationStatus", new() { ["KeyId"] = "KeyId" }),
                new Detail("Shown", "DescribeKey", new() { ["KeyId"] = "KeyId" }, "KeyMetadata"),
                new Detail("Policy", "GetKeyPolicy", new() { ["KeyId"] = "KeyId", ["PolicyName"] = "'default'" }, "Policy"),
                new Detail("Tags", "ListResourceTags", new() { ["KeyId"] = "KeyId" }, "Tags"))),
        new ReadInventory(
            "sqs", reads, target,
            new Listing(
                "queue", "ListQueues", "QueueUrls[].{url: @}", "url",
                new Detail("Attributes", "GetQueueAttributes", new() { ["QueueUrl"] = "url", ["AttributeNames"] = "`[\"All\"]`" }, "Attributes"),
                new Detail("Tags", "ListQueueTags", new() { ["QueueUrl"] = "url" }, "Tags"))),
        new ReadInventory(
            "sns", reads, target,
            new Listing(
                "topic", "ListTopics", "Topics", "TopicArn",
                new Detail("Attributes", "GetTopicAttributes", new() { ["TopicArn"] = "TopicArn" }, "Attributes"),
                new Detail("Tags", "ListTagsForResource", new() { ["ResourceArn"] = "TopicArn" }, "Tags")),
            new Listing(
                "subscription", "ListSubscriptions", "Subscriptions", "join(' ', [TopicArn, Protocol, Endpoint])",
                new Detail("Attributes", "GetSubscriptionAttributes", new() { ["SubscriptionArn"] = "SubscriptionArn" }, "Attributes"))),
        new ReadInventory(
            "ssm", reads, target,
            new Listing("parameter", "DescribeParameters", "Parameters", "Name", new Detail("Value", "GetParameter", new() { ["Name"] = "Name" }, "Parameter.Value"))),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="services">Null: all.</param>
    public async Task<SortedDictionary<string, string>> TakeAsync(IReadOnlySet<string>? services = null)
    {
        var lines = new InventoryLines();
        foreach (var part in _parts.Where(part => services?.Contains(part.Service) ?? true))
        {
            await part.AddAsync(lines, Token);
        }

        return lines.All;
    }
}
