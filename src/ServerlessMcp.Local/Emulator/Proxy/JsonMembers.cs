using System.Globalization;
using System.Text.Json;

namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>A JSON body as flat members: <c>{"Tags":[{"Key":"a"}]}</c> is <c>Tags.0.Key = a</c>.</summary>
internal static class JsonMembers
{
    private const int Most = 2_000;

    /// <summary>Empty when the body is not a JSON object.</summary>
    public static Dictionary<string, string> Flatten(byte[] body)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 128 });
        try
        {
            if (JsonDocument.TryParseValue(ref reader, out var document) && document is not null)
            {
                using (document)
                {
                    Add(members, "", document.RootElement);
                }
            }
        }
        catch (JsonException)
        {
            // Not JSON: the emulator will say so in its own words.
        }

        return members;
    }

    private static void Add(Dictionary<string, string> members, string path, JsonElement value)
    {
        if (members.Count >= Most)
        {
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Add(members, Join(path, member.Name), member.Value);
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Add(members, Join(path, (index++).ToString(CultureInfo.InvariantCulture)), item);
                }

                break;
            default:
                members[path] = value.ToString();
                break;
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
