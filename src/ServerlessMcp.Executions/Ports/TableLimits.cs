using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ServerlessMcp.Executions.Ports;

/// <summary>What both adapters refuse before they write, so that a laptop refuses what the cloud would.</summary>
/// <remarks>
/// Source: DynamoDB service quotas (item size 400 KB) and TransactWriteItems (one action an item); ten writes is our own limit.
/// </remarks>
public static class TableLimits
{
    /// <summary>Bytes: UTF-8 of the key, the index key and the body as JSON.</summary>
    public const int ItemBytes = 400 * 1024;

    public const int Writes = 10;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="ArgumentException">Not 1 to 10 writes, or two to one key.</exception>
    /// <exception cref="TableItemTooLargeException">An item is over 400 KB.</exception>
    public static void Check(IReadOnlyList<TableWrite> writes)
    {
        if (writes.Count is < 1 or > Writes)
        {
            throw new ArgumentException($"1 to {Writes} writes go together, not {writes.Count}.", nameof(writes));
        }

        if (writes.DistinctBy(write => write.Key).Count() != writes.Count)
        {
            throw new ArgumentException("Two writes to one key cannot go together.", nameof(writes));
        }

        foreach (var put in writes.OfType<TableWrite.Put>())
        {
            var bytes = Bytes(put);
            if (bytes > ItemBytes)
            {
                throw new TableItemTooLargeException(put.Key, bytes);
            }
        }
    }

    private static int Bytes(TableWrite.Put put)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            put.Body.WriteTo(writer);
        }

        return buffer.WrittenCount + Bytes(put.Key) + (put.Index is { } index ? Bytes(index) : 0);
    }

    private static int Bytes(TableKey key) => Encoding.UTF8.GetByteCount(key.Partition) + Encoding.UTF8.GetByteCount(key.Sort);
}
