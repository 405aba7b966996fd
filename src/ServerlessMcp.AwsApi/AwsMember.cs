namespace ServerlessMcp.AwsApi;

/// <summary>A parameter, a member of one, or a member of an answer.</summary>
/// <param name="Type">Such as <c>string</c>, <c>number</c>, <c>structure</c>, <c>list of string</c>, <c>map of structure</c>.</param>
/// <param name="Values">Those it may have, where AWS lists them.</param>
/// <param name="Members">Of a structure, or of a list's or map's elements; empty where the asked depth ends.</param>
public sealed record AwsMember(
    string Name, string Type, bool IsRequired, string? Documentation, IReadOnlyList<string> Values, IReadOnlyList<AwsMember> Members)
{
    /// <summary>AWS's models mark it as one that may hold a secret.</summary>
    public bool IsSensitive { get; init; }
}
