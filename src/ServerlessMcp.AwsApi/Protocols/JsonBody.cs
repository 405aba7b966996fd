using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Protocols;

/// <summary>JSON bodies of awsJson and restJson; the latter has its own member names.</summary>
internal sealed class JsonBody(ServiceModel model)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly bool _usesJsonNames = model.Protocol == AwsProtocol.RestJson1;

    /// <param name="shape">Null for an empty object.</param>
    /// <param name="isIncluded">The members that belong to the body; null for all.</param>
    public byte[] Write(Shape? shape, JsonNode? value, Func<Member, bool>? isIncluded = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            WriteStructure(writer, shape, value as JsonObject, isIncluded);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static byte[] WriteDocument(JsonNode value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            value.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Copies the known members of a JSON object into <paramref name="output"/>; nulls are left out.</summary>
    public void Read(Shape shape, JsonElement json, JsonObject output, Func<Member, bool>? isIncluded = null)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var member in shape.Members)
        {
            if (isIncluded?.Invoke(member) != false
                && json.TryGetProperty(NameOf(member), out var value)
                && value.ValueKind != JsonValueKind.Null)
            {
                output[member.Name] = ReadValue(member, value);
            }
        }
    }

    public JsonNode? ReadValue(Member member, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        switch (member.Kind)
        {
            case ShapeKind.Structure or ShapeKind.Union or ShapeKind.Error:
                var structure = new JsonObject();
                Read(model.ShapeOf(member), json, structure);
                return structure;
            case ShapeKind.List:
                var element = model.ShapeOf(member).Element!;
                return new JsonArray([.. json.EnumerateArray().Select(item => ReadValue(element, item))]);
            case ShapeKind.Map:
                var of = model.ShapeOf(member).Element!;
                return new JsonObject(json.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, ReadValue(of, p.Value))));
            default:
                return member.IsTimestamp ? Scalars.ReadTime(json) : JsonNode.Parse(json.GetRawText());
        }
    }

    private void WriteStructure(Utf8JsonWriter writer, Shape? shape, JsonObject? value, Func<Member, bool>? isIncluded)
    {
        writer.WriteStartObject();
        foreach (var member in shape?.Members ?? [])
        {
            if (isIncluded?.Invoke(member) != false && value?[member.Name] is { } child)
            {
                writer.WritePropertyName(NameOf(member));
                WriteValue(writer, member, child);
            }
        }

        writer.WriteEndObject();
    }

    private void WriteValue(Utf8JsonWriter writer, Member member, JsonNode? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case JsonObject structure when member.IsStructure:
                WriteStructure(writer, model.ShapeOf(member), structure, null);
                break;
            case JsonArray items when member.Kind == ShapeKind.List:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    WriteValue(writer, model.ShapeOf(member).Element!, item);
                }

                writer.WriteEndArray();
                break;
            case JsonObject map when member.Kind == ShapeKind.Map:
                writer.WriteStartObject();
                foreach (var (key, child) in map)
                {
                    writer.WritePropertyName(key);
                    WriteValue(writer, model.ShapeOf(member).Element!, child);
                }

                writer.WriteEndObject();
                break;
            default:
                WriteScalar(writer, member, value);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, Member member, JsonNode value)
    {
        switch (member.Kind)
        {
            case ShapeKind.Timestamp or ShapeKind.TimestampEpoch:
                writer.WriteRawValue(Scalars.WriteTime(value, ShapeKind.TimestampEpoch));
                break;
            case ShapeKind.TimestampIso or ShapeKind.TimestampHttp:
                writer.WriteStringValue(Scalars.WriteTime(value, member.Kind));
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private string NameOf(Member member) => _usesJsonNames ? member.JsonName ?? member.Name : member.Name;
}
