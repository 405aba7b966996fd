namespace ServerlessMcp.AwsApi.Search;

/// <summary>What the words and phrases of a question also stand for, from <c>synonyms.txt</c>.</summary>
internal sealed class Synonyms
{
    public const int MaxPhrase = 4;

    private readonly Dictionary<string, Meaning> _meanings = new(StringComparer.Ordinal);

    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    private Synonyms(string text, IEnumerable<string> services)
    {
        foreach (var service in services)
        {
            var words = Words.Of(service);
            Add(string.Join(' ', words), new([], [service]));
            Add(string.Concat(words), new([], [service]));
        }

        foreach (var line in Sayings.Lines(text))
        {
            var arrow = line.IndexOf("->", StringComparison.Ordinal);
            var meant = Split(line[(arrow + 2)..]);
            var meaning = new Meaning(
                [.. meant.Where(term => term[0] != '@').Select(StemsOf)], [.. meant.Where(term => term[0] == '@').Select(term => term[1..])]);
            foreach (var said in Split(line[..arrow]))
            {
                Add(said, meaning);
            }
        }
    }

    public static Synonyms Load(IEnumerable<string> services) => new(SearchIndex.Text("synonyms.txt"), services);

    /// <param name="phrase">Stems of one to <see cref="MaxPhrase"/> words, with single spaces.</param>
    public Meaning? Find(string phrase) => _meanings.GetValueOrDefault(phrase);

    /// <summary>All words of all phrases.</summary>
    public IReadOnlySet<string> Said => _said;

    private void Add(string said, Meaning meaning)
    {
        _said.UnionWith(Words.Of(said));
        var key = string.Join(' ', StemsOf(said));
        _meanings[key] = _meanings.TryGetValue(key, out var known)
            ? new([.. known.Terms, .. meaning.Terms], [.. known.Services.Union(meaning.Services)])
            : meaning;
    }

    private static string[] StemsOf(string words) => [.. Words.Of(words).Select(Stemmer.Of)];

    private static string[] Split(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <param name="Terms">Each the stems of a word or of a few that belong together.</param>
/// <param name="Services">Canonical names.</param>
internal sealed record Meaning(IReadOnlyList<string[]> Terms, IReadOnlyList<string> Services);
