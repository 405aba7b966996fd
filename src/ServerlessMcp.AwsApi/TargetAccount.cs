namespace ServerlessMcp.AwsApi;

/// <summary>Another account that can be called, by a role in it. Its text never shows the external id.</summary>
/// <param name="Name">The operator's word for it, such as <c>prod</c>.</param>
/// <param name="Account">12 digits; the role's own.</param>
/// <param name="ExternalId">What the role's trust policy asks for; null if it asks for none.</param>
/// <param name="Regions">The only ones that are called there, the first when none is asked for; empty is all.</param>
public sealed record TargetAccount(string Name, string Account, string RoleArn, string? ExternalId, IReadOnlyList<string> Regions)
{
    /// <summary>The role that changes are made with; null: <see cref="RoleArn"/> as well.</summary>
    public string? ChangeRoleArn { get; init; }

    public override string ToString() => $"{Name} ({Account})";
}
