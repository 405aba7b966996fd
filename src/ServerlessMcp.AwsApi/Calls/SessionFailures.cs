using System.Text.RegularExpressions;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>Why a step has no session, and what to do about it. The call itself was not sent.</summary>
/// <remarks>
/// | STS answers                        | failure              | code           |
/// |------------------------------------|----------------------|----------------|
/// | no                                 | Refused, permission  | SessionRefused |
/// | throttled, 5xx, nothing, own keys expired | as for any call | STS's own      |
/// Source: "Passing session tags" of the IAM guide (sts:TagSession), STS AssumeRole (PackedPolicyTooLarge).
/// </remarks>
internal static partial class SessionFailures
{
    public static AwsCallException Of(ChangeRole role, AwsSession session, AwsCallException why)
    {
        var said = role.ExternalId is { Length: > 0 } secret ? why.AwsMessage.Replace(secret, "(external id)", StringComparison.Ordinal) : why.AwsMessage;
        if (why.Failure != AwsFailure.Refused)
        {
            return new(why.Failure, why.Code, $"STS gave no session of {role.RoleArn}: {said}", why.StatusCode, why.RequestId, false, why);
        }

        return new(
            AwsFailure.Refused, AwsSession.RefusedCode, $"STS gave no session '{session.Name}' of {role.RoleArn}: {why.Code}: {said.TrimEnd('.')}. {Advice(role, session, why)}",
            why.StatusCode, why.RequestId, false, why);
    }

    private static string Advice(ChangeRole role, AwsSession session, AwsCallException why)
    {
        if (why.Code.StartsWith("PackedPolicyTooLarge", StringComparison.Ordinal))
        {
            return $"The step's policy of {session.Policy.Length} characters and its tags are more than a session can carry: take tags off the server's own session, or make the change by hand.";
        }

        if (why.Code.StartsWith("MalformedPolicyDocument", StringComparison.Ordinal))
        {
            return "The step's session policy is not one that AWS takes: report it with the plan.";
        }

        var who = Caller().Match(why.AwsMessage) is { Success: true } match ? RoleOf(match.Groups["arn"].Value) : "ARN of the server's own user or role";
        var statement = $$"""{"Effect":"Allow","Principal":{"AWS":"{{who}}"},"Action":["sts:AssumeRole","sts:TagSession"]}""";
        return why.AwsMessage.Contains("sts:TagSession", StringComparison.Ordinal)
            ? $"Sessions carry tags that name who asked and the execution: add sts:TagSession to the role's trust policy, as in {statement}, and to the policy of the server's own identity where the role is of another account."
            : $"Check that the role exists, that its trust policy has {statement}, that the server's own identity may call sts:AssumeRole and sts:TagSession on it, and that {(role.ExternalId is null ? "its trust policy asks for no external id, or set external_id" : "external_id is the one its trust policy asks for")}.";
    }

    /// <summary>Of an assumed role, which a trust policy names as a role; the path of a role is not in its session's ARN.</summary>
    private static string RoleOf(string arn) => Session().Replace(arn, "arn:${partition}:iam::${account}:role/${name}");

    [GeneratedRegex("User: (?<arn>arn:[!-~]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Caller();

    [GeneratedRegex("^arn:(?<partition>[a-z-]+):sts::(?<account>[0-9]{12}):assumed-role/(?<name>[^/]+)/.+$", RegexOptions.CultureInvariant)]
    private static partial Regex Session();
}
