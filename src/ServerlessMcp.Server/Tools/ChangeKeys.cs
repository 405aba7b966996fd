using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Executions.State;

namespace ServerlessMcp.Server.Tools;

/// <summary>
/// Idempotency keys of calls that make their own plan: the first call's plan is kept under the key, so that a second call with the same key
/// and arguments starts that plan, which runs once, and not another.
/// </summary>
internal sealed class ChangeKeys(ITable table, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <returns>The plan id of an earlier call with this key; null if there was none.</returns>
    /// <exception cref="CallerException"><c>idempotency_key_reused</c>: other arguments.</exception>
    public async Task<string?> FindAsync(string key, JsonObject arguments, Principal caller, CancellationToken cancellationToken)
    {
        if (await table.GetAsync(KeyOf(key, caller), strong: true, cancellationToken) is not { } item)
        {
            return null;
        }

        return item.Body["arguments"]!.GetValue<string>() == Digest(arguments)
            ? item.Body["planId"]!.GetValue<string>()
            : throw new CallerException("idempotency_key_reused", "This idempotency key was used with other arguments; take a new one.");
    }

    /// <summary>Keeps the plan under the key.</summary>
    /// <returns>The plan that stands there, which may be a faster call's.</returns>
    public async Task<string> KeepAsync(
        string key, JsonObject arguments, string planId, Principal caller, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["arguments"] = Digest(arguments), ["planId"] = planId };
        try
        {
            await table.WriteAsync([new TableWrite.Put(KeyOf(key, caller), 0, body, Ttl: time.GetUtcNow() + Kept)], cancellationToken);
            return planId;
        }
        catch (TableConflictException)
        {
            return await FindAsync(key, arguments, caller, cancellationToken)
                ?? throw new CallerException("conflict", "Another request was faster; try again.", retryable: true);
        }
    }

    private static TableKey KeyOf(string key, Principal caller) => Keys.Idempotency(caller.Id, $"plan:{key}");

    private static string Digest(JsonObject arguments) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Write(arguments))));
}
