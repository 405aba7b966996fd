namespace ServerlessMcp.Server.Access;

/// <summary>Tokens of authorization servers, as an OAuth 2.1 resource server takes them.</summary>
/// <param name="Resource">The address that tokens must be for and that clients are told, such as <c>https://mcp.example.com/mcp</c>; never taken from a request.</param>
public sealed record JwtSettings(Uri Resource, IReadOnlyList<JwtIssuer> Issuers)
{
    public const string WellKnown = "/.well-known/oauth-protected-resource";

    /// <summary>Where the resource's metadata are.</summary>
    public Uri Metadata { get; } = new(Resource, WellKnown + Resource.AbsolutePath);

    /// <returns>What is wrong, each in a sentence that begins with the address.</returns>
    public IEnumerable<string> Problems()
    {
        if (!IsSafe(Resource) || Resource.Query.Length > 0 || Resource.Fragment.Length > 0 || Resource.AbsolutePath.EndsWith('/'))
        {
            yield return $"{Resource.OriginalString}: expected the https address of the endpoint without a slash at its end, such as https://mcp.example.com/mcp.";
        }

        foreach (var issuer in Issuers)
        {
            if (!Uri.TryCreate(issuer.Name, UriKind.Absolute, out var address) || !IsSafe(address) || address.Query.Length > 0 || address.Fragment.Length > 0)
            {
                yield return $"{issuer.Name}: expected the issuer's https address, as it stands in its tokens.";
            }
        }
    }

    /// <summary>https, or plain http to this machine itself.</summary>
    internal static bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);
}

/// <param name="Name">As <c>iss</c> says it, to the letter.</param>
/// <param name="PlainType">
/// True takes the type <c>JWT</c> too, as some issuers write it into access tokens; then the token must show that it is one, by <c>client_id</c> or <c>token_use</c>.
/// </param>
public sealed record JwtIssuer(string Name, bool PlainType = false)
{
    private const string Plain = " JWT";

    /// <param name="text">The name; <c> JWT</c> behind it is <see cref="PlainType"/>.</param>
    public static JwtIssuer Read(string text) => text.EndsWith(Plain, StringComparison.Ordinal) ? new(text[..^Plain.Length].Trim(), PlainType: true) : new(text);
}
