using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Server.Pages;

/// <summary>One-time codes that begin a session in place of a key, for who has shown that key elsewhere. The table holds their hashes: <c>PAGECODE#hash / META</c>.</summary>
public sealed class PageCodes(ITable table, TimeProvider time)
{
    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    /// <param name="keyId">The middle part of the key whose session it begins.</param>
    public async Task<string> MakeAsync(string keyId, CancellationToken cancellationToken)
    {
        var code = RandomNumberGenerator.GetString(Letters, 32);
        var body = new JsonObject { ["keyId"] = keyId };
        await table.WriteAsync([new TableWrite.Put(KeyOf(code), 0, body, Ttl: time.GetUtcNow() + Life)], cancellationToken);
        return code;
    }

    /// <returns>The key's id, once; null: unknown, used or too old.</returns>
    /// <exception cref="TableUnavailableException">It is not known whether the code opens.</exception>
    public async Task<string?> TakeAsync(string code, CancellationToken cancellationToken)
    {
        if (await table.GetAsync(KeyOf(code), strong: true, cancellationToken) is not { } item)
        {
            return null;
        }

        try
        {
            await table.WriteAsync([new TableWrite.Delete(item.Key, item.Version)], cancellationToken);
            return item.Body["keyId"]?.GetValue<string>();
        }
        catch (TableConflictException)
        {
            return null; // Somebody else took it in between.
        }
    }

    private static TableKey KeyOf(string code) => new($"PAGECODE#{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)))}", "META");
}
