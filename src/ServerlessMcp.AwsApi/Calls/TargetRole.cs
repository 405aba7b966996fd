using System.Text.Json.Nodes;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>The keys of a target's role, for its reads; kept until five minutes before their end.</summary>
/// <remarks>Source: STS AssumeRole, and "How to use an external ID" of the IAM guide.</remarks>
internal static class TargetRole
{
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromMinutes(5);

    /// <param name="assumeAsync">Calls sts AssumeRole with these parameters and the server's own credentials; gives its <c>Credentials</c>.</param>
    public static RoleKeys Keys(TargetAccount target, Func<JsonObject, CancellationToken, Task<JsonObject>> assumeAsync, TimeProvider time) =>
        new(cancellationToken => AskAsync(target, assumeAsync, cancellationToken), RenewedBefore, time);

    /// <exception cref="AwsCallException"><c>RoleNotAssumed</c>: with what AWS said and what to check.</exception>
    private static async Task<JsonObject> AskAsync(
        TargetAccount target, Func<JsonObject, CancellationToken, Task<JsonObject>> assumeAsync, CancellationToken cancellationToken)
    {
        var parameters = new JsonObject { ["RoleArn"] = target.RoleArn, ["RoleSessionName"] = $"smcp-{target.Name}" };
        if (target.ExternalId is { } externalId)
        {
            parameters["ExternalId"] = externalId;
        }

        try
        {
            return await assumeAsync(parameters, cancellationToken);
        }
        catch (AwsCallException e)
        {
            throw CallFailures.NotAssumed(target, e);
        }
    }
}
