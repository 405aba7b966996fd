namespace ServerlessMcp.StatesLanguage.States.Choices;

/// <summary>StringMatches: <c>*</c> stands for any text, <c>\*</c> for a star, <c>\\</c> for a backslash.</summary>
internal static class Glob
{
    /// <summary>One place to come back to, so the time is at most text times pattern.</summary>
    public static bool Matches(string text, string pattern)
    {
        var (at, token, star, starAt) = (0, 0, -1, 0);
        var tokens = Tokens(pattern);
        while (at < text.Length)
        {
            if (token < tokens.Count && tokens[token] is null)
            {
                (star, starAt) = (token++, at);
            }
            else if (token < tokens.Count && tokens[token] == text[at])
            {
                token++;
                at++;
            }
            else if (star >= 0)
            {
                token = star + 1;
                at = ++starAt;
            }
            else
            {
                return false;
            }
        }

        return tokens.Skip(token).All(rest => rest is null);
    }

    /// <summary>Null is a star.</summary>
    private static List<char?> Tokens(string pattern)
    {
        var tokens = new List<char?>();
        for (var i = 0; i < pattern.Length; i++)
        {
            var isEscape = pattern[i] == '\\' && i + 1 < pattern.Length;
            tokens.Add(isEscape ? pattern[++i] : pattern[i] == '*' ? null : pattern[i]);
        }

        return tokens;
    }
}
