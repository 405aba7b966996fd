using System.Text.Json.Nodes;

namespace ServerlessMcp.Planning.Resources;

/// <summary>ARNs and reads of the known types, filled in.</summary>
public static class ResourceArn
{
    /// <param name="type">Such as <c>ec2:instance</c>.</param>
    /// <returns>Null where only AWS can say it, or the type is not known.</returns>
    public static string? Of(string type, string identifier, string region, string account) =>
        ResourceTypes.All.FirstOrDefault(one => one.FullName == type)?.Arn is not { } form ? null
            : $"arn:{PlanningScope.Partition(region)}:" + form.Replace("{region}", region, StringComparison.Ordinal)
                .Replace("{account}", account, StringComparison.Ordinal)
                .Replace("{id}", type == "ssm:parameter" ? identifier.TrimStart('/') : identifier, StringComparison.Ordinal);

    public static JsonObject Parameters(ResourceType type, string identifier, string arn)
    {
        var slash = identifier.IndexOf('/', StringComparison.Ordinal);
        var (head, tail) = slash < 0 ? ("default", identifier) : (identifier[..slash], identifier[(slash + 1)..]);
        return Fill(type.Parameters, text => text.Replace("{id}", identifier, StringComparison.Ordinal)
            .Replace("{arn}", arn, StringComparison.Ordinal)
            .Replace("{head}", head, StringComparison.Ordinal)
            .Replace("{tail}", tail, StringComparison.Ordinal));
    }

    /// <summary>The type's selection of this one.</summary>
    public static string Select(ResourceType type, string identifier) =>
        type.Select.Replace("{id}", identifier.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal), StringComparison.Ordinal);

    internal static JsonObject Fill(string json, Func<string, string> fill) => Filled(JsonNode.Parse(json), fill)!.AsObject();

    private static JsonNode? Filled(JsonNode? node, Func<string, string> fill) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Filled(member.Value, fill)))),
        JsonArray items => new JsonArray([.. items.Select(item => Filled(item, fill))]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(fill(text)),
        _ => node?.DeepClone(),
    };
}
