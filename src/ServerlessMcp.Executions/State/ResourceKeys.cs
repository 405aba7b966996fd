using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Executions.State;

/// <summary>The key family <c>RES#key</c>: what is known of the resources that executions made or changed.</summary>
/// <remarks>A key longer than <see cref="MostInKey"/> is cut and ends with its hash. Source: DynamoDB quotas (partition key 2,048 bytes, sort key 1,024).</remarks>
public static class ResourceKeys
{
    public const string TouchPrefix = "TOUCH#";

    private const int MostInKey = 1_500;

    public static string Partition(string key) => $"RES#{(key.Length <= MostInKey ? key : $"{key[..MostInKey]}~{Hash(key)}")}";

    public static TableKey Meta(string key) => new(Partition(key), "META");

    public static TableKey Seen(string key) => new(Partition(key), "SEEN");

    public static TableKey Owner(string key, string principal) => new(Partition(key), $"OWNER#{principal}");

    public static TableKey Touch(string key, ResourceTouch touch) => new(Partition(key), string.Create(
        CultureInfo.InvariantCulture, $"{TouchPrefix}{touch.At.ToUnixTimeMilliseconds():0000000000000}.{touch.ExecutionId}/{touch.StepId}"));

    public static string OwnerPartition(string principal) => $"RESOURCES#owner#{principal}";

    public static string AccountPartition(string account) => $"RESOURCES#account#{account}";

    internal static TableKey OwnerIndex(string principal, DateTimeOffset at, string key) => new(OwnerPartition(principal), Sort(at, key));

    internal static TableKey AccountIndex(string account, DateTimeOffset at, string key) => new(AccountPartition(account), Sort(at, key));

    private static string Sort(DateTimeOffset at, string key) =>
        $"{at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)}#{Hash(key)}";

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..32];
}
