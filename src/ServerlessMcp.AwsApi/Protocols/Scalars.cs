using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Protocols;

/// <summary>Single values between JSON and the texts of queries, headers, URIs and XML.</summary>
internal static class Scalars
{
    /// <param name="timestamps">The format of timestamps that do not say theirs.</param>
    public static string Write(JsonNode value, Member member, ShapeKind timestamps) => member.IsTimestamp
        ? WriteTime(value, member.Kind == ShapeKind.Timestamp ? timestamps : member.Kind)
        : WritePlain(value);

    public static string WritePlain(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();

    /// <summary>Epoch seconds with at most three decimals, an HTTP date, or ISO 8601.</summary>
    public static string WriteTime(JsonNode value, ShapeKind format)
    {
        var time = value.GetValueKind() == JsonValueKind.Number ? FromEpoch(value.ToJsonString()) : ReadTime(value.GetValue<string>());
        return format switch
        {
            ShapeKind.TimestampEpoch => ((time - DateTimeOffset.UnixEpoch).Ticks / 10_000_000m).ToString("0.###", CultureInfo.InvariantCulture),
            ShapeKind.TimestampHttp => time.UtcDateTime.ToString("R", CultureInfo.InvariantCulture),
            _ => Iso(time),
        };
    }

    /// <summary>The JSON of a text in a header or in XML.</summary>
    /// <exception cref="UnreadableAnswerException">It is no time where the model has one.</exception>
    public static JsonNode? Read(string text, Member member) => member.Kind switch
    {
        ShapeKind.Number => ReadNumber(text.Trim()),
        ShapeKind.Boolean => text.Trim() == "true",
        ShapeKind.Timestamp or ShapeKind.TimestampIso or ShapeKind.TimestampHttp or ShapeKind.TimestampEpoch => Iso(ReadTime(text.Trim())),
        _ => text,
    };

    /// <summary>ISO 8601 text of a JSON timestamp.</summary>
    public static JsonNode ReadTime(JsonElement value) =>
        Iso(value.ValueKind == JsonValueKind.Number ? FromEpoch(value.GetRawText()) : ReadTime(value.GetString() ?? ""));

    private static DateTimeOffset ReadTime(string text)
    {
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
        {
            return FromEpoch(text);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new UnreadableAnswerException($"'{text}' is no time.");
    }

    private static DateTimeOffset FromEpoch(string seconds) => DateTimeOffset.UnixEpoch.AddTicks(
        (long)(decimal.Parse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture) * 10_000_000m));

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString(
        time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    // NaN and the infinities have no JSON number: they stay text, as in the JSON protocols.
    private static JsonNode ReadNumber(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : text;
    }
}
