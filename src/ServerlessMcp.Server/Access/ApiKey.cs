using System.Security.Cryptography;
using System.Text;

namespace ServerlessMcp.Server.Access;

/// <summary>
/// <c>smcp_&lt;environment&gt;_&lt;id: 12 base32&gt;_&lt;secret: 43 base62&gt;&lt;check: 6 base62&gt;</c>. The beginning is for programs that look for
/// lost secrets; the check, a CRC-32 of all before it, tells a typing error or a random text from a key without a look into the table.
/// </summary>
/// <remarks>The secret has 256 random bits: nobody guesses it, so it is not stretched (see <see cref="Peppers"/>).</remarks>
internal readonly record struct ApiKey(string Environment, string Id, string Secret)
{
    public const string Prefix = "smcp_";

    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int IdLength = 12;
    private const int SecretLength = 43;
    private const int CheckLength = 6;

    public static ApiKey New(string environment) => new(
        environment, RandomNumberGenerator.GetString(Base32, IdLength), RandomNumberGenerator.GetString(Base62, SecretLength));

    public static bool TryParse(string text, out ApiKey key)
    {
        key = default;
        if (text.Length > 100 || text.Split('_') is not ["smcp", var environment, var id, { Length: SecretLength + CheckLength } rest]
            || !IsEnvironment(environment) || id.Length != IdLength || !id.All(Base32.Contains) || !rest.All(Base62.Contains))
        {
            return false;
        }

        key = new(environment, id, rest[..SecretLength]);
        return key.Check() == rest[SecretLength..];
    }

    /// <summary>2 to 16 of a-z and 0-9.</summary>
    public static bool IsEnvironment(string text) => text.Length is >= 2 and <= 16 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c));

    /// <summary>The key itself: shown once, never logged; <see cref="object.ToString"/> does not show it.</summary>
    public string Reveal() => $"{Checked}{Check()}";

    public override string ToString() => $"{Prefix}{Environment}_{Id}_...";

    private string Checked => $"{Prefix}{Environment}_{Id}_{Secret}";

    private string Check()
    {
        var rest = Crc32(Encoding.ASCII.GetBytes(Checked));
        Span<char> digits = stackalloc char[CheckLength];
        for (var n = CheckLength - 1; n >= 0; n--)
        {
            (digits[n], rest) = (Base62[(int)(rest % 62)], rest / 62);
        }

        return new(digits);
    }

    /// <summary>As in zip and PNG: reflected, polynomial 0xEDB88320.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0xEDB88320);
            }
        }

        return ~crc;
    }
}
