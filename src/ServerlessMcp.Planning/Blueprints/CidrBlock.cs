using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ServerlessMcp.Planning.Blueprints;

/// <summary>IPv4 blocks, such as <c>10.0.0.0/16</c>.</summary>
internal static class CidrBlock
{
    /// <returns>Null if it is a block whose prefix length is within the bounds; else what is wrong and what would be right.</returns>
    public static string? Problem(string text, int shortest, int longest)
    {
        if (Parse(text) is not var (address, length))
        {
            return $"'{(text.Length <= 60 ? text : text[..60])}' is not an IPv4 block such as 10.0.0.0/16";
        }

        if (length < shortest || length > longest)
        {
            return $"{text} is a /{length}; /{shortest} to /{longest} is right";
        }

        var first = address & Mask(length);
        return first == address ? null : $"{text} does not begin at its own first address; {Text(first, length)} does";
    }

    /// <summary>The equal parts of a block, 2^<paramref name="bits"/> of them, in order.</summary>
    public static IEnumerable<string> Parts(string block, int bits)
    {
        var (address, length) = Parse(block) ?? throw new ArgumentException($"'{block}' is no IPv4 block.", nameof(block));
        return Enumerable.Range(0, 1 << bits).Select(n => Text(address + ((uint)n << (32 - length - bits)), length + bits));
    }

    private static (uint Address, int Length)? Parse(string text) =>
        text.Split('/') is [var address, var length]
        && address.Split('.').Length == 4
        && IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() == address
        && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bits) && bits <= 32
            ? (Number(parsed), bits)
            : null;

    private static uint Number(IPAddress address) => address.GetAddressBytes().Aggregate(0u, (number, part) => (number << 8) | part);

    private static uint Mask(int length) => length == 0 ? 0 : uint.MaxValue << (32 - length);

    private static string Text(uint address, int length) =>
        string.Create(CultureInfo.InvariantCulture, $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}/{length}");
}
