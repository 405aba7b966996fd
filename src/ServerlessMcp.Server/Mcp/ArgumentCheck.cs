using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ServerlessMcp.Executions;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Mcp;

/// <summary>
/// Checks arguments against a tool's own schema and finds every problem at once. Knows the keywords that our schemas use: type, required,
/// properties, additionalProperties (false), enum, const, pattern, minimum, maximum, minLength, maxLength, items, minItems, maxItems,
/// oneOf, anyOf.
/// </summary>
internal static class ArgumentCheck
{
    /// <summary>More help nobody.</summary>
    private const int MaxProblems = 50;

    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);

    public static IReadOnlyList<Problem> Check(JsonElement schema, IReadOnlyDictionary<string, JsonElement> arguments)
    {
        var problems = new List<Problem>();
        Value(schema, AsElement(arguments), "", problems);
        return [.. problems.Take(MaxProblems)];
    }

    private static void Value(JsonElement schema, JsonElement value, string path, List<Problem> problems)
    {
        if (schema.TryGetProperty("type", out var type) && !IsOfType(type, value))
        {
            problems.Add(new(path, $"Expected {TypeWords(type)}, got {Word(value)}."));
            return;
        }

        OneOfValues(schema, value, path, problems);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Members(schema, [.. value.EnumerateObject().Select(member => (member.Name, member.Value))], path, problems);
                break;
            case JsonValueKind.Array:
                Items(schema, value, path, problems);
                break;
            case JsonValueKind.String:
                Text(schema, value.GetString()!, path, problems);
                break;
            case JsonValueKind.Number:
                Number(schema, value.GetDouble(), path, problems);
                break;
            default:
                break;
        }

        Alternatives(schema, value, path, problems);
    }

    private static void Members(
        JsonElement schema, IReadOnlyList<(string Name, JsonElement Value)> members, string path, List<Problem> problems)
    {
        var known = schema.TryGetProperty("properties", out var properties) ? properties : default;
        var names = known.ValueKind == JsonValueKind.Object ? known.EnumerateObject().Select(property => property.Name).ToList() : [];
        var closed = schema.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind == JsonValueKind.False;
        foreach (var (name, value) in members)
        {
            if (known.ValueKind == JsonValueKind.Object && known.TryGetProperty(name, out var member))
            {
                Value(member, value, Join(path, name), problems);
            }
            else if (closed && problems.Count < MaxProblems)
            {
                var hint = Nearest.Hint(name, names) is { Length: > 0 } near ? near : $" Known: {string.Join(", ", names)}.";
                problems.Add(new(Join(path, Views.Cut(name)), $"There is no '{Views.Cut(name)}' here.{hint}"));
            }
        }

        foreach (var name in Strings(schema, "required").Where(name => members.All(member => member.Name != name)))
        {
            var isKnown = known.ValueKind == JsonValueKind.Object && known.TryGetProperty(name, out _);
            problems.Add(new(Join(path, name), $"Missing; expected {(isKnown ? Expected(known.GetProperty(name)) : "a value")}."));
        }
    }

    private static void Items(JsonElement schema, JsonElement value, string path, List<Problem> problems)
    {
        var count = value.GetArrayLength();
        if (Limit(schema, "minItems") is { } min && count < min)
        {
            problems.Add(new(path, $"Expected at least {min} items, got {count}."));
        }

        if (Limit(schema, "maxItems") is { } max && count > max)
        {
            problems.Add(new(path, $"Expected at most {max} items, got {count}."));
            return;
        }

        if (schema.TryGetProperty("items", out var item))
        {
            var index = 0;
            foreach (var element in value.EnumerateArray())
            {
                Value(item, element, $"{path}[{index++}]", problems);
            }
        }
    }

    private static void Text(JsonElement schema, string text, string path, List<Problem> problems)
    {
        if (Limit(schema, "minLength") is { } min && text.Length < min)
        {
            problems.Add(new(path, $"Expected at least {min} characters, got {text.Length}."));
        }

        if (Limit(schema, "maxLength") is { } max && text.Length > max)
        {
            problems.Add(new(path, $"Expected at most {max} characters, got {text.Length}."));
        }
        else if (schema.TryGetProperty("pattern", out var pattern)
            && !Regex.IsMatch(text, ToEnd(pattern.GetString()!), RegexOptions.None, PatternTimeout))
        {
            problems.Add(new(path, $"Expected text that matches {pattern.GetString()}."));
        }
    }

    /// <summary>In JSON Schema <c>$</c> is the end; in .NET it also stands before a last line break.</summary>
    private static string ToEnd(string pattern) => pattern.EndsWith('$') ? $@"{pattern[..^1]}\z" : pattern;

    private static void Number(JsonElement schema, double number, string path, List<Problem> problems)
    {
        if ((Limit(schema, "minimum") is { } min && number < min) || (Limit(schema, "maximum") is { } max && number > max))
        {
            problems.Add(new(path, $"Expected {Expected(schema)}, got {number.ToString(CultureInfo.InvariantCulture)}."));
        }
    }

    private static void OneOfValues(JsonElement schema, JsonElement value, string path, List<Problem> problems)
    {
        if (schema.TryGetProperty("const", out var only) && !JsonElement.DeepEquals(only, value))
        {
            problems.Add(new(path, $"Expected {only.GetRawText()}."));
        }

        if (schema.TryGetProperty("enum", out var allowed) && !allowed.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)))
        {
            var names = allowed.EnumerateArray().Select(one => one.ToString()).ToList();
            problems.Add(new(path, $"Expected one of: {string.Join(", ", names)}.{Nearest.Hint(value.ToString(), names)}"));
        }
    }

    /// <summary>A schema of alternatives names them: their <c>title</c>, else what they require.</summary>
    private static void Alternatives(JsonElement schema, JsonElement value, string path, List<Problem> problems)
    {
        foreach (var keyword in (string[])["oneOf", "anyOf"])
        {
            if (!schema.TryGetProperty(keyword, out var alternatives))
            {
                continue;
            }

            var fits = alternatives.EnumerateArray().Count(alternative => Fits(alternative, value, path));
            if (fits == 0 || (keyword == "oneOf" && fits > 1))
            {
                var names = alternatives.EnumerateArray().Select(NameOf);
                problems.Add(new(path, $"Expected {(keyword == "oneOf" ? "exactly one" : "one")} of: {string.Join("; ", names)}."));
            }
        }
    }

    private static bool Fits(JsonElement schema, JsonElement value, string path)
    {
        var problems = new List<Problem>();
        Value(schema, value, path, problems);
        return problems.Count == 0;
    }

    private static string NameOf(JsonElement schema) =>
        schema.TryGetProperty("title", out var title) ? title.GetString()!
        : schema.TryGetProperty("required", out _) ? string.Join(" + ", Strings(schema, "required"))
        : Expected(schema);

    private static string Expected(JsonElement schema)
    {
        var words = schema.TryGetProperty("enum", out var allowed)
            ? $"one of: {string.Join(", ", allowed.EnumerateArray().Select(one => one.ToString()))}"
            : schema.TryGetProperty("type", out var type) ? TypeWords(type) : "a value";
        return (Limit(schema, "minimum"), Limit(schema, "maximum")) switch
        {
            ({ } min, { } max) => $"{words} from {min} to {max}",
            ({ } min, null) => $"{words} of at least {min}",
            (null, { } max) => $"{words} of at most {max}",
            _ => words,
        };
    }

    private static bool IsOfType(JsonElement type, JsonElement value) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOfType(one, value))
        : type.GetString() switch
        {
            "object" => value.ValueKind == JsonValueKind.Object,
            "array" => value.ValueKind == JsonValueKind.Array,
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "null" => value.ValueKind == JsonValueKind.Null,
            "number" => value.ValueKind == JsonValueKind.Number,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
            var other => throw new InvalidOperationException($"A tool's schema has the unknown type '{other}'."),
        };

    private static string TypeWords(JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? string.Join(" or ", type.EnumerateArray().Select(TypeWords))
        : type.GetString() switch
        {
            "object" => "an object",
            "array" => "an array",
            "string" => "a string",
            "boolean" => "true or false",
            "integer" => "an integer",
            "number" => "a number",
            _ => "null",
        };

    private static string Word(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    private static IEnumerable<string> Strings(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var list) ? list.EnumerateArray().Select(one => one.GetString()!) : [];

    private static long? Limit(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var limit) ? limit.GetInt64() : null;

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static JsonElement AsElement(IReadOnlyDictionary<string, JsonElement> arguments)
    {
        var text = new StringBuilder("{");
        foreach (var (name, value) in arguments)
        {
            text.Append(text.Length > 1 ? "," : "")
                .Append('"').Append(JsonEncodedText.Encode(name)).Append("\":").Append(value.GetRawText());
        }

        return JsonElement.Parse(text.Append('}').ToString());
    }
}
