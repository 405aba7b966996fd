using System.Text.Json.Nodes;

namespace ServerlessMcp.Server.Tools;

/// <summary>The pages of one read as one document: lists are appended, of everything else the first page's value stays.</summary>
internal sealed class JoinedPages
{
    public const int MaxPages = 50;

    private int _pages;

    public JsonObject Document { get; private set; } = [];

    /// <summary>Of the longest list.</summary>
    public int Items => Document.Select(member => member.Value is JsonArray list ? list.Count : 0).DefaultIfEmpty(0).Max();

    /// <returns>False when this page is one too many: it was not added.</returns>
    public bool Add(JsonObject page)
    {
        if (++_pages > MaxPages)
        {
            return false;
        }

        if (_pages == 1)
        {
            Document = page.DeepClone().AsObject();
            return true;
        }

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

        return true;
    }
}
