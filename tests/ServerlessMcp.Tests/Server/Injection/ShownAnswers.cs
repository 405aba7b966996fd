using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Tests.Server.Injection;

/// <summary>Looks at every answer that shows planted texts: they stand in structured content or between the marks, and nowhere is a character that is not seen.</summary>
internal sealed partial class ShownAnswers
{
    private readonly HashSet<string> _marks = [];
    private readonly HashSet<int> _seen = [];

    /// <summary>Numbers of the payloads that were shown.</summary>
    public IReadOnlySet<int> Seen => _seen;

    /// <summary>How many were shown by what, such as <c>aws_read</c>.</summary>
    public Dictionary<string, int> By { get; } = [];

    /// <param name="answer">A whole JSON-RPC answer, or its result.</param>
    public void Check(string by, JsonNode answer)
    {
        var words = Words().Matches(answer.ToJsonString()).Select(match => int.Parse(match.ValueSpan[1..4], CultureInfo.InvariantCulture)).ToHashSet();
        By[by] = By.GetValueOrDefault(by) + words.Count;
        _seen.UnionWith(words);
        Walk(answer, "$");
        Texts(answer).ToList().ForEach(CheckText);
        if (words.Count > 0 && answer["error"] is null && answer["isError"] is null)
        {
            Assert.Contains("\"trust\":\"untrusted\"", answer.ToJsonString(), StringComparison.Ordinal);
        }
    }

    /// <summary>What a person sees at a terminal.</summary>
    public static void CheckScreen(string text)
    {
        CheckCharacters(text, "the screen");
        Assert.DoesNotMatch(@"(?m)^(Next|Or): ", text);
    }

    /// <summary>All that a model reads as text. A resource in JSON is data as structured content is.</summary>
    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Key switch
        {
            "structuredContent" or "arguments" => [],
            "text" or "statusMessage" or "message" when members["mimeType"]?.ToString() != "application/json" && member.Value is JsonValue => [member.Value.ToString()],
            _ => Texts(member.Value),
        }),
        JsonArray items => items.SelectMany(Texts),
        _ => [],
    };

    private void CheckText(string text)
    {
        var outside = new StringBuilder();
        var at = 0;
        foreach (Match open in Opening().Matches(text))
        {
            if (open.Index < at)
            {
                continue; // A payload's own, inside a fence.
            }

            var mark = open.Groups["mark"].Value;
            var end = text.IndexOf($"\n</{mark}>", open.Index, StringComparison.Ordinal);
            Assert.True(end > 0, $"A fence is open at its end: {text}");
            Assert.True(_marks.Add(mark), "A mark was used twice.");
            var inside = text[(open.Index + open.Length)..end];
            Assert.DoesNotContain(mark, inside, StringComparison.Ordinal);
            Assert.All(inside.Split('\n').Where(line => !IsJson(line)), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, PlainText.MostOfLine + 50));
            outside.Append(text[at..open.Index]);
            at = end + mark.Length + 4;
        }

        var ours = outside.Append(text[at..]).ToString();
        Assert.False(Words().IsMatch(ours), $"Outside of the fence: {ours}");
        Assert.DoesNotContain("evil.example", ours, StringComparison.Ordinal);
    }

    private static void Walk(JsonNode? node, string path)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    CheckCharacters(name, path);
                    Walk(value, $"{path}.{name}");
                    if (name is "next" or "options" && path == "$.structuredContent")
                    {
                        Assert.False(Words().IsMatch(value!.ToJsonString()), $"A call to make: {value}");
                    }
                }

                break;
            case JsonArray items:
                items.ToList().ForEach(item => Walk(item, path));
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                CheckCharacters(text, path);
                if (path.EndsWith(".text", StringComparison.Ordinal) && IsJson(text))
                {
                    Walk(JsonNode.Parse(text), $"{path} as JSON");
                }

                break;
        }
    }

    private static void CheckCharacters(string text, string where)
    {
        for (var n = 0; n < text.Length; n++)
        {
            if (char.IsAscii(text[n]) && !char.IsControl(text[n]))
            {
                continue;
            }

            Assert.True(Rune.TryGetRuneAt(text, n, out var rune), $"Half a character in {where}.");
            n += rune.Utf16SequenceLength - 1;
            var isSeen = rune.Value is '\n' or '\t' || (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) && rune.Value is not (>= 0xFE00 and <= 0xFE0F or >= 0xE0000 and <= 0xE0FFF or 0x3164 or 0xFFA0 or 0x115F or 0x34F));
            Assert.True(isSeen, string.Create(CultureInfo.InvariantCulture, $"U+{rune.Value:X4} in {where}."));
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            return text.Length > 1 && text[0] is '{' or '[' && JsonNode.Parse(text) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex("Q[0-9]{3}Z")]
    private static partial Regex Words();

    [GeneratedRegex(Fence.Label + " <(?<mark>[A-Za-z0-9_-]{22})>\n")]
    private static partial Regex Opening();
}
