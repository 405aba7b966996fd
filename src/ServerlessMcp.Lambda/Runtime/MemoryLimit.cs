using System.Globalization;

namespace ServerlessMcp.Lambda.Runtime;

/// <summary>The collector's limit, from the function's size: near it memory is collected, and beyond it an allocation fails, before Lambda ends the process without a word.</summary>
internal static class MemoryLimit
{
    /// <summary>Of the function's memory; the rest is for code, stacks and what sockets and TLS keep outside of the heap.</summary>
    private const double HeapShare = 0.75;

    private const long BytesOfMegabyte = 1024 * 1024;

    /// <param name="functionSize"><c>AWS_LAMBDA_FUNCTION_MEMORY_SIZE</c>, in MB.</param>
    /// <returns>Null when it is no size that Lambda has (128 to 10240).</returns>
    public static ulong? HeapBytes(string? functionSize) =>
        int.TryParse(functionSize, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 128 and <= 10240
            ? (ulong)(size * BytesOfMegabyte * HeapShare)
            : null;

    public static void Set(string? functionSize)
    {
        if (HeapBytes(functionSize) is { } bytes)
        {
            AppContext.SetData("GCHeapHardLimit", bytes);
            GC.RefreshMemoryLimit();
        }
    }
}
