namespace ServerlessMcp.Planning.Permissions;

/// <summary>Texts with <c>*</c> (any characters, none too) and <c>?</c> (one), as in IAM policies. Each answer takes the product of the lengths in steps at most.</summary>
internal static class ArnGlob
{
    public static bool Matches(string pattern, string text, bool ignoreCase = false) =>
        Run(pattern, text, (one, other) => one == '?' || Same(one, other, ignoreCase), holesMeet: false);

    /// <summary>Whether the pattern matches the text whatever stands for the <c>*</c> of the text.</summary>
    public static bool Covers(string pattern, string text) =>
        Run(pattern, text, (one, other) => other != '*' && (one == '?' || one == other), holesMeet: false);

    /// <summary>Whether the pattern matches the text for something that may stand for the <c>*</c> of the text: in an ARN a part of it, without a colon.</summary>
    public static bool Overlaps(string pattern, string text) => text == "*" || Run(pattern, text, (one, other) => one == '?' || one == other, holesMeet: true);

    /// <param name="meets">One character of the pattern and one of the text; never a star of the pattern.</param>
    /// <param name="holesMeet">A star of the text, too, stands for any characters.</param>
    private static bool Run(string pattern, string text, Func<char, char, bool> meets, bool holesMeet)
    {
        // row[j]: the pattern up to here meets the first j characters of the text.
        var row = new bool[text.Length + 1];
        row[0] = true;
        for (var j = 1; holesMeet && j <= text.Length && text[j - 1] == '*'; j++)
        {
            row[j] = true;
        }

        foreach (var one in pattern)
        {
            var next = new bool[text.Length + 1];
            next[0] = one == '*' && row[0];
            for (var j = 1; j <= text.Length; j++)
            {
                var isHole = holesMeet && text[j - 1] == '*';
                next[j] = one == '*'
                    ? row[j] || next[j - 1]
                    : isHole ? (one != ':' && row[j]) || next[j - 1] : row[j - 1] && meets(one, text[j - 1]);
            }

            row = next;
        }

        return row[text.Length];
    }

    private static bool Same(char one, char other, bool ignoreCase) =>
        ignoreCase ? char.ToLowerInvariant(one) == char.ToLowerInvariant(other) : one == other;
}
