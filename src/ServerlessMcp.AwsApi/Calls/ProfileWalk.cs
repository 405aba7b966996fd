using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>Follows <c>role_arn</c> and <c>source_profile</c> through <c>~/.aws</c>.</summary>
/// <remarks>
/// The SDK does so only with its STS package, and under native AOT loses the source's credentials on the way (the request goes out unsigned), so the walk
/// is our own. Everything else about profiles is the SDK's.
/// </remarks>
internal sealed class ProfileWalk(Func<AWSCredentials, string, JsonObject, Task<JsonObject>> assumeAsync, TimeProvider time)
{
    private readonly CredentialProfileStoreChain _store = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <summary>Whether the SDK's own chain would fail for want of its STS or SSO package.</summary>
    public static bool IsNeeded(string profile) =>
        new CredentialProfileStoreChain().TryGetProfile(profile, out var found) && (IsRole(found.Options) || IsSso(found.Options));

    /// <summary>What to type for a profile that gave no credentials; null if there is nothing particular to say.</summary>
    public static string? Advice(string profile, DateTimeOffset now)
    {
        var store = new CredentialProfileStoreChain();
        if (!store.TryGetProfile(profile, out var found))
        {
            return profile == "default"
                ? null
                : $"There is no profile '{profile}'; known: {string.Join(", ", store.ListProfiles().Select(p => p.Name))}.";
        }

        return IsSso(found.Options)
            ? SsoAdvice(profile, SsoToken.Problem(found.Options.SsoSession ?? found.Options.SsoStartUrl, now))
            : $"The profile '{profile}' gave no credentials; try `aws sts get-caller-identity --profile {profile}`.";
    }

    private static string SsoAdvice(string profile, string? problem) =>
        $"The profile '{profile}' signs in through IAM Identity Center, and its token "
        + (problem is null ? "is good, but its keys must be handed to this server: run" : $"{problem}: run `aws sso login --profile {profile}`, then")
        + $" `eval \"$(aws configure export-credentials --profile {profile} --format env)\"`, and start again.";

    /// <exception cref="AwsCallException"><c>NoCredentials</c>: the profile is missing, circular or incomplete.</exception>
    public AWSCredentials Resolve(string name)
    {
        if (!_seen.Add(name))
        {
            throw Unusable($"The profile '{name}' is its own source.");
        }

        if (!_store.TryGetProfile(name, out var profile))
        {
            throw Unusable(Advice(name, time.GetUtcNow()) ?? $"There is no profile '{name}'.");
        }

        if (IsSso(profile.Options))
        {
            throw Unusable(Advice(name, time.GetUtcNow())!);
        }

        if (!IsRole(profile.Options))
        {
            return AWSCredentialsFactory.GetAWSCredentials(profile, _store);
        }

        var parameters = new JsonObject
        {
            ["RoleArn"] = profile.Options.RoleArn,
            ["RoleSessionName"] = profile.Options.RoleSessionName ?? "serverless-mcp",
        };
        if (profile.Options.ExternalID is { } externalId)
        {
            parameters["ExternalId"] = externalId;
        }

        return new RoleCredentials(Source(name, profile), profile.Region?.SystemName ?? "us-east-1", parameters, assumeAsync);
    }

    private static bool IsRole(CredentialProfileOptions options) => options is { RoleArn: not null, WebIdentityTokenFile: null };

    private static bool IsSso(CredentialProfileOptions options) => options.SsoStartUrl is not null || options.SsoSession is not null;

    private AWSCredentials Source(string name, CredentialProfile profile) => profile.Options switch
    {
        { SourceProfile: { } source } => Resolve(source),
        { CredentialSource: "Environment" } => new EnvironmentVariablesAWSCredentials(),
        { CredentialSource: "Ec2InstanceMetadata" } => new InstanceProfileAWSCredentials(),
        { CredentialSource: "EcsContainer" } => new GenericContainerCredentials(),
        _ => throw Unusable($"The profile '{name}' has a role_arn and neither source_profile nor credential_source."),
    };

    private static AwsCallException Unusable(string message) => CallFailures.NotSent("NoCredentials", message);

    /// <summary>The role's keys, fetched anew shortly before they expire.</summary>
    private sealed class RoleCredentials(
        AWSCredentials source, string region, JsonObject parameters, Func<AWSCredentials, string, JsonObject, Task<JsonObject>> assumeAsync)
        : RefreshingAWSCredentials
    {
        protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
        {
            var keys = await assumeAsync(source, region, parameters);
            return new CredentialsRefreshState(
                new ImmutableCredentials((string)keys["AccessKeyId"]!, (string)keys["SecretAccessKey"]!, (string)keys["SessionToken"]!),
                DateTime.Parse((string)keys["Expiration"]!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal));
        }

        protected override CredentialsRefreshState GenerateNewCredentials() => GenerateNewCredentialsAsync().GetAwaiter().GetResult();
    }
}
