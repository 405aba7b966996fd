using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Server.Tools;

/// <summary>What aws_read is asked, wherever it is asked.</summary>
/// <param name="Query">JMESPath over the joined pages; null is the answer as it is.</param>
/// <param name="Limit">Items of one answer.</param>
internal sealed record ReadQuestion(string Service, string Operation, JsonObject Parameters, string? Query, int Limit, ReadCursor Start)
{
    public string Call => $"{Service}:{Operation}";

    /// <param name="maxPages">Of AWS, at most.</param>
    /// <exception cref="AwsInputException">Nothing was sent.</exception>
    /// <exception cref="AwsCallException">AWS refused or did not answer.</exception>
    /// <exception cref="CallerException"><c>invalid_query</c>.</exception>
    public async Task<ReadOutcome> AskAsync(
        IAwsReads aws, IQueryLanguage language, AwsTarget target, int maxPages, CancellationToken cancellationToken)
    {
        var joined = new JoinedPages(Start.Token);
        var enough = Query is null ? Start.Item + Limit : int.MaxValue;
        await foreach (var page in aws.PagesAsync(target, Service, Operation, Start.In(Parameters), maxPages, cancellationToken))
        {
            joined.Add(page);
            if (joined.Items >= enough)
            {
                break;
            }
        }

        return new(this, joined, Query is null ? joined.Document : Search(language, Query, joined.Document));
    }

    private static JsonNode? Search(IQueryLanguage language, string query, JsonNode document)
    {
        try
        {
            return language.Search(query, document);
        }
        catch (FormatException error)
        {
            throw new CallerException("invalid_query", "The query does not work; AWS did answer.", [new("query", error.Message)]);
        }
    }
}

/// <summary>What AWS answered in one place.</summary>
/// <param name="Document">The joined pages, or what the query makes of them.</param>
internal sealed record ReadOutcome(ReadQuestion Question, JoinedPages Pages, JsonNode? Document)
{
    /// <summary>The query saw some of the pages only.</summary>
    public bool IsPart => Question.Query is not null && Pages.Next is not null;

    /// <param name="room">Characters of JSON.</param>
    /// <exception cref="CallerException"><c>result_too_large</c>.</exception>
    public ReadSlice Cut(int room) => ReadSlice.Of(Document, Question.Start.Item, Question.Limit, room);

    /// <summary>Within these pages as long as they hold more, then the page after them. What a query makes of pages has no page of its own.</summary>
    public ReadCursor? Next(ReadSlice slice) => slice.Next is { } item
        ? Question.Query is not null || slice.List is null ? Question.Start with { Item = item } : Pages.CursorAt(slice.List, item)
        : Pages.Next is { } token ? new(token, 0) : null;
}
