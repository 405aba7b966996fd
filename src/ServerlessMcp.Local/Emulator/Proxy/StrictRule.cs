namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>
/// Something AWS refuses and the emulator lets through; <c>strict-rules.json</c> has them all. One of four forms: a read whose answer
/// matches, a member that does not match, a cool-down after another operation on the same name, or another change under way.
/// </summary>
internal sealed record StrictRule
{
    public required string Id { get; init; }

    public required string Service { get; init; }

    public required IReadOnlyList<string> Operations { get; init; }

    /// <summary>Applies only when the request has this member.</summary>
    public string? Has { get; init; }

    /// <summary>A query to ask the emulator with; <c>{Member}</c> is filled in, <c>{Member*}</c> as a name copies all its numbered members.</summary>
    public IReadOnlyDictionary<string, string>? Read { get; init; }

    /// <summary><c>{Member}</c> is filled in as it is written.</summary>
    public string? RefuseWhenAnswerMatches { get; init; }

    /// <summary>With <c>*</c> at its end or inside: every such member is looked at.</summary>
    public string? Member { get; init; }

    public string? RefuseUnlessMatches { get; init; }

    public string? CoolAfter { get; init; }

    /// <summary>The member of <see cref="CoolAfter"/> whose last path segment is the same name as <see cref="Member"/>'s.</summary>
    public string? CoolMember { get; init; }

    public double CoolSeconds { get; init; }

    /// <summary>Operations after which what <see cref="Member"/> names is changing, for so many <see cref="Looks"/>.</summary>
    public IReadOnlyList<string> BusyAfter { get; init => field = value ?? []; } = [];

    public int Looks { get; init; }

    /// <summary>The reads that count as looks; their answers have <see cref="ShownAs"/> in place of the pattern <see cref="Shown"/> meanwhile.</summary>
    public IReadOnlyList<string> LooksBy { get; init => field = value ?? []; } = [];

    public string? Shown { get; init; }

    public string? ShownAs { get; init; }

    public required string Code { get; init; }

    public required int Status { get; init; }

    public required string Message { get; init; }

    /// <summary>The AWS documentation page that says so.</summary>
    public required string Source { get; init; }
}
