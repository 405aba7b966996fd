using System.Globalization;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Running;

/// <summary>Puts a value at a place that a JSON pointer names, making the objects and arrays on the way. Source: RFC 6901; <c>-</c> appends.</summary>
internal static class JsonPointer
{
    /// <exception cref="FormatException">The pointer does not start with a slash, or leads through a text or past an array's end.</exception>
    public static void Put(JsonObject root, string pointer, JsonNode value)
    {
        if (pointer.Length < 2 || pointer[0] != '/')
        {
            throw Wrong(pointer);
        }

        var segments = pointer[1..].Split('/').Select(Unescape).ToList();
        JsonNode node = root;
        for (var n = 0; n < segments.Count - 1; n++)
        {
            node = Child(node, segments[n], pointer) ?? Set(node, segments[n], IsPlace(segments[n + 1]) ? new JsonArray() : new JsonObject(), pointer);
        }

        Set(node, segments[^1], value, pointer);
    }

    private static JsonNode? Child(JsonNode node, string segment, string pointer) => node switch
    {
        JsonObject members => members[segment],
        JsonArray items => Place(items, segment, pointer) is var place && place < items.Count ? items[place] : null,
        _ => throw Wrong(pointer),
    };

    private static JsonNode Set(JsonNode node, string segment, JsonNode value, string pointer)
    {
        switch (node)
        {
            case JsonObject members:
                members[segment] = value;
                break;
            case JsonArray items when Place(items, segment, pointer) is var place && place < items.Count:
                items[place] = value;
                break;
            case JsonArray items:
                items.Add(value);
                break;
            default:
                throw Wrong(pointer);
        }

        return value;
    }

    private static int Place(JsonArray items, string segment, string pointer)
    {
        var place = segment == "-" ? items.Count : IsPlace(segment) ? int.Parse(segment, CultureInfo.InvariantCulture) : throw Wrong(pointer);
        return place <= items.Count ? place : throw Wrong(pointer);
    }

    private static bool IsPlace(string segment) => segment == "-" || (segment.Length is > 0 and < 6 && segment.All(char.IsAsciiDigit));

    private static string Unescape(string segment) =>
        segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static FormatException Wrong(string pointer) => new($"The JSON pointer '{pointer}' leads to no place in the parameters.");
}
