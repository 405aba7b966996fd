using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Secrecy;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Tools;

/// <summary>The part of a document that fits into one answer.</summary>
/// <param name="List">The member of the document that was cut; null when the document is a list, or has none.</param>
/// <param name="Count">Items of the list that was cut; null when there is no list.</param>
/// <param name="Next">The item with which the next answer begins; null when all are here.</param>
internal sealed record ReadSlice(JsonNode? Data, string? List, int? Count, int? Next)
{
    /// <summary>Characters of JSON: about 6,000 tokens.</summary>
    public const int MaxCharacters = 20_000;

    /// <summary>Cuts the document if it is a list, or else its longest list.</summary>
    /// <param name="room">Characters of JSON.</param>
    /// <exception cref="CallerException"><c>result_too_large</c>: no list to cut, or one item is too large.</exception>
    public static ReadSlice Of(JsonNode? document, int from, int limit, int room)
    {
        if (document is JsonArray list)
        {
            var (items, next) = Cut(list, from, limit, room, room);
            return new(items, null, items.Count, next);
        }

        if (document is JsonObject whole && LongestList(whole) is { } name)
        {
            var data = Shown(new JsonObject(whole.Select(member => KeyValuePair.Create(member.Key, member.Key == name ? new JsonArray() : member.Value?.DeepClone()))))!.AsObject();
            if (data[name] is not JsonArray)
            {
                return new(data, null, null, null); // All of it is a secret.
            }

            var (items, next) = Cut(whole[name]!.AsArray(), from, limit, room - Views.Compact(data).Length, room);
            data[name] = items;
            return new(data, name, items.Count, next);
        }

        var one = Shown(document);
        return Views.Compact(one).Length <= room ? new(one, null, null, null) : throw TooLarge(document, room);
    }

    /// <summary>What is shown, and only that: cleaned, long lines cut, without secrets.</summary>
    private static JsonNode? Shown(JsonNode? node) => Redaction.Json(CleanJson.Cut(node));

    private static (JsonArray Items, int? Next) Cut(JsonArray list, int from, int limit, int room, int whole)
    {
        var items = new JsonArray();
        for (var index = from; index < list.Count; index++)
        {
            if (items.Count == limit)
            {
                return (items, index);
            }

            var item = Shown(list[index]);
            room -= Views.Compact(item).Length + 1;
            if (room < 0 && items.Count > 0)
            {
                return (items, index);
            }

            if (room < 0)
            {
                throw TooLarge(item, whole);
            }

            items.Add(item);
        }

        return (items, null);
    }

    private static string? LongestList(JsonObject document) => document
        .Where(member => member.Value is JsonArray)
        .Select(member => member.Key)
        .MaxBy(name => document[name]!.AsArray().Count);

    private static CallerException TooLarge(JsonNode? node, int room)
    {
        var members = node is JsonObject document
            ? document.Select(member => (member.Key, Views.Compact(member.Value).Length)).OrderByDescending(member => member.Length)
                .Take(8).Select(member => string.Create(CultureInfo.InvariantCulture, $"{member.Key} ({member.Length} characters)"))
            : [];
        return new(
            "result_too_large",
            string.Create(CultureInfo.InvariantCulture, $"An answer holds at most {room} characters{(room < MaxCharacters ? " of this place, beside the others" : "")}. Pick what you need with query. Members: {string.Join(", ", members)}."));
    }
}
