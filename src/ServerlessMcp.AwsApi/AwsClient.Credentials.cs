using System.Text.Json.Nodes;
using Amazon.Runtime;
using ServerlessMcp.AwsApi.Catalog;

namespace ServerlessMcp.AwsApi;

/// <summary>Whose keys sign a call.</summary>
public sealed partial class AwsClient
{
    public bool HasSessions(AwsTarget target) => _sessions.RoleOf(target.Account) is not null;

    /// <summary>The step's own session of the change role, else a target's role, or the server's own credentials, which must be of the account that is asked for.</summary>
    private async Task<AWSCredentials> CredentialsAsync(AwsTarget target, CancellationToken cancellationToken)
    {
        if (target.Session is { } session && _sessions.RoleOf(target.Account) is { } changeRole)
        {
            var keys = _sessions.Of(changeRole, session);
            await keys.GetAsync(cancellationToken);
            return keys;
        }

        if (target.Account is { } named && _targets.TryGetValue(named, out var role))
        {
            await role.GetAsync(cancellationToken);
            return role;
        }

        var credentials = await _credentials.GetAsync(cancellationToken);
        if (_options.Endpoint is null && target.Account is { } account)
        {
            await _accounts.DemandAsync(account, credentials, () => WhoAsync(credentials, target.Region, cancellationToken));
        }

        return credentials;
    }

    private void Forget(AWSCredentials credentials)
    {
        foreach (var key in _clients.Keys.Where(key => ReferenceEquals(key.Credentials, credentials)).ToList())
        {
            if (_clients.TryRemove(key, out var client) && client.IsValueCreated)
            {
                client.Value.Dispose();
            }
        }
    }

    private async Task<string> WhoAsync(AWSCredentials credentials, string region, CancellationToken cancellationToken)
    {
        var sts = _catalog.Model("sts");
        var who = await SendAsync(credentials, sts, AwsCatalog.FindOperation(sts, "GetCallerIdentity"), region, [], ReadRetries, cancellationToken);
        return (string)who.Output["Account"]!;
    }

    private async Task<JsonObject> AssumeOwnAsync(JsonObject parameters, CancellationToken cancellationToken) =>
        await AssumeRoleAsync(await _credentials.GetAsync(cancellationToken), _options.TargetRegion, parameters, cancellationToken);

    private Task<JsonObject> AssumeRoleAsync(AWSCredentials source, string region, JsonObject parameters) =>
        AssumeRoleAsync(source, region, parameters, CancellationToken.None);

    private async Task<JsonObject> AssumeRoleAsync(AWSCredentials source, string region, JsonObject parameters, CancellationToken cancellationToken)
    {
        var sts = _catalog.Model("sts");
        var operation = AwsCatalog.FindOperation(sts, "AssumeRole");
        var result = await SendAsync(source, sts, operation, region, parameters, ReadRetries, cancellationToken);
        return result.Output["Credentials"]!.AsObject();
    }
}
