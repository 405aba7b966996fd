using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ServerlessMcp.Server.Access;

/// <summary>Signs what travels through a browser or a client and comes back, for each purpose with a key of its own that is made from the pepper (HMAC-SHA256).</summary>
/// <remarks>A server without keys, where everybody is the same caller, signs with a secret that its process forgets.</remarks>
internal sealed class Signer(ServerOptions options)
{
    private readonly Peppers _peppers = options.Keys?.Peppers ?? Peppers.Make();

    /// <summary>Of the key that is signed with now.</summary>
    public string KeyName => _peppers.Current;

    /// <returns>43 characters of base64url.</returns>
    public string Sign(SignedFor purpose, string text) => Base64Url.EncodeToString(Mac(purpose, text, KeyName)!);

    /// <param name="keyName">As it was said beside the signature; an unknown one has signed nothing.</param>
    public bool IsSigned(SignedFor purpose, string text, string keyName, string signature)
    {
        Span<byte> said = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return signature.Length == Base64Url.GetEncodedLength(said.Length) && Base64Url.IsValid(signature)
            && Base64Url.TryDecodeFromChars(signature, said, out var length) && length == said.Length
            && Mac(purpose, text, keyName) is { } mac && CryptographicOperations.FixedTimeEquals(mac, said);
    }

    private byte[]? Mac(SignedFor purpose, string text, string keyName) =>
        _peppers.Derive($"smcp-{purpose}-v1", keyName) is { } key ? HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)) : null;
}

/// <summary>What a signature is for; one for the one is none for the other.</summary>
internal enum SignedFor { Link, Session, Form, RequestState }
