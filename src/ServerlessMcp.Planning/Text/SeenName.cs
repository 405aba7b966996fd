using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Planning.Text;

/// <summary>What may stand before the eyes of somebody who decides: names, numbers and words of ours. A sentence that a caller or AWS wrote is told by its length and hash.</summary>
internal static class SeenName
{
    private const int MostOfText = 120;
    private const int MostOfResource = 300;
    private const int MostOfCall = 400;

    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/+=@,*$#(){}");

    /// <summary>A resource as it is shown of a step; a character that no name needs is written as in an address (<c>%20</c>).</summary>
    public static string Resource(string shown)
    {
        var name = new StringBuilder();
        foreach (var rune in shown.EnumerateRunes())
        {
            name.Append(rune.IsAscii && Plain.Contains((char)rune.Value) ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        }

        name.Replace("(from%20", "(from "); // Of what an earlier step makes.
        return name.Length <= MostOfResource ? name.ToString() : $"{name.ToString()[..MostOfResource]}... ({Told(shown)})";
    }

    /// <summary>A call with its parameters; long ones are cut.</summary>
    public static string Call(string service, string operation, JsonNode? parameters)
    {
        var json = Value(parameters);
        return $"{service}:{operation} {(json.Length <= MostOfCall ? json : $"{json[..MostOfCall]}... ({json.Length} characters)")}";
    }

    /// <summary>A name as it is; any other text as its length and hash.</summary>
    public static string Text(string text) =>
        text.Length is > 0 and <= MostOfText && !text.AsSpan().ContainsAnyExcept(Plain) ? text : text.Length == 0 ? "\"\"" : $"({Told(text)})";

    private static string Told(string text) =>
        $"text of {text.Length} characters, sha256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12]}";

    private static string Value(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject members => $"{{{string.Join(", ", members.Select(member => $"{Text(member.Key)}: {Value(member.Value)}"))}}}",
        JsonArray items => $"[{string.Join(", ", items.Select(Value))}]",
        JsonValue value when value.TryGetValue<string>(out var text) => Text(text),
        _ => node.ToJsonString(),
    };
}
