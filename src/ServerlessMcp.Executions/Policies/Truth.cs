namespace ServerlessMcp.Executions.Policies;

/// <summary>Whether a condition holds; from worst to best known, so that "and" is the least and "or" the greatest.</summary>
public enum Truth
{
    No,

    /// <summary>What it asks is not known now.</summary>
    Unknown,

    Yes,
}

internal static class Truths
{
    public static Truth Of(bool holds) => holds ? Truth.Yes : Truth.No;

    /// <summary>None: holds.</summary>
    public static Truth All(IEnumerable<Truth> truths) => truths.DefaultIfEmpty(Truth.Yes).Min();

    public static Truth Not(Truth truth) => (Truth)(Truth.Yes - truth);

    /// <summary>Of values that stand for one attribute: they agree, or it is not known.</summary>
    public static Truth Agreed(IEnumerable<Truth> truths)
    {
        var all = truths.Distinct().ToList();
        return all.Count == 1 ? all[0] : Truth.Unknown;
    }
}
