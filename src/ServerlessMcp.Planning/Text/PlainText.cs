using System.Globalization;

namespace ServerlessMcp.Planning.Text;

/// <summary>
/// What callers and AWS wrote, fit to be shown among lines of ours: it cannot begin a line, move a terminal's cursor, or turn the direction
/// of what follows.
/// </summary>
public static class PlainText
{
    /// <summary>Every character that is not to be seen becomes a space.</summary>
    public static string OneLine(string text) => Replace(text, keepsLines: false);

    /// <summary>The same for text that has been put together from lines of ours.</summary>
    public static string Lines(string text) => Replace(text, keepsLines: true);

    private static string Replace(string text, bool keepsLines) => text.Any(c => IsHidden(c, keepsLines))
        ? string.Concat(text.Select(c => IsHidden(c, keepsLines) ? ' ' : c))
        : text;

    /// <summary>Control characters (ESC, C1 too), line and paragraph separators, and marks such as the bidirectional overrides.</summary>
    private static bool IsHidden(char c, bool keepsLines) => c is '\n'
        ? !keepsLines
        : char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
