using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.AwsApi.Jmes;

/// <summary>Equality, order, and the way back to JSON.</summary>
internal readonly partial struct JmesValue
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Two numbers by value, two texts by code point.</summary>
    public static int Compare(JmesValue left, JmesValue right)
    {
        if (left.Type == JmesType.String)
        {
            return CompareTexts(left.Text, right.Text);
        }

        if (left.Whole is { } one && right.Whole is { } other)
        {
            return one.CompareTo(other);
        }

        return left.Number.CompareTo(right.Number);
    }

    /// <summary>Deep; members in any order; 1 equals 1.0.</summary>
    public bool IsEqual(JmesValue other, JmesWork work)
    {
        work.Spend();
        if (Type != other.Type || Count != other.Count)
        {
            return false;
        }

        return Type switch
        {
            JmesType.Null => true,
            JmesType.Boolean => IsTrue == other.IsTrue,
            JmesType.String or JmesType.Number => Compare(this, other) == 0,
            JmesType.Array => Items(work).Zip(other.Items(work)).All(pair => pair.First.IsEqual(pair.Second, work)),
            _ => HasEqualMembers(other, work),
        };
    }

    /// <summary>A node of its own, with nothing shared.</summary>
    public JsonNode? Copy(JmesWork work)
    {
        work.Spend();
        switch (Type)
        {
            case JmesType.Null:
                return null;
            case JmesType.Array:
                return new JsonArray([.. Items(work).Select(item => item.Copy(work))]);
            case JmesType.Object:
                return new JsonObject(Members(work).Select(member => KeyValuePair.Create(member.Key, member.Value.Copy(work))));
            default:
                return raw switch
                {
                    bool value => JsonValue.Create(value),
                    string text => JsonValue.Create(text),
                    long whole => JsonValue.Create(whole),
                    double number => JsonValue.Create(number),
                    _ => ((JsonValue)raw!).DeepClone(),
                };
        }
    }

    /// <summary>Compact, with only what JSON demands escaped.</summary>
    public string ToJson(JmesWork work)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Plain))
        {
            if (Copy(work) is { } node)
            {
                node.WriteTo(writer);
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        work.Spend(bytes.Length);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private bool HasEqualMembers(JmesValue other, JmesWork work)
    {
        foreach (var (name, value) in Members(work))
        {
            if (!other.Has(name) || !value.IsEqual(other.Member(name), work))
            {
                return false;
            }
        }

        return true;
    }

    private bool Has(string name) => raw is JsonObject nodes ? nodes.ContainsKey(name) : ((OrderedDictionary<string, JmesValue>)raw!).ContainsKey(name);

    /// <summary>Ordinal, but a surrogate pair comes after every single unit, as its code point does.</summary>
    private static int CompareTexts(string left, string right)
    {
        var same = left.AsSpan().CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (isPair, otherIsPair) = (char.IsSurrogate(left[same]), char.IsSurrogate(right[same]));
        return isPair == otherIsPair ? left[same].CompareTo(right[same]) : isPair.CompareTo(otherIsPair);
    }
}
