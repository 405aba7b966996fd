using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Server.Tools;

/// <summary>Where a read goes on: AWS's own token of a page, and the item after that page's beginning.</summary>
/// <remarks>
/// As text the base64url of <c>[item]</c> or <c>[item, parameters]</c>. It holds nothing that the caller could not send as a parameter,
/// and is checked as one.
/// </remarks>
internal sealed record ReadCursor(AwsPageToken? Token, int Item)
{
    public static ReadCursor Start { get; } = new(null, 0);

    /// <exception cref="CallerException"><c>invalid_cursor</c>.</exception>
    public static ReadCursor Parse(string text)
    {
        try
        {
            return JsonNode.Parse(Base64Url.DecodeFromChars(text)) switch
            {
                JsonArray { Count: 1 } begin when Number(begin[0]) is { } item => new(null, item),
                JsonArray { Count: 2 } later when Number(later[0]) is { } item && later[1] is JsonObject page => new(new(page.DeepClone().AsObject()), item),
                _ => throw Invalid(null),
            };
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            throw Invalid(malformed);
        }
    }

    /// <summary>The caller's parameters, from this page on.</summary>
    public JsonObject In(JsonObject parameters) => Token?.In(parameters) ?? parameters;

    public override string ToString()
    {
        var parts = new JsonArray(Item);
        if (Token is { } token)
        {
            parts.Add(token.Parameters.DeepClone());
        }

        return Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(parts, CursorJson.Default.JsonArray));
    }

    private static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) && number >= 0 ? number : null;

    private static CallerException Invalid(Exception? cause) =>
        new("invalid_cursor", "The cursor is not one that this server gave out; begin again without a cursor.", cause: cause);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonArray))]
internal sealed partial class CursorJson : System.Text.Json.Serialization.JsonSerializerContext;
