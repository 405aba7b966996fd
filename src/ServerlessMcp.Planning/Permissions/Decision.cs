namespace ServerlessMcp.Planning.Permissions;

internal enum Ruling
{
    Allowed,

    /// <summary>No statement allows it.</summary>
    ImplicitDeny,

    /// <summary>A statement denies it.</summary>
    ExplicitDeny,

    /// <summary>It depends on what is not known here.</summary>
    Unknown,
}

/// <summary>Whether one action is allowed on one resource.</summary>
/// <param name="Why">Empty when allowed; else ends a sentence that says it is denied, or not known.</param>
internal sealed record Decision(Ruling Ruling, string Why = "")
{
    public static Decision Allowed { get; } = new(Ruling.Allowed);

    /// <summary>Of <see cref="Ruling.Unknown"/>: a statement may deny it, which is worth a warning.</summary>
    public bool MayBeDenied { get; init; }

    /// <summary>Context keys of conditions that were not known when it was decided.</summary>
    public IReadOnlyList<string> Conditions { get; init; } = [];
}
