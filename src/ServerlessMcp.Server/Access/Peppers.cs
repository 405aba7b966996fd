using System.Security.Cryptography;
using System.Text;

namespace ServerlessMcp.Server.Access;

/// <summary>
/// The secrets that keys are hashed with, each under its name: whoever has only the table cannot tell whether a text is a key.
/// New keys use the first; a key of an older one goes over to the first when it is used.
/// </summary>
/// <remarks>HMAC-SHA256 and no slow password hash: that protects secrets that can be guessed, and would make floods dear for us.</remarks>
public sealed class Peppers
{
    private const int Bytes = 32;

    private readonly IReadOnlyList<(string Name, byte[] Secret)> _all;

    private Peppers(IReadOnlyList<(string Name, byte[] Secret)> all) => _all = all;

    /// <summary>The name of the one that new keys use.</summary>
    public string Current => _all[0].Name;

    public static Peppers Make() => new([($"p{RandomNumberGenerator.GetHexString(8, lowercase: true)}", RandomNumberGenerator.GetBytes(Bytes))]);

    /// <param name="text"><c>NAME:BASE64</c> of 32 bytes or more, with commas between; the first is for new keys.</param>
    /// <returns>Null when it is not that.</returns>
    public static Peppers? Parse(string text)
    {
        var all = new List<(string, byte[])>();
        foreach (var one in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var secret = new byte[one.Length];
            if (one.Split(':') is not [{ Length: >= 1 and <= 32 } name, var written] || !name.All(char.IsAsciiLetterOrDigit)
                || !Convert.TryFromBase64String(written, secret, out var length) || length < Bytes)
            {
                return null;
            }

            all.Add((name, secret[..length]));
        }

        return all.Count > 0 && all.DistinctBy(one => one.Item1).Count() == all.Count ? new(all) : null;
    }

    /// <summary>As <see cref="Parse"/> reads it: for a file that only its owner may read.</summary>
    public string Reveal() => string.Join(',', _all.Select(one => $"{one.Name}:{Convert.ToBase64String(one.Secret)}"));

    /// <summary>Keeps the peppers out of logs.</summary>
    public override string ToString() => nameof(Peppers);

    /// <returns>Null when there is no pepper of this name.</returns>
    internal byte[]? Hash(ApiKey key, string name) => _all.FirstOrDefault(one => one.Name == name).Secret is { } secret
        ? HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"smcp-key-v1|{key.Id}|{key.Secret}"))
        : null;

    /// <summary>A key for another use than hashing keys: one of 256 bits for each purpose.</summary>
    /// <returns>Null when there is no pepper of this name.</returns>
    internal byte[]? Derive(string purpose, string name) => _all.FirstOrDefault(one => one.Name == name).Secret is { } secret
        ? HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(purpose))
        : null;
}
