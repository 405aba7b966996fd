namespace ServerlessMcp.AwsApi.Search;

/// <summary>Finds AWS operations by what a person says. Pure, thread safe; everything is read when the first question comes.</summary>
/// <remarks>
/// BM25F over the operations' names, documentation, members and sayings; each word of a question counts by its best meaning; an operation gains when the
/// question hints at its service, when all of its name is asked for, and when it reads for a question that wants to know.
/// </remarks>
public sealed class OperationSearch
{
    public const int MaxQuestion = 500;

    private const double ServiceGain = 0.45;
    private const double NameGain = 0.35;
    private const double IntentGain = 0.3;
    private const double UsualGain = 0.25;

    private readonly Lazy<(SearchIndex Index, Synonyms Synonyms)> _parts;

    public OperationSearch(IAwsCatalog catalog) => _parts = new(() => (SearchIndex.Load(), Synonyms.Load(catalog.Services)));

    /// <param name="question">In plain words; what is beyond <see cref="MaxQuestion"/> characters does not count.</param>
    /// <param name="service">Canonical name; null for all.</param>
    /// <param name="isRead">Only reads, or only changes; null for both.</param>
    /// <returns>The best first; none if no word of the question is known.</returns>
    public IReadOnlyList<OperationHit> Find(string question, string? service = null, bool? isRead = null, int limit = 5)
    {
        var (index, synonyms) = _parts.Value;
        var asked = Question.Of(question.Length > MaxQuestion ? question[..MaxQuestion] : question, index, synonyms);
        var board = new ScoreBoard(index);
        foreach (var group in asked.Groups)
        {
            board.Add(group);
        }

        var best = new PriorityQueue<int, double>();
        for (var i = 0; i < index.Operations.Count; i++)
        {
            var operation = index.Operations[i];
            if (board.Score(i) is not (> 0 and var score)
                || (service is not null && operation.Service != service) || (isRead is { } wanted && operation.IsRead != wanted))
            {
                continue;
            }

            best.Enqueue(i, score * Gain(operation, asked, board, index));
            if (best.Count > limit)
            {
                best.Dequeue();
            }
        }

        return [.. best.UnorderedItems.OrderByDescending(item => item.Priority).ThenBy(item => item.Element)
            .Select(item => new OperationHit(index.Operations[item.Element].Service, index.Operations[item.Element].Name, item.Priority))];
    }

    private static double Gain(SearchEntry operation, Question asked, ScoreBoard board, SearchIndex index)
    {
        double all = 0, matched = 0;
        foreach (var stem in operation.NameStems)
        {
            var rarity = index.Rarity(stem);
            all += rarity;
            matched += board.WasAsked(stem) ? rarity : 0;
        }

        var gain = 1 + (all > 0 ? NameGain * matched / all : 0);
        gain *= asked.Services.Contains(operation.Service) ? 1 + ServiceGain : 1;
        gain *= asked.WantsRead is { } wants && wants == operation.IsRead ? 1 + IntentGain : 1;
        gain *= operation.IsUsual ? 1 + UsualGain : 1;
        return operation.IsDeprecated ? gain * 0.7 : gain;
    }
}

/// <param name="Service">Canonical name.</param>
/// <param name="Score">Only to compare hits of one question.</param>
public sealed record OperationHit(string Service, string Operation, double Score);
