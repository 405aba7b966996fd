using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ServerlessMcp.Planning.Text;

/// <summary>
/// What callers and AWS wrote, fit to be shown: it cannot begin a line among ours, move a terminal's cursor, turn the direction of what follows, or say anything that
/// a reader does not see.
/// </summary>
/// <remarks>
/// Taken out: escape sequences (ECMA-48 CSI), and what Unicode calls default-ignorable: zero-width, bidirectional and tag characters, variation selectors, fillers. Other
/// control characters become a space, half a surrogate pair U+FFFD.
/// </remarks>
public static class PlainText
{
    /// <summary>Bytes of UTF-8 of one line that somebody else wrote.</summary>
    public const int MostOfLine = 2048;

    private const int MostOfSequence = 40;

    /// <summary>On one line.</summary>
    public static string OneLine(string text) => Replace(text, Keeps.Nothing);

    /// <summary>Text that has been put together from lines of ours: its lines stay.</summary>
    public static string Lines(string text) => Replace(text, Keeps.Lines);

    /// <summary>A value as somebody else wrote it: its lines and tabs stay, a line of more than <see cref="MostOfLine"/> bytes is cut and says so. JSON in a string stays whole.</summary>
    public static string Data(string text) => Cut(Replace(text, Keeps.LinesAndTabs));

    /// <summary>The same without a cut.</summary>
    public static string Whole(string text) => Replace(text, Keeps.LinesAndTabs);

    /// <summary>True when nothing would be taken out or replaced.</summary>
    public static bool IsClean(string text) => !NeedsWork(text, Keeps.LinesAndTabs);

    private static string Replace(string text, Keeps keeps)
    {
        if (!NeedsWork(text, keeps))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        for (var n = 0; n < text.Length;)
        {
            if (text[n] is '\u001b' or '\u009b')
            {
                n += Sequence(text, n);
            }
            else if (Rune.TryGetRuneAt(text, n, out var rune))
            {
                n += rune.Utf16SequenceLength;
                if (text[n - 1] != '\r' || n == text.Length || text[n] != '\n')
                {
                    Add(clean, rune, keeps);
                }
            }
            else
            {
                clean.Append('\uFFFD');
                n++;
            }
        }

        return clean.ToString();
    }

    private static void Add(StringBuilder clean, Rune rune, Keeps keeps)
    {
        if (IsIgnorable(rune.Value))
        {
            return;
        }

        clean.Append(IsKept(rune.Value, keeps) ? rune.ToString() : " ");
    }

    private static bool NeedsWork(string text, Keeps keeps)
    {
        for (var n = 0; n < text.Length; n++)
        {
            var c = text[n];
            if (c is >= ' ' and < '\u007f')
            {
                continue;
            }

            if (char.IsHighSurrogate(c) && n + 1 < text.Length && char.IsLowSurrogate(text[n + 1]))
            {
                if (IsIgnorable(char.ConvertToUtf32(c, text[++n])))
                {
                    return true;
                }
            }
            else if (char.IsSurrogate(c) || IsIgnorable(c) || !IsKept(c, keeps))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsKept(int value, Keeps keeps) => value switch
    {
        '\n' => keeps != Keeps.Nothing,
        '\t' => keeps == Keeps.LinesAndTabs,
        _ => CharUnicodeInfo.GetUnicodeCategory(value) is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator),
    };

    /// <remarks>Source: Unicode, DerivedCoreProperties, Default_Ignorable_Code_Point; and all of the category Format.</remarks>
    private static bool IsIgnorable(int value) => value switch
    {
        < 0xAD => false,
        0x34F or 0x3164 or 0xFFA0 => true,
        >= 0x115F and <= 0x1160 or >= 0x17B4 and <= 0x17B5 or >= 0x180B and <= 0x180F or >= 0x2060 and <= 0x206F => true,
        >= 0xFE00 and <= 0xFE0F or >= 0xFFF0 and <= 0xFFF8 or >= 0xE0000 and <= 0xE0FFF => true,
        _ => CharUnicodeInfo.GetUnicodeCategory(value) == UnicodeCategory.Format,
    };

    /// <returns>How many characters from <paramref name="start"/> on a terminal would obey: a control sequence, or the escape alone. What follows stays to be seen.</returns>
    private static int Sequence(string text, int start)
    {
        var at = text[start] == '\u009b' ? start + 1 : start + 2;
        if (at > text.Length || (text[start] == '\u001b' && text[start + 1] != '['))
        {
            return 1;
        }

        var end = at;
        while (end < text.Length && end - at < MostOfSequence && text[end] is >= ' ' and <= '?')
        {
            end++;
        }

        return end < text.Length && text[end] is >= '@' and <= '~' ? end + 1 - start : at - start;
    }

    private static string Cut(string text)
    {
        if (text.Length * 3 <= MostOfLine || IsJson(text))
        {
            return text;
        }

        var lines = text.Split('\n');
        return Array.Exists(lines, IsLong) ? string.Join('\n', lines.Select(line => IsLong(line) ? CutLine(line) : line)) : text;
    }

    private static bool IsLong(string line) => line.Length > MostOfLine || (line.Length * 3 > MostOfLine && Encoding.UTF8.GetByteCount(line) > MostOfLine);

    private static string CutLine(string line)
    {
        var (kept, bytes) = (0, 0);
        foreach (var rune in line.EnumerateRunes())
        {
            if ((bytes += rune.Utf8SequenceLength) > MostOfLine)
            {
                break;
            }

            kept += rune.Utf16SequenceLength;
        }

        return $"{line[..kept]} [cut: {line.Length - kept} more characters]";
    }

    /// <summary>A policy, a template, a definition: cut in the middle it would be worth nothing, and the answer as a whole is bounded.</summary>
    private static bool IsJson(string text)
    {
        var json = text.StartsWith("%7B", StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(text) : text;
        if (json.AsSpan().TrimStart() is not (['{', ..] or ['[', ..]))
        {
            return false;
        }

        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private enum Keeps { Nothing, Lines, LinesAndTabs }
}
