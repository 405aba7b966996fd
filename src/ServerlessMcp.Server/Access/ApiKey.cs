using System.Security.Cryptography;
using System.Text;

namespace ServerlessMcp.Server.Access;

/// <summary>
/// <c>smcp_&lt;id: 12 hex&gt;_&lt;secret: 64 hex&gt;</c>. The secret is 256 random bits: nobody guesses it, so its stored form is a plain
/// SHA-256 and not a slow password hash (which would only make floods expensive for us).
/// </summary>
internal readonly record struct ApiKey(string Id, string Secret)
{
    public const string Prefix = "smcp_";

    private const int IdLength = 12;
    private const int SecretLength = 64;

    public static ApiKey New() => new(
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdLength / 2)),
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretLength / 2)));

    public static bool TryParse(string text, out ApiKey key)
    {
        key = default;
        if (text.Length != Prefix.Length + IdLength + 1 + SecretLength
            || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || text[Prefix.Length + IdLength] != '_')
        {
            return false;
        }

        var (id, secret) = (text.Substring(Prefix.Length, IdLength), text[^SecretLength..]);
        if (!id.All(char.IsAsciiHexDigitLower) || !secret.All(char.IsAsciiHexDigitLower))
        {
            return false;
        }

        key = new(id, secret);
        return true;
    }

    /// <summary>What is stored.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes($"smcp-key-1|{Id}|{Secret}"));

    /// <summary>The key itself: shown once, never logged; <see cref="object.ToString"/> does not show it.</summary>
    public string Reveal() => $"{Prefix}{Id}_{Secret}";

    public override string ToString() => $"{Prefix}{Id}_...";
}
