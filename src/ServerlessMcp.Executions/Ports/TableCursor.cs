using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Executions.Ports;

/// <summary>Where a page ended, as opaque text: base64url of a JSON list of key parts. The same in every adapter.</summary>
public static class TableCursor
{
    public static string Write(params ReadOnlySpan<string> parts)
    {
        var list = new JsonArray();
        foreach (var part in parts)
        {
            list.Add((JsonNode)part);
        }

        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(list.ToJsonString()));
    }

    /// <exception cref="CallerException"><c>invalid_cursor</c>.</exception>
    public static string[] Read(string cursor, int parts)
    {
        try
        {
            if (JsonNode.Parse(Base64Url.DecodeFromChars(cursor)) is JsonArray list
                && list.Count == parts
                && list.All(part => part?.GetValueKind() == JsonValueKind.String))
            {
                return [.. list.Select(part => part!.GetValue<string>())];
            }
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            throw Invalid(malformed);
        }

        throw Invalid(null);
    }

    private static CallerException Invalid(Exception? cause) =>
        new("invalid_cursor", "The cursor is not one that this server gave out; begin again without a cursor.", cause: cause);
}
