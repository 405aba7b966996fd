using System.Text;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Protocols;

/// <summary>Members in headers: a list is one header with commas, in which texts with a comma or a quote are quoted.</summary>
internal static class HeaderText
{
    public static string Write(ServiceModel model, Member member, JsonNode value)
    {
        if (value is not JsonArray items)
        {
            return Scalars.Write(value, member, ShapeKind.TimestampHttp);
        }

        var element = model.ShapeOf(member).Element!;
        return string.Join(", ", items.OfType<JsonNode>().Select(item => Quoted(Scalars.Write(item, element, ShapeKind.TimestampHttp), element)));
    }

    public static JsonNode? Read(ServiceModel model, Member member, string text)
    {
        if (member.Kind != ShapeKind.List)
        {
            return Scalars.Read(text, member);
        }

        var element = model.ShapeOf(member).Element!;
        var parts = element.Kind is ShapeKind.Timestamp or ShapeKind.TimestampHttp ? Dates(text) : Split(text);
        return new JsonArray([.. parts.Select(part => Scalars.Read(part, element))]);
    }

    private static string Quoted(string text, Member element) =>
        element.Kind == ShapeKind.String && text.AsSpan().IndexOfAny(",\"") >= 0
            ? $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : text;

    // An HTTP date has a comma of its own.
    private static IEnumerable<string> Dates(string text) => text.Split(',').Chunk(2).Select(pair => string.Join(',', pair).Trim());

    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t')
            {
                at++;
            }
            else if (text[at] == '"')
            {
                parts.Add(Unquoted(text, ref at));
                at = text.IndexOf(',', Math.Min(at, text.Length)) is var comma and >= 0 ? comma + 1 : text.Length;
            }
            else
            {
                var end = text.IndexOf(',', at) is var comma and >= 0 ? comma : text.Length;
                parts.Add(text[at..end].Trim());
                at = end + 1;
            }
        }

        return parts;
    }

    private static string Unquoted(string text, ref int at)
    {
        var part = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            part.Append(text[at]);
        }

        at++;
        return part.ToString();
    }
}
