using System.Text.Json.Nodes;

namespace ServerlessMcp.Planning;

/// <summary>Who else manages a resource, by the tags in what was read of it.</summary>
/// <param name="Stack">The CloudFormation stack, or null.</param>
/// <param name="Tool">Such as <c>CloudFormation stack 'web'</c>.</param>
internal sealed record ManagedBy(string? Stack, string Tool)
{
    private const string StackTag = "aws:cloudformation:stack-name";

    private static readonly string[] Tools = ["terraform", "pulumi", "opentofu", "cdk", "crossplane", "cloudformation"];

    private static readonly string[] OwnerTags = ["managedby", "managed-by", "managed_by", "provisioner", "iac"];

    public static ManagedBy? Find(JsonNode? answer) => Tags(answer).Select(Of).OfType<ManagedBy>().FirstOrDefault();

    private static ManagedBy? Of((string Key, string Value) tag)
    {
        var (key, value) = (tag.Key.ToLowerInvariant(), tag.Value.ToLowerInvariant());
        if (tag.Key == StackTag)
        {
            return new(tag.Value, $"CloudFormation stack '{tag.Value}'");
        }

        if (key.StartsWith("pulumi:", StringComparison.Ordinal))
        {
            return new(null, "Pulumi");
        }

        if (key is "terraform" or "terraform-managed" && value is not ("false" or "no"))
        {
            return new(null, "Terraform");
        }

        return OwnerTags.Contains(key) && Tools.Contains(value) ? new(null, tag.Value) : null;
    }

    private static IEnumerable<(string Key, string Value)> Tags(JsonNode? node) => node switch
    {
        JsonObject { } members when members["Key"] is JsonValue key && members["Value"] is JsonValue value
            && key.TryGetValue<string>(out var name) && value.TryGetValue<string>(out var text) => [(name, text)],
        JsonObject members => members.SelectMany(member => Tags(member.Value)),
        JsonArray items => items.SelectMany(Tags),
        _ => [],
    };
}
