namespace ServerlessMcp.AwsApi.Search;

/// <summary>What each operation has got for one question so far.</summary>
internal sealed class ScoreBoard(SearchIndex index)
{
    private const double Saturation = 2.2;
    private const double Others = 0.15;
    private const double SeveralWords = 1.35;
    private const double CoverageFloor = 0.25;

    private readonly double[] _scores = new double[index.Operations.Count];
    private readonly double[] _covered = new double[index.Operations.Count];
    private readonly double[] _best = new double[index.Operations.Count];
    private readonly double[] _sum = new double[index.Operations.Count];
    private readonly double[] _term = new double[index.Operations.Count];
    private readonly List<int> _inGroup = [];
    private readonly List<int> _inTerm = [];
    private readonly HashSet<int> _asked = [];
    private double _all;

    /// <summary>The sum over the groups, less when an operation leaves groups unanswered: one that has a bit of everything beats one that has much of one.</summary>
    public double Score(int operation) => _scores[operation] == 0
        ? 0
        : _scores[operation] * (CoverageFloor + ((1 - CoverageFloor) * _covered[operation] / _all));

    public bool WasAsked(int stem) => _asked.Contains(stem);

    /// <summary>A group gives what its best term gives, and a little for the others.</summary>
    public void Add(WordGroup group)
    {
        double most = 0;
        foreach (var term in group.Terms)
        {
            most = Math.Max(most, term.Weight * term.Stems.Average(index.Rarity));
            Add(term);
        }

        _all += most;
        foreach (var operation in _inGroup)
        {
            var got = _best[operation] + ((_sum[operation] - _best[operation]) * Others);
            _scores[operation] += got;
            _covered[operation] += Math.Min(most, 2 * got);
            (_best[operation], _sum[operation]) = (0, 0);
        }

        _inGroup.Clear();
    }

    private void Add(Term term)
    {
        foreach (var stem in term.Stems)
        {
            _asked.Add(stem);
            var rarity = index.Rarity(stem) * term.Weight / term.Stems.Length;
            foreach (var (operation, weight) in index.Postings(stem))
            {
                if (_term[operation] == 0)
                {
                    _inTerm.Add(operation);
                }

                _term[operation] += rarity * weight / (weight + Saturation);
            }
        }

        foreach (var operation in _inTerm)
        {
            if (_sum[operation] == 0)
            {
                _inGroup.Add(operation);
            }

            var got = term.Stems.Length > 1 ? _term[operation] * SeveralWords : _term[operation];
            _best[operation] = Math.Max(_best[operation], got);
            _sum[operation] += got;
            _term[operation] = 0;
        }

        _inTerm.Clear();
    }
}
