namespace ServerlessMcp.Conformance;

/// <summary>What a suite counted; each failure named with its reason.</summary>
public sealed class SuiteResult
{
    private readonly List<string> failures = [];
    private readonly List<string> notes = [];
    private readonly Dictionary<string, int> skipped = new(StringComparer.Ordinal);

    public int Passed { get; private set; }

    public int Skipped => skipped.Values.Sum();

    public IReadOnlyList<string> Failures => failures;

    /// <summary>Count by reason.</summary>
    public IReadOnlyDictionary<string, int> SkipReasons => skipped;

    /// <summary>What was measured besides, such as times.</summary>
    public IReadOnlyList<string> Notes => notes;

    public void Pass() => Passed++;

    public void Fail(string name, string why) => failures.Add($"{name}: {why}");

    /// <param name="why">Few different texts, such as "state type Map is outside the subset".</param>
    public void Skip(string why) => skipped[why] = skipped.GetValueOrDefault(why) + 1;

    public void Note(string sentence) => notes.Add(sentence);

    public override string ToString() => $"{Passed} passed, {failures.Count} failed, {Skipped} skipped";
}
