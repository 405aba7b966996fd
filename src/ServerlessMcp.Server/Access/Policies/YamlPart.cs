using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ServerlessMcp.Server.Access.Policies;

/// <summary>A part of a YAML document, with its place; anchors, aliases and tags are not taken.</summary>
/// <param name="Line">From 1, as is <paramref name="Column"/>.</param>
internal abstract record YamlPart(long Line, long Column)
{
    private const int Deepest = 20;

    /// <param name="IsPlain">Without quotes: a number, truth or null may be meant.</param>
    public sealed record Text(string Value, bool IsPlain, long Line, long Column) : YamlPart(Line, Column);

    public sealed record List(IReadOnlyList<YamlPart> Items, long Line, long Column) : YamlPart(Line, Column);

    /// <param name="Members">In the order of the text; a name may stand there twice.</param>
    public sealed record Map(IReadOnlyList<(Text Name, YamlPart Value)> Members, long Line, long Column) : YamlPart(Line, Column);

    /// <summary>What it is, for a sentence.</summary>
    public string Kind => this switch
    {
        Text { Value: "", IsPlain: true } => "nothing",
        Text text => $"'{text.Value}'",
        List => "a list",
        _ => "a mapping",
    };

    /// <returns>Null: the document is empty.</returns>
    /// <exception cref="PolicyException">It is not YAML, or more than one document.</exception>
    public static YamlPart? Parse(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _))
            {
                return null;
            }

            parser.Consume<DocumentStart>();
            var part = Read(parser, 0);
            parser.Consume<DocumentEnd>();
            return parser.TryConsume<StreamEnd>(out _) ? part : throw Wrong(parser.Current!, "one document is expected, and here begins another");
        }
        catch (YamlException wrong)
        {
            throw new PolicyException([new(wrong.Start.Line, wrong.Start.Column, "this is not YAML: a mapping with the member 'rules' is expected")]);
        }
    }

    private static YamlPart Read(Parser parser, int depth)
    {
        if (parser.Current is not { } begin || depth > Deepest)
        {
            throw Wrong(parser.Current!, $"at most {Deepest} levels are expected");
        }

        if (begin is NodeEvent { Anchor.IsEmpty: false } or NodeEvent { Tag.IsEmpty: false } or AnchorAlias)
        {
            throw Wrong(begin, "plain values are expected, without anchors, aliases and tags");
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return new Text(scalar.Value, scalar.Style == ScalarStyle.Plain, scalar.Start.Line, scalar.Start.Column);
        }

        return parser.TryConsume<SequenceStart>(out var list) ? ReadList(parser, list, depth) : ReadMap(parser, parser.Consume<MappingStart>(), depth);
    }

    private static List ReadList(Parser parser, SequenceStart begin, int depth)
    {
        var items = new List<YamlPart>();
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Read(parser, depth + 1));
        }

        return new(items, begin.Start.Line, begin.Start.Column);
    }

    private static Map ReadMap(Parser parser, MappingStart begin, int depth)
    {
        var members = new List<(Text, YamlPart)>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var name = parser.Current!;
            members.Add((Read(parser, depth + 1) as Text ?? throw Wrong(name, "a name is expected"), Read(parser, depth + 1)));
        }

        return new(members, begin.Start.Line, begin.Start.Column);
    }

    private static PolicyException Wrong(ParsingEvent at, string message) => new([new(at.Start.Line, at.Start.Column, message)]);
}

/// <summary>One thing wrong with a policy file: where, and what was expected.</summary>
/// <param name="Line">From 1, as is <paramref name="Column"/>; 0 for the file as a whole.</param>
public sealed record PolicyProblem(long Line, long Column, string Message)
{
    public override string ToString() =>
        Line == 0 ? Message : string.Create(CultureInfo.InvariantCulture, $"line {Line}, column {Column}: {Message}");
}

/// <summary>Everything that is wrong with a policy file, at once.</summary>
public sealed class PolicyException(IReadOnlyList<PolicyProblem> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<PolicyProblem> Problems { get; } = problems;
}
