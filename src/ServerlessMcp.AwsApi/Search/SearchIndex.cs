using System.Buffers.Text;
using System.Reflection;
using System.Text;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Search;

/// <summary>Which operations hold which stems, and how much each counts there. Read once, when the first question comes.</summary>
/// <remarks>
/// The embedded text (Models/search.cjs): line 1 all words; then <c>service name access|name|text|input|output</c>, the fields as numbers of words.
/// <c>sayings.txt</c> is a fifth field. A posting's number is the weighted sum over the fields of BM25F, before saturation.
/// </remarks>
internal sealed class SearchIndex
{
    private static readonly double[] FieldWeight = [3.0, 0.8, 0.3, 0.3, 2.6];
    private static readonly double[] FieldLengthPower = [0.5, 0.5, 0.8, 0.8, 0.2];

    private const double NamedWeight = 3.5;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _stems = [];
    private readonly HashSet<string> _words = new(StringComparer.Ordinal);
    private readonly List<Posting>[] _postings;
    private readonly double[] _rarity;

    private SearchIndex(byte[] text, string sayings)
    {
        var lines = text.AsMemory();
        var vocabulary = Encoding.UTF8.GetString(Line(ref lines).Span).Split(' ');
        var numbers = Array.ConvertAll(vocabulary, word => Search.Words.SaysNothing(word) ? -1 : Number(Stemmer.Of(word)));
        var fields = new List<int[][]>();
        var operations = new List<SearchEntry>();
        while (lines.Length > 0)
        {
            var parts = Fields(Line(ref lines).Span, numbers, out var entry);
            operations.Add(entry);
            parts[0] = [.. parts[0], Number(Stemmer.Of(entry.Name.ToLowerInvariant()))]; // written in one word
            fields.Add(parts);
        }

        _words.UnionWith(vocabulary);
        AddSayings(sayings, operations, fields);
        Operations = operations;
        _postings = new List<Posting>[_stems.Count];
        Fill(fields);
        _rarity = [.. _postings.Select(Rarity)];
    }

    public IReadOnlyList<SearchEntry> Operations { get; }

    /// <summary>All words of all operations, as they are written.</summary>
    public IReadOnlySet<string> Words => _words;

    public static SearchIndex Load() => new(
        ServiceModel.ReadResource("search") ?? throw new InvalidOperationException("The search index is not embedded."), Text("sayings.txt"));

    /// <summary>A text file of this folder.</summary>
    public static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("search/" + name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>-1 for a stem that no operation holds.</summary>
    public int Find(string stem) => _numbers.GetValueOrDefault(stem, -1);

    public IReadOnlyList<Posting> Postings(int stem) => _postings[stem] ?? [];

    /// <summary>How rare the stem is, from 0 for one that is everywhere. A mention in a text counts less than a name.</summary>
    public double Rarity(int stem) => _rarity[stem];

    private double Rarity(List<Posting> postings)
    {
        var holders = postings.Sum(posting => Math.Min(1, posting.Weight / NamedWeight));
        return Math.Log(1 + ((Operations.Count - holders + 0.5) / (holders + 0.5)));
    }

    private static ReadOnlyMemory<byte> Line(ref Memory<byte> text)
    {
        var end = text.Span.IndexOf((byte)'\n');
        var line = text[..end];
        text = text[(end + 1)..];
        return line;
    }

    private static int[][] Fields(ReadOnlySpan<byte> line, int[] numbers, out SearchEntry entry)
    {
        var bar = line.IndexOf((byte)'|');
        var head = Encoding.UTF8.GetString(line[..bar]).Split(' ');
        var fields = new int[FieldWeight.Length][];
        for (var f = 0; f < fields.Length - 1; f++)
        {
            line = line[(bar + 1)..];
            bar = line.IndexOf((byte)'|');
            fields[f] = ParseNumbers(bar < 0 ? line : line[..bar], numbers);
        }

        fields[^1] = [];
        entry = new(head[0], head[1], IsRead: head[2][0] == 'r', IsDeprecated: head[2].Length > 1, fields[0]);
        return fields;
    }

    private static int[] ParseNumbers(ReadOnlySpan<byte> text, int[] numbers)
    {
        var found = new List<int>();
        while (Utf8Parser.TryParse(text, out int number, out var used))
        {
            if (numbers[number] >= 0)
            {
                found.Add(numbers[number]);
            }

            text = text[Math.Min(used + 1, text.Length)..];
        }

        return [.. found];
    }

    private void AddSayings(string sayings, List<SearchEntry> operations, List<int[][]> fields)
    {
        var places = new Dictionary<(string, string), int>();
        for (var i = 0; i < operations.Count; i++)
        {
            places[(operations[i].Service, operations[i].Name)] = i;
        }

        foreach (var (service, name, words) in Sayings.Parse(sayings))
        {
            // A service whose model is not embedded yet may have sayings already.
            if (places.TryGetValue((service, name), out var place))
            {
                var said = Search.Words.Of(words);
                _words.UnionWith(said);
                fields[place][^1] = [.. said.Where(word => !Search.Words.SaysNothing(word)).Select(word => Number(Stemmer.Of(word)))];
                operations[place] = operations[place] with { IsUsual = true };
            }
        }
    }

    private int Number(string stem)
    {
        if (!_numbers.TryGetValue(stem, out var number))
        {
            _numbers[stem] = number = _stems.Count;
            _stems.Add(stem);
        }

        return number;
    }

    private void Fill(List<int[][]> fields)
    {
        var weights = new double[_stems.Count];
        var held = new List<int>();
        var means = Enumerable.Range(0, FieldWeight.Length)
            .Select(f => fields.Where(doc => doc[f].Length > 0).Select(doc => (double)doc[f].Length).DefaultIfEmpty(1).Average()).ToArray();
        for (var doc = 0; doc < fields.Count; doc++)
        {
            for (var f = 0; f < FieldWeight.Length; f++)
            {
                var power = FieldLengthPower[f];
                var each = FieldWeight[f] / (1 - power + (power * fields[doc][f].Length / means[f]));
                foreach (var stem in fields[doc][f])
                {
                    if (weights[stem] == 0)
                    {
                        held.Add(stem);
                    }

                    weights[stem] += each;
                }
            }

            foreach (var stem in held)
            {
                (_postings[stem] ??= []).Add(new(doc, (float)weights[stem]));
                weights[stem] = 0;
            }

            held.Clear();
        }
    }
}

/// <param name="Weight">Of the stem in the operation, over all fields.</param>
internal readonly record struct Posting(int Operation, float Weight);

/// <param name="NameStems">The name's words, in order.</param>
internal sealed record SearchEntry(string Service, string Name, bool IsRead, bool IsDeprecated, int[] NameStems)
{
    /// <summary>People use it: it stands in <c>sayings.txt</c>.</summary>
    public bool IsUsual { get; init; }
}
