using System.Buffers;
using System.Security.Cryptography;

namespace ServerlessMcp.Executions;

/// <summary>Makes and checks ids: a prefix and 26 lower-case base32 characters (RFC 4648 alphabet) of 128 random bits.</summary>
public static class Ids
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int Length = 26;

    private static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);

    public static string New(string prefix)
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        return $"{prefix}_{Encode(random)}";
    }

    public static bool IsWellFormed(string id, string prefix) =>
        id.Length == prefix.Length + 1 + Length
        && id.StartsWith(prefix, StringComparison.Ordinal)
        && id[prefix.Length] == '_'
        && id.AsSpan(prefix.Length + 1).IndexOfAnyExcept(Allowed) < 0;

    private static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[Length];
        var (buffer, bits, next) = (0, 0, 0);
        foreach (var value in bytes)
        {
            buffer = (buffer << 8) | value;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text[next++] = Alphabet[(buffer >> bits) & 31];
            }

            buffer &= (1 << bits) - 1;
        }

        text[next] = Alphabet[(buffer << (5 - bits)) & 31];
        return new(text);
    }
}

/// <summary><c>pl_</c> and 26 base32 characters.</summary>
public readonly record struct PlanId(string Value)
{
    public static PlanId New() => new(Ids.New("pl"));

    public override string ToString() => Value;
}

/// <summary><c>ex_</c> and 26 base32 characters; also the MCP task id and the stem of the engine's run names.</summary>
public readonly record struct ExecutionId(string Value)
{
    public static ExecutionId New() => new(Ids.New("ex"));

    public override string ToString() => Value;
}
