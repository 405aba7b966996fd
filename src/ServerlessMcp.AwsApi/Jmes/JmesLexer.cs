using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessMcp.AwsApi.Jmes;

/// <summary>Cuts an expression into tokens.</summary>
/// <remarks>Source: JMESPath specification, grammar; JEP-12 for raw strings.</remarks>
internal sealed class JmesLexer(string text)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly SearchValues<char> Quoting = SearchValues.Create("\"[]{}\\");

    private int at;

    /// <returns>At least the end token.</returns>
    /// <exception cref="JmesException"><c>syntax</c>.</exception>
    public static List<JmesToken> Tokens(string text)
    {
        var lexer = new JmesLexer(text);
        var tokens = new List<JmesToken>();
        do
        {
            tokens.Add(lexer.Next());
        }
        while (tokens[^1].Kind != JmesTokenKind.End);
        return tokens;
    }

    private JmesToken Next()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\r' or '\n')
        {
            at++;
        }

        if (at == text.Length)
        {
            return new(JmesTokenKind.End, "", at);
        }

        return text[at] switch
        {
            >= 'a' and <= 'z' or >= 'A' and <= 'Z' or '_' => Name(),
            >= '0' and <= '9' or '-' => Number(),
            '"' => QuotedName(),
            '\'' => RawString(),
            '`' => Literal(),
            _ => Symbol(),
        };
    }

    private JmesToken Name()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
        {
            at++;
        }

        return new(JmesTokenKind.Name, text[start..at], start);
    }

    private JmesToken Number()
    {
        var start = at++;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return int.TryParse(text.AsSpan(start, at - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            ? new(JmesTokenKind.Number, text[start..at], start)
            : throw Wrong(start, $"'{text[start..at]}' is no index; digits with an optional '-' in front, up to {int.MaxValue}, would be right.");
    }

    private JmesToken QuotedName()
    {
        var start = at;
        var body = Until('"', "a quoted name");
        var value = Json($"\"{body}\"", start, "a quoted name is written like a JSON string");
        return new(JmesTokenKind.QuotedName, value.Text, start);
    }

    private JmesToken RawString()
    {
        var start = at;
        var body = Until('\'', "a raw string").Replace("\\'", "'", StringComparison.Ordinal);
        return new(JmesTokenKind.Literal, "", start, Paired(body, start));
    }

    private JmesToken Literal()
    {
        var start = at;
        var body = Paired(Until('`', "a literal").Replace("\\`", "`", StringComparison.Ordinal), start).Text;
        return new(JmesTokenKind.Literal, "", start, IsBareText(body)
            ? JmesValue.Of(body.TrimStart())
            : Json(body, start, "between backticks stands JSON, without repeated members; a text is written 'text'"));
    }

    /// <summary>
    /// A text whose quotes were left out, such as <c>`running`</c> or <c>`2024-01-31`</c>. Out of the specification since JEP-12, but AWS's own
    /// documentation is full of it and its CLI takes it.
    /// </summary>
    private static bool IsBareText(string body)
    {
        var trimmed = body.AsSpan().Trim();
        if (trimmed.IsEmpty || trimmed.ContainsAny(Quoting))
        {
            return false;
        }

        try
        {
            JsonNode.Parse(body);
            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }

    /// <summary>Reads a delimited token; a backslash takes the next character with it.</summary>
    private string Until(char delimiter, string what)
    {
        var start = at++;
        while (at < text.Length && text[at] != delimiter)
        {
            at += text[at] == '\\' ? 2 : 1;
        }

        if (at >= text.Length)
        {
            throw Wrong(start, $"{what} starts here and has no closing {delimiter}.");
        }

        at++;
        return text[(start + 1)..(at - 1)];
    }

    private JmesToken Symbol()
    {
        var start = at;
        var two = text.AsSpan(at, Math.Min(2, text.Length - at));
        var kind = JmesSymbols.Two(two);
        if (kind is null)
        {
            kind = JmesSymbols.One(text[at]) ?? throw Wrong(start, Unexpected(text[at]));
            two = two[..1];
        }

        at += two.Length;
        return new(kind.Value, two.ToString(), start);
    }

    private static string Unexpected(char found) => found switch
    {
        '=' => "'=' stands alone; '==' compares.",
        '#' => "'#' has no meaning here.",
        _ when char.IsSurrogate(found) || found > '~' || found < ' ' => "this character must stand in quotes: \"name\" or 'text'.",
        _ => $"'{found}' has no meaning here; a name with such a character is written in double quotes.",
    };

    /// <summary>A lone half of a surrogate pair is no text and could not be written as JSON later.</summary>
    private static JmesValue Paired(string body, int start)
    {
        for (var n = 0; n < body.Length; n++)
        {
            if (char.IsHighSurrogate(body[n]) && n + 1 < body.Length && char.IsLowSurrogate(body[n + 1]))
            {
                n++;
            }
            else if (char.IsSurrogate(body[n]))
            {
                throw Wrong(start + 1 + n, "half of a surrogate pair stands alone; a whole character would be right.");
            }
        }

        return JmesValue.Of(body);
    }

    private static JmesValue Json(string json, int start, string rule)
    {
        Paired(json, start - 1);
        try
        {
            return JmesValue.Frozen(JsonNode.Parse(json, documentOptions: Strict));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped half of a surrogate pair, seen only when the text is read
            throw new JmesException(JmesException.Syntax, start, $"{rule}.", error);
        }
    }

    private static JmesException Wrong(int offset, string reason) => new(JmesException.Syntax, offset, reason);
}
