namespace ServerlessMcp.Server.Tools;

/// <summary>Divides room so that what needs little gets all it needs, and the rest is shared equally by those that need more.</summary>
internal static class FairShares
{
    /// <returns>In the order of <paramref name="needs"/>; together at most <paramref name="room"/>.</returns>
    public static int[] Of(IReadOnlyList<int> needs, int room)
    {
        var shares = new int[needs.Count];
        var left = needs.Count;
        foreach (var place in Enumerable.Range(0, needs.Count).OrderBy(place => needs[place]))
        {
            shares[place] = Math.Min(needs[place], Math.Max(0, room) / left);
            room -= shares[place];
            left--;
        }

        return shares;
    }
}
