using System.Text.RegularExpressions;

namespace ServerlessMcp.Executions.Policies;

/// <summary>Texts in which a <c>*</c> at the end stands for any rest.</summary>
public static partial class Wildcard
{
    public const string Right = "service:Operation, each with a * at its end or alone, such as ec2:StopInstances, ec2:*, *:Delete*, or * for all";

    public static bool Matches(string pattern, string text, StringComparison comparison = StringComparison.Ordinal) =>
        pattern.EndsWith('*') ? text.StartsWith(pattern[..^1], comparison) : text.Equals(pattern, comparison);

    /// <summary>Names of services and operations are compared in any case, as IAM does with actions.</summary>
    public static bool MatchesOperation(string pattern, string service, string operation)
    {
        if (pattern == "*")
        {
            return true;
        }

        var colon = pattern.IndexOf(':', StringComparison.Ordinal);
        return Matches(pattern[..colon], service, StringComparison.OrdinalIgnoreCase)
            && Matches(pattern[(colon + 1)..], operation, StringComparison.OrdinalIgnoreCase);
    }

    public static bool IsOperation(string pattern) => Operation().IsMatch(pattern);

    /// <summary>A star anywhere else than at the end would be read as itself.</summary>
    public static bool IsText(string pattern) => pattern.Length > 0 && pattern.IndexOf('*', StringComparison.Ordinal) is var star && (star < 0 || star == pattern.Length - 1);

    [GeneratedRegex(@"^(\*|([A-Za-z0-9-]+\*?|\*):([A-Za-z0-9]+\*?|\*))$")]
    private static partial Regex Operation();
}
