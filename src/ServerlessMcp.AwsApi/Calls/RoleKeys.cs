using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.Runtime;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>
/// The keys of a role: asked for when first needed, then kept; shortly before their end they are asked for anew. Whoever comes meanwhile waits for
/// the same answer.
/// </summary>
/// <param name="askAsync">Gives the <c>Credentials</c> of sts AssumeRole.</param>
/// <param name="renewedBefore">How long before their end keys are no longer used.</param>
internal sealed class RoleKeys(Func<CancellationToken, Task<JsonObject>> askAsync, TimeSpan renewedBefore, TimeProvider time) : AWSCredentials, IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private Held? _held;

    /// <summary>Before a call is signed, so that a refusal reaches the caller as what it is.</summary>
    /// <exception cref="AwsCallException">The role is not given.</exception>
    public async Task<ImmutableCredentials> GetAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } ready)
        {
            return ready;
        }

        await _one.WaitAsync(cancellationToken);
        try
        {
            return Fresh() ?? (_held = Read(await askAsync(cancellationToken))).Keys;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>AWS no longer takes them: the next call asks anew.</summary>
    public void Drop() => _held = null;

    public override Task<ImmutableCredentials> GetCredentialsAsync() => GetAsync(CancellationToken.None);

    public override ImmutableCredentials GetCredentials() => GetAsync(CancellationToken.None).GetAwaiter().GetResult();

    public void Dispose() => _one.Dispose();

    private ImmutableCredentials? Fresh() => _held is { } held && held.Until - renewedBefore > time.GetUtcNow() ? held.Keys : null;

    private static Held Read(JsonObject keys) => new(
        new((string)keys["AccessKeyId"]!, (string)keys["SecretAccessKey"]!, (string)keys["SessionToken"]!),
        DateTimeOffset.Parse((string)keys["Expiration"]!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));

    private sealed record Held(ImmutableCredentials Keys, DateTimeOffset Until);
}
