using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using ServerlessMcp.Executions.Secrecy;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Server.Pages;

/// <summary>Markup of ours. Whatever is not of this type is text when it comes into a page.</summary>
internal readonly record struct Html(string? Markup)
{
    public static Html Nothing { get; } = new("");

    /// <summary>A template: its literal parts are markup, its holes are text unless they are <see cref="Html"/>.</summary>
    public static Html Of(HtmlHandler template) => new(template.Markup);

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.Markup)));

    /// <summary>Text that keeps its line breaks, for <c>pre</c>.</summary>
    public static Html Lines(string text) => Join(text.Split('\n').Select((line, n) => n == 0 ? Of($"{line}") : Of($"\n{line}")));

    public Html When(bool holds) => holds ? this : Nothing;

    public override string ToString() => Markup ?? "";
}

/// <summary>
/// Makes text of the holes of a template: without control and direction characters, without what looks like a secret, and encoded, so that
/// it is neither markup nor the end of an attribute.
/// </summary>
[InterpolatedStringHandler]
internal readonly ref struct HtmlHandler
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _markup;

    public HtmlHandler(int literalLength, int formattedCount) => _markup = new(literalLength + (32 * formattedCount));

    public string Markup => _markup.ToString();

    public void AppendLiteral(string markup) => _markup.Append(markup);

    public void AppendFormatted(Html markup) => _markup.Append(markup.Markup);

    public void AppendFormatted(string? text) => _markup.Append(Encoder.Encode(Redaction.Text(PlainText.OneLine(text ?? ""))));

    public void AppendFormatted(int number) => _markup.Append(System.Globalization.CultureInfo.InvariantCulture, $"{number}");
}
