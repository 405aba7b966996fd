using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;

namespace ServerlessMcp.Server.Tools;

/// <summary>The pages of one read as one document: lists are appended, of everything else the first page's value stays.</summary>
/// <param name="first">What the first of these pages was asked for with; null at the very beginning.</param>
internal sealed class JoinedPages(AwsPageToken? first)
{
    /// <summary>In one answer; the cursor goes on with the next ones.</summary>
    public const int MaxPages = 50;

    private readonly List<Page> _pages = [];

    public JsonObject Document { get; private set; } = [];

    /// <summary>Of the longest list.</summary>
    public int Items => Document.Select(member => member.Value is JsonArray list ? list.Count : 0).DefaultIfEmpty(0).Max();

    /// <summary>What the page after these is asked for with; null at the end.</summary>
    public AwsPageToken? Next { get; private set; } = first;

    public void Add(AwsResult page)
    {
        var starts = Document.Where(member => member.Value is JsonArray)
            .ToDictionary(member => member.Key, member => member.Value!.AsArray().Count, StringComparer.Ordinal);
        _pages.Add(new(Next, starts));
        if (_pages.Count == 1)
        {
            Document = page.Output.DeepClone().AsObject();
        }
        else
        {
            Append(page.Output);
        }

        Next = page.Next;
    }

    /// <summary>Where an item stands: the token of its page, and its place in that page, so that no page before it is read again.</summary>
    /// <param name="index">In the joined list.</param>
    public ReadCursor CursorAt(string list, int index)
    {
        var page = _pages.Last(one => one.StartOf(list) <= index);
        return new(page.Token, index - page.StartOf(list));
    }

    private void Append(JsonObject page)
    {
        foreach (var (name, value) in page)
        {
            if (value is JsonArray more && Document[name] is JsonArray list)
            {
                foreach (var item in more)
                {
                    list.Add(item?.DeepClone());
                }
            }
            else if (value is JsonArray && Document[name] is null)
            {
                Document[name] = value.DeepClone();
            }
        }
    }

    /// <param name="Token">What it was asked for with.</param>
    /// <param name="Starts">How long each list was before it.</param>
    private sealed record Page(AwsPageToken? Token, Dictionary<string, int> Starts)
    {
        public int StartOf(string list) => Starts.GetValueOrDefault(list);
    }
}
