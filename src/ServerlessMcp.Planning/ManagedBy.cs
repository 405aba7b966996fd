using System.Text.Json.Nodes;

namespace ServerlessMcp.Planning;

/// <summary>Who else manages a resource, by the tags in what was read of it.</summary>
/// <param name="Stack">The CloudFormation stack, or null.</param>
/// <param name="Tool">Such as <c>CloudFormation stack 'web'</c>.</param>
internal sealed record ManagedBy(string? Stack, string Tool)
{
    private const string StackTag = "aws:cloudformation:stack-name";

    private static readonly string[] Tools =
        ["terraform", "pulumi", "opentofu", "cdk", "aws-cdk", "crossplane", "cloudformation", "terragrunt", "sam", "ansible", "serverless"];

    private static readonly string[] OwnerTags = ["managedby", "managed-by", "managed_by", "provisioner", "provisionedby", "provisioned-by", "iac"];

    /// <summary>Tags whose key alone tells, by how it begins, in lower case.</summary>
    /// <remarks>
    /// Source: the tools' own documentation of the tags that they put: AWS CDK, Pulumi's AWS provider, Crossplane's provider-aws, AWS Controllers
    /// for Kubernetes, Service Catalog. <c>terraform</c> is a convention of teams: Terraform puts no tag of its own.
    /// </remarks>
    private static readonly (string Start, string Tool)[] Starts =
    [
        ("aws:cdk:", "AWS CDK"),
        ("aws-cdk:", "AWS CDK"),
        ("pulumi:", "Pulumi"),
        ("terraform", "Terraform"),
        ("opentofu", "OpenTofu"),
        ("crossplane-", "Crossplane"),
        ("services.k8s.aws/", "AWS Controllers for Kubernetes"),
        ("aws:servicecatalog:", "AWS Service Catalog"),
    ];

    public static ManagedBy OfStack(string name) => new(name, $"CloudFormation stack '{name}'");

    /// <returns>The stack before the tool that made it.</returns>
    public static ManagedBy? Find(JsonNode? answer) => Tags(answer).Select(Of).OfType<ManagedBy>().OrderBy(owner => owner.Stack is null).FirstOrDefault();

    private static ManagedBy? Of((string Key, string Value) tag)
    {
        var (key, value) = (tag.Key.ToLowerInvariant(), tag.Value.ToLowerInvariant());
        if (tag.Key == StackTag)
        {
            return OfStack(tag.Value);
        }

        if (Starts.FirstOrDefault(one => key.StartsWith(one.Start, StringComparison.Ordinal)).Tool is { } tool)
        {
            return value is "false" or "no" ? null : new(null, tool);
        }

        return OwnerTags.Contains(key) && Tools.Contains(value) ? new(null, tag.Value) : null;
    }

    /// <summary>Lists of <c>Key</c> and <c>Value</c> (some services write them small), and maps called <c>Tags</c>.</summary>
    private static IEnumerable<(string Key, string Value)> Tags(JsonNode? node) => node switch
    {
        JsonObject members when Text(members, "Key", "key") is { } key && Text(members, "Value", "value") is { } value => [(key, value)],
        JsonObject members => members.SelectMany(member => member is { Key: "Tags" or "tags", Value: JsonObject map }
            ? map.Select(tag => (tag.Key, (tag.Value as JsonValue)?.ToString() ?? ""))
            : Tags(member.Value)),
        JsonArray items => items.SelectMany(Tags),
        _ => [],
    };

    private static string? Text(JsonObject members, string name, string small) =>
        (members[name] ?? members[small]) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
