using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Lambda.Storage;

/// <summary>A table item as DynamoDB holds it.</summary>
/// <remarks>
/// Attributes: <c>pk, sk, v</c> (version), <c>body</c> (JSON text), <c>gsi1pk, gsi1sk</c>, <c>until</c> (when it expires, epoch milliseconds) and
/// <c>ttl</c> (the same in seconds, rounded up), which DynamoDB's own deletion reads, days later.
/// </remarks>
internal static class DynamoItem
{
    public const string Index = "gsi1";

    /// <summary>Not more escaped than JSON asks for, as <see cref="TableLimits"/> counts it: an item that passes there is one that DynamoDB takes.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Dictionary<string, AttributeValue> Key(TableKey key) => new(StringComparer.Ordinal)
    {
        ["pk"] = Text(key.Partition),
        ["sk"] = Text(key.Sort),
    };

    public static Dictionary<string, AttributeValue> Write(TableWrite.Put put, long version)
    {
        var item = Key(put.Key);
        item["v"] = Number(version);
        item["body"] = Text(put.Body.ToJsonString(Plain));
        if (put.Index is { } index)
        {
            (item["gsi1pk"], item["gsi1sk"]) = (Text(index.Partition), Text(index.Sort));
        }

        if (put.Ttl is { } until)
        {
            var milliseconds = until.ToUnixTimeMilliseconds();
            (item["until"], item["ttl"]) = (Number(milliseconds), Number((milliseconds + 999) / 1000));
        }

        return item;
    }

    public static TableItem Read(Dictionary<string, AttributeValue> item) => new(
        new(item["pk"].S, item["sk"].S),
        Whole(item["v"]),
        JsonNode.Parse(item["body"].S)!.AsObject(),
        item.TryGetValue("gsi1pk", out var partition) ? new(partition.S, item["gsi1sk"].S) : null,
        item.TryGetValue("until", out var until) ? DateTimeOffset.FromUnixTimeMilliseconds(Whole(until)) : null);

    public static AttributeValue Text(string value) => new() { S = value };

    public static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    private static long Whole(AttributeValue value) => long.Parse(value.N, CultureInfo.InvariantCulture);
}
