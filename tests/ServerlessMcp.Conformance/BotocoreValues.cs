using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.Conformance;

/// <summary>The cases have blobs as plain text and times as epoch seconds; ours are base64 text and ISO 8601 text.</summary>
internal static class BotocoreValues
{
    public static JsonNode ToOurs(ServiceModel model, Shape shape, JsonObject value) => new JsonObject(value
        .Where(pair => pair.Value is not null)
        .Select(pair => KeyValuePair.Create(
            pair.Key,
            shape.Find(pair.Key) is { } member ? ToOurs(model, member, pair.Value) : pair.Value!.DeepClone())));

    private static JsonNode? ToOurs(ServiceModel model, Member member, JsonNode? value) => (member.Kind, value) switch
    {
        (_, null) => null,
        (ShapeKind.List, JsonArray items) => new JsonArray([.. items.Select(item => ToOurs(model, model.ShapeOf(member).Element!, item))]),
        (ShapeKind.Map, JsonObject map) => new JsonObject(map.Select(pair =>
            KeyValuePair.Create(pair.Key, ToOurs(model, model.ShapeOf(member).Element!, pair.Value)))),
        (ShapeKind.Structure or ShapeKind.Union, JsonObject structure) => ToOurs(model, model.ShapeOf(member), structure),
        (ShapeKind.Blob or ShapeKind.Stream, _) when value.GetValueKind() == JsonValueKind.String =>
            Convert.ToBase64String(Encoding.UTF8.GetBytes((string)value!)),
        _ when member.IsTimestamp && value.GetValueKind() == JsonValueKind.Number => Iso((decimal)value),
        _ => value.DeepClone(),
    };

    private static JsonNode Iso(decimal seconds)
    {
        var time = DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * 10_000_000m)).UtcDateTime;
        return time.ToString(time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }
}
