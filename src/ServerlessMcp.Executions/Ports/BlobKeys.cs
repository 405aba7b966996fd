using System.Text.RegularExpressions;

namespace ServerlessMcp.Executions.Ports;

/// <summary>What every adapter refuses before it goes to its store: a key that could mean another place.</summary>
public static partial class BlobKeys
{
    /// <exception cref="ArgumentException">Not 2 to 5 parts of 1 to 120 letters, digits, dashes, underscores and dots, none of them beginning with a dot.</exception>
    public static void Check(string key)
    {
        if (!Form().IsMatch(key))
        {
            throw new ArgumentException($"'{key}' is no blob key; one looks like EXEC/ex_1/a/output.", nameof(key));
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}){1,4}\z")]
    private static partial Regex Form();
}
