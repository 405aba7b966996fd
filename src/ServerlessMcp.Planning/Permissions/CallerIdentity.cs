namespace ServerlessMcp.Planning.Permissions;

internal enum IdentityKind { User, Role, Root, Other }

/// <summary>Who the server's credentials belong to.</summary>
/// <remarks>Source: IAM User Guide, "IAM identifiers", and STS API GetCallerIdentity: the forms of its <c>Arn</c>.</remarks>
/// <param name="Arn">Of a user or role; of an assumed role its session's, which lacks the role's path.</param>
/// <param name="Name">Of the user or role.</param>
internal sealed record CallerIdentity(IdentityKind Kind, string Arn, string Name)
{
    public static CallerIdentity Of(string arn) => arn.Split(':', 6) is [_, _, var service, _, _, var rest]
        ? (service, rest.Split('/')) switch
        {
            (_, ["root"]) => new(IdentityKind.Root, arn, ""),
            ("iam", ["user", .., var name]) => new(IdentityKind.User, arn, name),
            ("iam", ["role", .., var name]) => new(IdentityKind.Role, arn, name),
            ("sts", ["assumed-role", var name, _]) => new(IdentityKind.Role, arn, name),
            _ => new(IdentityKind.Other, arn, ""),
        }
        : new(IdentityKind.Other, arn, "");

    /// <summary>Null: its policies can be looked at.</summary>
    public string? WhyNot => Kind switch
    {
        IdentityKind.Root => "the caller is the account's root user, whom no policy of his own limits and no simulation covers",
        IdentityKind.Other => $"the caller {Arn} is neither an IAM user nor a role, and its policies cannot be looked up",
        _ => null,
    };
}
