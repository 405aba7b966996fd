using System.Globalization;

namespace ServerlessMcp.StatesLanguage.Paths;

/// <summary>Reads the parts of a JSONPath after its root.</summary>
internal sealed class PathReader(string text, int start)
{
    private int _at = start;

    public string Problem { get; private set; } = "";

    /// <returns>Null with <see cref="Problem"/> set when the text is wrong or outside the subset.</returns>
    public IReadOnlyList<PathPart>? Read()
    {
        var parts = new List<PathPart>();
        while (_at < text.Length)
        {
            var part = text[_at] switch
            {
                '.' => ReadDotted(),
                '[' => ReadBracketed(),
                _ => Refuse("a dot or a bracket is expected"),
            };
            if (part is null)
            {
                return null;
            }

            parts.Add(part);
        }

        return parts;
    }

    private PathPart? ReadDotted()
    {
        _at++;
        var isDeep = _at < text.Length && text[_at] == '.';
        _at += isDeep ? 1 : 0;
        if (!isDeep && _at < text.Length && text[_at] == '[')
        {
            return ReadBracketed();
        }

        var end = text.AsSpan(_at).IndexOfAny('.', '[');
        var name = end < 0 ? text[_at..] : text[_at..(_at + end)];
        _at += name.Length;
        return name switch
        {
            "" => Refuse("a name is missing"),
            "*" => isDeep ? Refuse("..* is outside the subset") : new PathPart.All(),
            _ when name.Contains('(', StringComparison.Ordinal) => Refuse("functions are outside the subset"),
            _ => isDeep ? new PathPart.Deep(name) : new PathPart.Member(name),
        };
    }

    private PathPart? ReadBracketed()
    {
        _at++;
        if (_at < text.Length && text[_at] is '\'' or '"')
        {
            return ReadQuoted(text[_at]);
        }

        var end = text.IndexOf(']', _at);
        if (end < 0)
        {
            return Refuse("a bracket is not closed");
        }

        var inside = text[_at..end].Trim();
        _at = end + 1;
        return inside == "*" ? new PathPart.All() : Numbers(inside) ?? Refuse($"[{inside}] is outside the subset");
    }

    private PathPart? ReadQuoted(char quote)
    {
        var end = text.IndexOf($"{quote}]", _at + 1, StringComparison.Ordinal);
        if (end < 0)
        {
            return Refuse("a quoted name is not closed");
        }

        var name = text[(_at + 1)..end];
        _at = end + 2;
        return new PathPart.Member(name);
    }

    private static PathPart? Numbers(string inside)
    {
        if (Number(inside) is { } index)
        {
            return new PathPart.Item(index);
        }

        var bounds = inside.Split(':');
        var (from, to) = (Number(bounds[0]), Number(bounds[^1]));
        var isSlice = bounds.Length == 2 && bounds.Zip([from, to]).All(bound => bound.Second is not null || bound.First.Length == 0);
        return isSlice ? new PathPart.Slice(from, to) : null;
    }

    private static int? Number(string digits) =>
        int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private PathPart? Refuse(string why)
    {
        Problem = $"'{text}' cannot be used as a JSONPath: {why}.";
        return null;
    }
}
