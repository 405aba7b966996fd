using System.Text.Json.Nodes;
using Amazon.Runtime;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>The sessions of change roles, one for each step: its keys can do no more than the session's policy. Thread safe.</summary>
/// <remarks>
/// Always asked for with the server's own credentials, never with those of another role, so that a role is chained once at most.
/// Source: STS AssumeRole (policy, tags, duration), and "Passing session tags" of the IAM guide.
/// </remarks>
/// <param name="assumeAsync">Calls sts AssumeRole with these parameters and the server's own credentials; gives its <c>Credentials</c>.</param>
/// <param name="forget">Told of keys that are no longer kept.</param>
internal sealed class StepSessions(
    AwsClientOptions options, Func<JsonObject, CancellationToken, Task<JsonObject>> assumeAsync, Action<AWSCredentials> forget, TimeProvider time)
    : IDisposable
{
    /// <summary>The shortest that STS gives, in seconds: any role allows it, chained ones too, and a step's call is out for 90 at most.</summary>
    public const int Seconds = 900;

    private static readonly TimeSpan RenewedBefore = TimeSpan.FromMinutes(3);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Role, string Name, string Policy), Kept> _kept = [];

    /// <summary>Always a role of that account: the change role of the own one makes no call that is meant for another.</summary>
    /// <param name="account">Null: the own one.</param>
    /// <returns>Null: calls there are made with the server's own credentials.</returns>
    public ChangeRole? RoleOf(string? account) => options.Targets.FirstOrDefault(target => target.Account == account) is { } target
        ? new(target.ChangeRoleArn ?? target.RoleArn, target.ExternalId)
        : account is null || options.ChangeRole?.Account == account ? options.ChangeRole : null;

    public RoleKeys Of(ChangeRole role, AwsSession session)
    {
        lock (_lock)
        {
            var (key, now) = ((role.RoleArn, session.Name, session.Policy), time.GetUtcNow());
            if (!_kept.TryGetValue(key, out var kept))
            {
                DropUnused(now);
                kept = _kept[key] = new(new(cancellationToken => AskAsync(role, session, cancellationToken), RenewedBefore, time));
            }

            kept.UsedAt = now;
            return kept.Keys;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var kept in _kept.Values)
            {
                kept.Keys.Dispose();
            }

            _kept.Clear();
        }
    }

    /// <summary>What nobody has asked for in a session's whole life has no call out.</summary>
    private void DropUnused(DateTimeOffset now)
    {
        foreach (var (key, kept) in _kept.Where(one => now - one.Value.UsedAt > TimeSpan.FromSeconds(Seconds)).ToList())
        {
            _kept.Remove(key);
            forget(kept.Keys);
            kept.Keys.Dispose();
        }
    }

    /// <exception cref="AwsCallException"><c>SessionRefused</c>, or why STS could not be asked.</exception>
    private async Task<JsonObject> AskAsync(ChangeRole role, AwsSession session, CancellationToken cancellationToken)
    {
        var parameters = new JsonObject
        {
            ["RoleArn"] = role.RoleArn,
            ["RoleSessionName"] = session.Name,
            ["DurationSeconds"] = Seconds,
            ["Policy"] = session.Policy,
            ["Tags"] = new JsonArray([.. session.Tags.Select(tag => new JsonObject { ["Key"] = tag.Key, ["Value"] = tag.Value })]),
        };
        if (role.ExternalId is { } externalId)
        {
            parameters["ExternalId"] = externalId;
        }

        try
        {
            return await assumeAsync(parameters, cancellationToken);
        }
        catch (AwsCallException e)
        {
            throw SessionFailures.Of(role, session, e);
        }
    }

    private sealed class Kept(RoleKeys keys)
    {
        public RoleKeys Keys { get; } = keys;

        public DateTimeOffset UsedAt { get; set; }
    }
}
