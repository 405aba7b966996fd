using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Secrecy;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Server.Mcp;

/// <summary>JSON whose names and texts AWS or a caller wrote, without what is not seen or what a terminal obeys.</summary>
internal static class CleanJson
{
    /// <summary>Members that are ours to the letter, of any length: what a caller is to send back.</summary>
    private static readonly string[] Exact = ["cursor", "next", "options"];

    /// <summary>Long lines are cut too.</summary>
    public static JsonNode? Cut(JsonNode? node) => Of(node, isCut: true);

    /// <summary>Whole.</summary>
    /// <returns>The node itself if nothing is to be changed.</returns>
    public static JsonNode? Of(JsonNode? node) => IsClean(node) ? node : Of(node, isCut: false);

    /// <summary>True when nothing in it would be changed but for its length: it can be repeated as it is.</summary>
    public static bool IsClean(JsonNode? node) => node switch
    {
        JsonObject members => members.All(member => PlainText.OneLine(member.Key) == member.Key && IsClean(member.Value)),
        JsonArray items => items.All(IsClean),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => PlainText.IsClean(value.GetValue<string>()),
        _ => true,
    };

    private static JsonNode? Of(JsonNode? node, bool isCut) => node switch
    {
        JsonObject members => Of(members, isCut),
        JsonArray items => new JsonArray([.. items.Select(item => Of(item, isCut))]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => JsonValue.Create(isCut ? PlainText.Data(value.GetValue<string>()) : PlainText.Whole(value.GetValue<string>())),
        _ => node?.DeepClone(),
    };

    /// <summary>A tag's or a variable's name may be anything, a secret too. Names that have become one are told apart by a number.</summary>
    private static JsonObject Of(JsonObject members, bool isCut)
    {
        var clean = new JsonObject();
        foreach (var (name, value) in members)
        {
            var (first, number) = (Redaction.Text(PlainText.OneLine(name)), 2);
            var shown = first;
            while (clean.ContainsKey(shown))
            {
                shown = $"{first} ({number++})";
            }

            clean[shown] = Of(value, isCut && !Exact.Contains(name));
        }

        return clean;
    }
}
