namespace ServerlessMcp.Executions.Secrecy;

/// <summary>Whether a member, a variable or a tag holds a secret by its name: <c>DB_PASSWORD</c>, <c>clientSecret</c>, <c>x-api-key</c>.</summary>
public static class SecretNames
{
    private static readonly string[] Endings =
    [
        "password", "passwd", "passphrase", "pwd", "secret", "secretkey", "secretaccesskey", "secretstring", "secretbinary", "secretvalue", "apikey", "accesskey",
        "privatekey", "connectionstring", "authorization", "cookie", "signature", "securitytoken", "token",
    ];

    /// <summary>A place in a list, or what makes a repetition harmless: known to whoever asked, and needed to ask again.</summary>
    private static readonly string[] PlainTokens =
    [
        "nexttoken", "clienttoken", "clientrequesttoken", "continuationtoken", "pagetoken", "paginationtoken", "starttoken", "startingtoken", "idempotencytoken",
        "forwardtoken", "backwardtoken", "updatetoken", "creationtoken", "sequencetoken", "synctoken", "locktoken", "callertoken",
    ];

    public static bool Holds(string name)
    {
        if (name.Length is 0 or > 200)
        {
            return false;
        }

        var plain = string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        return Endings.Any(ending => plain.EndsWith(ending, StringComparison.Ordinal))
            && !PlainTokens.Any(token => plain.EndsWith(token, StringComparison.Ordinal));
    }
}
