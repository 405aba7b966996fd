using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.Executions.Ports;

namespace ServerlessMcp.Tests.Fakes;

/// <summary>The little of JMESPath that these tests write: <c>a.b[0].c</c>, <c>path == 'text'</c>, <c>path == null</c>, <c>length(path) == `0`</c>.</summary>
internal sealed partial class FakeQueryLanguage : IQueryLanguage
{
    public JsonNode? Search(string expression, JsonNode? document)
    {
        var sides = expression.Split(" == ");
        return sides.Length == 1 ? Value(sides[0], document)?.DeepClone() : JsonValue.Create(JsonNode.DeepEquals(Value(sides[0], document), Value(sides[1], document)));
    }

    private static JsonNode? Value(string side, JsonNode? document)
    {
        if (side == "null")
        {
            return null;
        }

        if (side[0] is '\'' or '`')
        {
            return side[0] == '\'' ? JsonValue.Create(side[1..^1]) : JsonNode.Parse(side[1..^1]);
        }

        return side.StartsWith("length(", StringComparison.Ordinal)
            ? JsonValue.Create(Walk(side[7..^1], document)?.AsArray().Count ?? 0)
            : Walk(side, document);
    }

    private static JsonNode? Walk(string path, JsonNode? node)
    {
        if (!Path().IsMatch(path))
        {
            throw new FormatException($"'{path}' is no path.");
        }

        foreach (var segment in path.Replace("[", ".[", StringComparison.Ordinal).Split('.'))
        {
            node = segment[0] == '['
                ? node is JsonArray items && int.Parse(segment[1..^1], CultureInfo.InvariantCulture) is var n && n < items.Count ? items[n] : null
                : (node as JsonObject)?[segment];
        }

        return node;
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\])*$")]
    private static partial Regex Path();
}
