namespace ServerlessMcp.Planning.Permissions;

/// <param name="Who">ARN of the user or role; null where nothing was checked.</param>
/// <param name="How">What decided, such as <c>IAM simulation</c>; null where nothing was checked.</param>
/// <param name="Blind">What it does not see; null where nothing was checked.</param>
/// <param name="Why">Of a need that is not in <paramref name="Decisions"/>: why it was not checked.</param>
internal sealed record PermissionsFound(
    string? Who, string? How, string? Blind, IReadOnlyDictionary<PermissionNeed, Decision> Decisions, string Why)
{
    public static PermissionsFound None(string why) => new(null, null, null, new Dictionary<PermissionNeed, Decision>(), why);

    /// <summary>No statement for an action on something that is not known yet says nothing about the thing itself.</summary>
    public Decision Of(PermissionNeed need) => Decisions.GetValueOrDefault(need) switch
    {
        null => new(Ruling.Unknown, Why),
        { Ruling: Ruling.ImplicitDeny } when !need.IsKnown =>
            new(Ruling.Unknown, "no policy allows it on everything, and on which resource it will be asked for is not known yet"),
        var found => found,
    };
}
