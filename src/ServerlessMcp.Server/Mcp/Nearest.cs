namespace ServerlessMcp.Server.Mcp;

/// <summary>"Did you mean": the known names that a mistyped one is closest to.</summary>
internal static class Nearest
{
    /// <returns>A sentence that begins with a space, or nothing when no name is close.</returns>
    public static string Hint(string wrong, IEnumerable<string> known) =>
        Names(wrong, known) is { Count: > 0 } names ? $" Did you mean {string.Join(" or ", names.Select(name => $"'{name}'"))}?" : "";

    private static List<string> Names(string wrong, IEnumerable<string> known)
    {
        var most = wrong.Length <= 3 ? 1 : Math.Max(2, wrong.Length / 3); // 2: two letters that changed places
        return
        [
            .. known.Select(name => (name, distance: Distance(wrong.ToUpperInvariant(), name.ToUpperInvariant())))
                .Where(pair => pair.distance <= most)
                .OrderBy(pair => pair.distance)
                .Take(2)
                .Select(pair => pair.name),
        ];
    }

    /// <summary>Levenshtein distance; names here have at most 128 characters.</summary>
    private static int Distance(string left, string right)
    {
        if (Math.Abs(left.Length - right.Length) > 40)
        {
            return int.MaxValue;
        }

        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[right.Length];
    }
}
