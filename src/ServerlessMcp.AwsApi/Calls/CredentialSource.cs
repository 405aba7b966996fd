using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>Who signs: keys set in code, a profile, or the SDK's chain; failures say what the user should type.</summary>
/// <param name="assumeAsync">Calls sts AssumeRole with these credentials in this Region; gives its <c>Credentials</c>.</param>
internal sealed class CredentialSource(
    AwsClientOptions options, Func<AWSCredentials, string, JsonObject, Task<JsonObject>> assumeAsync, TimeProvider time)
    : IDisposable
{
    private const string NoneFound =
        "No AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws configure`, or name a profile.";

    private readonly DefaultAWSCredentialsIdentityResolver _chain = new();
    private readonly AWSCredentials? _fixed = options.Keys switch
    {
        null => null,
        { SessionToken: { } token } keys => new SessionAWSCredentials(keys.AccessKeyId, keys.SecretAccessKey, token),
        var keys => new BasicAWSCredentials(keys.AccessKeyId, keys.SecretAccessKey),
    };

    private AWSCredentials? _ofRole;

    /// <exception cref="AwsCallException"><c>NoCredentials</c>.</exception>
    public async Task<AWSCredentials> GetAsync(CancellationToken cancellationToken)
    {
        if ((_fixed ?? _ofRole) is { } ready)
        {
            return ready;
        }

        var profile = options.Profile ?? ProfileOfEnvironment();
        try
        {
            if (profile is not null && (options.Profile is not null || ProfileWalk.IsNeeded(profile)))
            {
                return _ofRole = new ProfileWalk(assumeAsync, time).Resolve(profile);
            }

            return await _chain.ResolveIdentityAsync(null, cancellationToken);
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException)
        {
            throw CallFailures.NotSent("NoCredentials", profile is null ? NoneFound : ProfileWalk.Advice(profile, time.GetUtcNow()) ?? NoneFound, e);
        }
    }

    public void Dispose() => _chain.Dispose();

    // Keys in variables win over any profile, as in the SDK's own order.
    private static string? ProfileOfEnvironment() => Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") is { Length: > 0 }
        ? null
        : Environment.GetEnvironmentVariable("AWS_PROFILE") is { Length: > 0 } name ? name : "default";
}
