namespace ServerlessMcp.AwsApi.Search;

/// <summary>The known word that a mistyped one is nearest to.</summary>
internal static class Spelling
{
    /// <summary>
    /// The nearest word, those of the first list before those of the second; the word itself if none is near. One edit for words of four to six letters,
    /// two for longer ones; none for shorter ones and those with digits, which are too like each other.
    /// </summary>
    public static string Corrected(string word, IReadOnlySet<string> first, IReadOnlySet<string> second)
    {
        var most = word.Length switch { < 4 => 0, < 7 => 1, _ => 2 };
        if (most == 0 || word.Any(char.IsDigit))
        {
            return word;
        }

        int[][] rows = [new int[word.Length + 1], new int[word.Length + 1], new int[word.Length + 1]];
        var (best, least) = (word, most + 1);
        foreach (var known in first.Concat(second))
        {
            if (known.Length > 3 && Math.Abs(known.Length - word.Length) < least && Edits(word, known, least - 1, rows) is var edits && edits < least)
            {
                (best, least) = (known, edits);
            }
        }

        return best;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours; more than <paramref name="most"/> as soon as it is sure to be more.</summary>
    private static int Edits(string a, string b, int most, int[][] rows)
    {
        var width = a.Length + 1;
        var (older, old, now) = (rows[0], rows[1], rows[2]);
        for (var j = 0; j < width; j++)
        {
            old[j] = j;
        }

        for (var i = 1; i <= b.Length; i++)
        {
            now[0] = i;
            var least = i;
            for (var j = 1; j < width; j++)
            {
                now[j] = Math.Min(Math.Min(now[j - 1], old[j]) + 1, old[j - 1] + (a[j - 1] == b[i - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[j - 1] == b[i - 2] && a[j - 2] == b[i - 1])
                {
                    now[j] = Math.Min(now[j], older[j - 2] + 1);
                }

                least = Math.Min(least, now[j]);
            }

            if (least > most)
            {
                return most + 1;
            }

            (older, old, now) = (old, now, older);
        }

        return old[width - 1];
    }
}
