using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.Runtime;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>
/// The keys of a target's role: asked for when first needed, then kept; five minutes before their end they are asked for anew. Whoever comes
/// meanwhile waits for the same answer.
/// </summary>
/// <remarks>Source: STS AssumeRole, and "How to use an external ID" of the IAM guide.</remarks>
/// <param name="assumeAsync">Calls sts AssumeRole with these parameters and the server's own credentials; gives its <c>Credentials</c>.</param>
internal sealed class TargetCredentials(
    TargetAccount target, Func<JsonObject, CancellationToken, Task<JsonObject>> assumeAsync, TimeProvider time) : AWSCredentials, IDisposable
{
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _one = new(1);
    private Held? _held;

    /// <summary>Before a call is signed, so that a refusal reaches the caller as what it is.</summary>
    /// <exception cref="AwsCallException"><c>RoleNotAssumed</c>: with what AWS said and what to check.</exception>
    public async Task<ImmutableCredentials> GetAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } ready)
        {
            return ready;
        }

        await _one.WaitAsync(cancellationToken);
        try
        {
            return Fresh() ?? (_held = await AskAsync(cancellationToken)).Keys;
        }
        finally
        {
            _one.Release();
        }
    }

    public override Task<ImmutableCredentials> GetCredentialsAsync() => GetAsync(CancellationToken.None);

    public override ImmutableCredentials GetCredentials() => GetAsync(CancellationToken.None).GetAwaiter().GetResult();

    public void Dispose() => _one.Dispose();

    private ImmutableCredentials? Fresh() => _held is { } held && held.Until - RenewedBefore > time.GetUtcNow() ? held.Keys : null;

    private async Task<Held> AskAsync(CancellationToken cancellationToken)
    {
        var parameters = new JsonObject { ["RoleArn"] = target.RoleArn, ["RoleSessionName"] = $"smcp-{target.Name}" };
        if (target.ExternalId is { } externalId)
        {
            parameters["ExternalId"] = externalId;
        }

        try
        {
            var keys = await assumeAsync(parameters, cancellationToken);
            var until = DateTimeOffset.Parse((string)keys["Expiration"]!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            return new(new((string)keys["AccessKeyId"]!, (string)keys["SecretAccessKey"]!, (string)keys["SessionToken"]!), until);
        }
        catch (AwsCallException e)
        {
            throw CallFailures.NotAssumed(target, e);
        }
    }

    private sealed record Held(ImmutableCredentials Keys, DateTimeOffset Until);
}
