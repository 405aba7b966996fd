using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Planning.Resources;

/// <summary>What is looked for; a null member is "any".</summary>
/// <param name="Words">Each must stand in the ARN, the name, or a tag, in any case of letters.</param>
/// <param name="Type">As the caller wrote it: <c>ec2:instance</c>, <c>instance</c>, <c>instances</c>.</param>
/// <param name="Service">An ARN's namespace, such as <c>ec2</c>.</param>
/// <param name="Tags">A null value is any.</param>
/// <param name="Owned">True: made by an execution of this server and not taken back.</param>
public sealed record ResourceQuery(
    IReadOnlyList<string> Words, string? Type, string? Service, IReadOnlyDictionary<string, string?> Tags, bool? Owned, ResourceState? State, string? ExecutionId)
{
    /// <summary>12 digits; only what stands in this account.</summary>
    public string? Account { get; init; }

    public string? Region { get; init; }

    /// <summary>Resources that nobody here has touched can be among the answers.</summary>
    public bool WantsLive => Owned is not true && ExecutionId is null && State is null or ResourceState.Present;

    public bool Keeps(TrackedResource item) =>
        Fits(item.Record.Service, item.Record.Type, item.Record.Tags, $"{item.Record.Key} {item.Record.StepId}")
        && (Account is null || Account == item.Record.Account)
        && (Region is null || Region == item.Record.Region)
        && (Owned is null || Owned == IsOwned(item))
        && (State is { } state ? item.State == state : ExecutionId is not null || item.State != ResourceState.Gone)
        && (ExecutionId is null || item.Record.ExecutionId == ExecutionId || item.Record.Last.ExecutionId == ExecutionId || item.Record.UndoneBy == ExecutionId);

    public bool Keeps(LiveResource row) =>
        ResourceName.Parse(row.Arn) is { } name && Fits(name.Service, row.Type[(row.Type.IndexOf(':', StringComparison.Ordinal) + 1)..], row.Tags, $"{row.Arn} {row.Name}");

    /// <summary>Whether resources of this type are looked for at all.</summary>
    public bool Includes(string fullType)
    {
        var colon = fullType.IndexOf(':', StringComparison.Ordinal);
        return FitsType(fullType[..colon], fullType[(colon + 1)..]);
    }

    public static bool IsOwned(TrackedResource item) => item.Record is { How: ResourceHow.Made, UndoneBy: null };

    private bool Fits(string service, string type, IReadOnlyDictionary<string, string>? tags, string text) =>
        FitsType(service, type)
        && Tags.All(wanted => tags?.TryGetValue(wanted.Key, out var value) == true && (wanted.Value is null || wanted.Value == value))
        && Words.All(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)
            || tags?.Any(tag => tag.Key.Contains(word, StringComparison.OrdinalIgnoreCase) || tag.Value.Contains(word, StringComparison.OrdinalIgnoreCase)) == true);

    /// <summary><c>ec2:instance</c>, <c>instance</c> and <c>instances</c> are one; so are a list's own words, as <c>databases</c>.</summary>
    private bool FitsType(string service, string type) =>
        (Service is null || service == Service)
        && (Type is null
            || Type.Equals($"{service}:{type}", StringComparison.OrdinalIgnoreCase)
            || Type.Equals(type, StringComparison.OrdinalIgnoreCase)
            || Type.Equals($"{type}s", StringComparison.OrdinalIgnoreCase)
            || LiveSource.All.Any(source => source.Type == $"{service}:{type}" && source.Kind.Equals(Type, StringComparison.OrdinalIgnoreCase)));
}
