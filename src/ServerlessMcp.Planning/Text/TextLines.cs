using System.Text;

namespace ServerlessMcp.Planning.Text;

/// <summary>Plain text of at most 100 columns; a text that does not fit goes on in its own column.</summary>
internal sealed class TextLines
{
    public const int Width = 100;

    private readonly StringBuilder _text = new();

    public void Line(string text = "") => Column("", text, 0);

    /// <summary>A label, and the text in the column after it.</summary>
    /// <param name="column">Where the text begins, counted from 0.</param>
    public void Column(string label, string text, int column)
    {
        var lead = PlainText.OneLine(label).PadRight(column);
        foreach (var line in Wrap(text, Width - column))
        {
            _text.Append((lead + line).TrimEnd()).Append('\n');
            lead = new(' ', column);
        }
    }

    public override string ToString() => _text.ToString();

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var rest = PlainText.OneLine(text); // What AWS and callers wrote must not pass for lines of ours.
        while (rest.Length > width)
        {
            var space = rest.LastIndexOf(' ', width);
            var cut = space > 0 ? space : width;
            yield return rest[..cut];
            rest = rest[cut..].TrimStart();
        }

        yield return rest;
    }
}
