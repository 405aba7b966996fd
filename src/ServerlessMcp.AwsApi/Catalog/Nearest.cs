namespace ServerlessMcp.AwsApi.Catalog;

/// <summary>"Did you mean": the names with the fewest edits to a given one.</summary>
public static class Nearest
{
    /// <summary>At most <paramref name="count"/> names, nearest first, joined by commas; only one if it differs in nothing but case.</summary>
    public static string Of(string wrong, IEnumerable<string> names, int count = 3)
    {
        var nearest = names.Select(name => (name, distance: Distance(name, wrong)))
            .OrderBy(pair => pair.distance).ThenBy(pair => pair.name, StringComparer.Ordinal).ToList();
        return string.Join(", ", nearest.Take(nearest is [{ distance: 0 }, ..] ? 1 : count).Select(pair => pair.name));
    }

    /// <summary>Levenshtein's distance, in any case of letters.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                var replaced = diagonal + (same ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, replaced);
            }
        }

        return row[^1];
    }
}
