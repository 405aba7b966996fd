using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ServerlessMcp.Planning.Blueprints;

/// <summary>Whether one value is what its input wants.</summary>
public static class InputValue
{
    private const int MaxText = 64_000;

    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);

    /// <returns>Null if it is right; else what was wrong and what would be right.</returns>
    public static string? Problem(BlueprintInput input, JsonNode value) => (input.Type, value) switch
    {
        ("string", JsonValue text) when text.GetValueKind() == JsonValueKind.String => Text(input, text.GetValue<string>()),
        ("integer", JsonValue number) when number.GetValueKind() == JsonValueKind.Number && int.TryParse(number.ToJsonString(), out var whole) => Number(input, whole),
        ("boolean", JsonValue flag) when flag.GetValueKind() is JsonValueKind.True or JsonValueKind.False => null,
        ("array", JsonArray items) when items.All(IsText) => Items(input, items),
        ("object", JsonObject members) when members.All(member => IsText(member.Value)) => Members(input, members),
        _ => $"expected {Expected(input)}, got {Word(value)}",
    };

    /// <summary>The type and its bounds in words.</summary>
    public static string Expected(BlueprintInput input)
    {
        var type = input switch
        {
            { Enum: { } allowed } => $"one of {string.Join(", ", allowed)}",
            { Format: "cidr" } => $"an IPv4 block of /{input.Minimum} to /{input.Maximum}",
            { Type: "integer", Minimum: { } min, Maximum: { } max } => $"an integer from {min} to {max}",
            { Type: "array", MinItems: { } min } => $"a list of at least {min} texts",
            _ => input.Type switch
            {
                "string" => "a text",
                "integer" => "an integer",
                "boolean" => "true or false",
                "array" => "a list of texts",
                _ => "an object of texts",
            },
        };
        return input.PatternMeans is { } means ? $"{type}: {means}" : type;
    }

    /// <summary>Makes a value of what a person typed into one line: items and members are parted by commas.</summary>
    public static JsonNode? FromLine(BlueprintInput input, JsonElement said) => (input.Type, said.ValueKind) switch
    {
        ("array", JsonValueKind.String) => new JsonArray([.. Parts(said).Select(part => (JsonNode)part)]),
        ("object", JsonValueKind.String) => new JsonObject(Parts(said).Select(part => part.Split('=', 2)).Select(pair =>
            KeyValuePair.Create(pair[0].Trim(), (JsonNode?)(pair.Length == 2 ? pair[1].Trim() : "")))),
        ("integer", JsonValueKind.Number) when said.TryGetDouble(out var number) && number == Math.Floor(number) && Math.Abs(number) < int.MaxValue => (int)number,
        _ => JsonNode.Parse(said.GetRawText()),
    };

    private static string[] Parts(JsonElement said) =>
        said.GetString()!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string? Text(BlueprintInput input, string text)
    {
        if (input.Enum is { } allowed && !allowed.Contains(text))
        {
            return $"'{Cut(text)}' is none of {string.Join(", ", allowed)}{InputCheck.Near(text, allowed)}";
        }

        if (text.Length == 0 || text.Length > (input.MaxLength ?? MaxText))
        {
            return $"has {text.Length} characters; 1 to {input.MaxLength ?? MaxText} are right";
        }

        if (input.Format == "cidr")
        {
            return CidrBlock.Problem(text, input.Minimum ?? 0, input.Maximum ?? 32);
        }

        return input.Pattern is { } pattern && !Regex.IsMatch(text, ToEnd(pattern), RegexOptions.None, PatternTimeout)
            ? $"'{Cut(text)}' is not {input.PatternMeans}"
            : null;
    }

    private static string? Number(BlueprintInput input, int number) =>
        number < (input.Minimum ?? int.MinValue) || number > (input.Maximum ?? int.MaxValue) ? $"expected {Expected(input)}, got {number}" : null;

    private static string? Items(BlueprintInput input, JsonArray items)
    {
        if (items.Count < (input.MinItems ?? 0) || items.Count > (input.MaxItems ?? 50))
        {
            return $"has {items.Count} items; {input.MinItems ?? 0} to {input.MaxItems ?? 50} are right";
        }

        var texts = items.Select(item => item!.GetValue<string>()).ToList();
        return texts.Select(text => Text(input, text)).FirstOrDefault(problem => problem is not null)
            ?? texts.GroupBy(text => text).Where(group => group.Count() > 1).Select(group => $"holds '{Cut(group.Key)}' twice").FirstOrDefault();
    }

    private static string? Members(BlueprintInput input, JsonObject members)
    {
        if (members.Count > (input.MaxItems ?? 50))
        {
            return $"has {members.Count} members; at most {input.MaxItems ?? 50} are right";
        }

        foreach (var (name, value) in members)
        {
            if (name.Length is 0 or > 128 || name.StartsWith("aws:", StringComparison.OrdinalIgnoreCase) || name.StartsWith("smcp:", StringComparison.OrdinalIgnoreCase))
            {
                return $"'{Cut(name)}' is no name here: 1 to 128 characters that do not begin with aws: or smcp: are right";
            }

            if (value!.GetValue<string>().Length > (input.MaxLength ?? MaxText))
            {
                return $"'{Cut(name)}' has more than {input.MaxLength} characters";
            }
        }

        return null;
    }

    /// <summary>In JSON Schema <c>$</c> is the end; in .NET it also stands before a last line break.</summary>
    private static string ToEnd(string pattern) => pattern.EndsWith('$') ? $@"{pattern[..^1]}\z" : pattern;

    private static bool IsText(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String;

    private static string Word(JsonNode value) => value switch
    {
        JsonObject members => members.All(member => IsText(member.Value)) ? "an object" : "an object that holds more than texts",
        JsonArray items => items.All(IsText) ? "a list" : "a list of more than texts",
        _ => Cut(value.ToJsonString()),
    };

    private static string Cut(string text) => text.Length <= 60 ? text : $"{text[..60]}...";
}
