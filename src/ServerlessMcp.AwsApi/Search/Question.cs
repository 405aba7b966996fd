namespace ServerlessMcp.AwsApi.Search;

/// <summary>A question as the search sees it: what each of its words may mean, the services it hints at, whether it wants to know or to change.</summary>
/// <param name="Groups">One a word or phrase.</param>
internal sealed record Question(IReadOnlyList<WordGroup> Groups, IReadOnlySet<string> Services, bool? WantsRead)
{
    private const double Meant = 0.8;
    private const double InPhrase = 0.5;
    private const double Misspelt = 0.7;
    private const double WhoDid = 2.5;
    private const int MostBetween = 4;

    public static Question Of(string text, SearchIndex index, Synonyms synonyms)
    {
        var words = Words.Of(Literals.Name(text)).ConvertAll(said =>
        {
            var word = synonyms.Said.Contains(said) || index.Words.Contains(said) ? said : Spelling.Corrected(said, synonyms.Said, index.Words);
            return new Asked(word, Stemmer.Of(word), word == said ? 1 : Misspelt);
        });
        var groups = new List<WordGroup>();
        var services = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < words.Count;)
        {
            var (length, meaning) = Longest(words, i, synonyms);
            meaning = length == 1 ? Apart(words, i, synonyms) ?? meaning : meaning;
            if (Group(words.GetRange(i, length), meaning, IsWhoDid(words, i) ? WhoDid : 1, index) is { Terms.Count: > 0 } group)
            {
                groups.Add(group);
            }

            services.UnionWith(meaning?.Services ?? []);
            i += length;
        }

        return new(groups, services, Intent.Of(words.Select(word => word.Text)));
    }

    /// <summary>"who renamed", "who shut": a question to the audit trail, whatever was done.</summary>
    private static bool IsWhoDid(List<Asked> words, int start) =>
        words[start].Text == "who" && start + 1 < words.Count && words[start + 1].Text is [.., 'e', 'd'] or "put" or "set" or "shut" or "ran" or "sent" or "made" or "took";

    private static (int Length, Meaning? Meaning) Longest(List<Asked> words, int start, Synonyms synonyms)
    {
        if (IsWhoDid(words, start))
        {
            return (1, synonyms.Find("who did"));
        }

        for (var length = Math.Min(Synonyms.MaxPhrase, words.Count - start); length > 0; length--)
        {
            if (synonyms.Find(string.Join(' ', words.GetRange(start, length).Select(word => word.Stem))) is { } meaning)
            {
                return (length, meaning);
            }
        }

        return (1, null);
    }

    /// <summary>"take the box out" is "take out": a verb whose particle stands a few words behind it.</summary>
    private static Meaning? Apart(List<Asked> words, int start, Synonyms synonyms) => words
        .Skip(start + 2).Take(MostBetween).Where(word => word.Text is "out" or "off" or "on" or "up" or "down" or "back" or "away")
        .Select(word => synonyms.Find($"{words[start].Stem} {word.Stem}")).FirstOrDefault(meaning => meaning is not null);

    /// <summary>A phrase counts as what it means, and its words by themselves a little.</summary>
    private static WordGroup Group(List<Asked> words, Meaning? meaning, double emphasis, SearchIndex index)
    {
        var sure = words.Min(word => word.Sure) * emphasis;
        var terms = new List<Term>();
        foreach (var meant in meaning?.Terms ?? [])
        {
            var stems = Array.ConvertAll(meant, index.Find);
            if (!stems.Contains(-1))
            {
                terms.Add(new(stems, sure * (words.Count == 1 ? Meant : 1)));
            }
        }

        foreach (var word in words.Where(word => !Words.SaysNothing(word.Text)))
        {
            if (index.Find(word.Stem) is >= 0 and var stem)
            {
                terms.Add(new([stem], word.Sure * (words.Count == 1 ? 1 : InPhrase)));
            }
        }

        return new(terms);
    }

    /// <param name="Sure">Less than 1 when the word was written otherwise.</param>
    private readonly record struct Asked(string Text, string Stem, double Sure);
}

/// <summary>Terms of which the best counts in full and the others a little.</summary>
internal sealed record WordGroup(IReadOnlyList<Term> Terms);

/// <param name="Stems">One, or several that belong together.</param>
internal sealed record Term(int[] Stems, double Weight);
