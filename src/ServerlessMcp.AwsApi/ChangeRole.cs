namespace ServerlessMcp.AwsApi;

/// <summary>A role whose sessions, one for each step, make the changes of an account. Its text never shows the external id.</summary>
/// <param name="ExternalId">What the role's trust policy asks for; null if it asks for none.</param>
public sealed record ChangeRole(string RoleArn, string? ExternalId)
{
    public string Account => RoleArn.Split(':')[4];

    public override string ToString() => RoleArn;
}
