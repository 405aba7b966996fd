using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.AwsApi.Jmes;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Tests.Planning.Undo;

/// <summary>What the entries read out of answers is in the models: a misspelt member would be null for ever, and "not there" a lie.</summary>
public sealed partial class UndoCatalogueAnswerTests
{
    private static readonly AwsCatalog Catalog = new();

    /// <summary>Reads a text that is itself JSON, or seeks a text in a list, which no sample has.</summary>
    private static readonly HashSet<string> Texts = ["lambda:AddPermission", "secrets-manager:PutSecretValue"];

    /// <summary>Members that depend on a value, which the sample does not have: a volume's type, a gateway's kind, a version's stage.</summary>
    private static readonly HashSet<string> Conditional =
        ["ec2:DeleteRoute.endpoint", "ec2:ModifyVolume.iops", "ec2:ReplaceRoute.endpoint", "secrets-manager:PutSecretValue.current"];

    public static TheoryData<string> Entries => UndoCatalogueModelTests.Entries;

    /// <summary>Each name of each expression is a member of that operation's answer, or the expression's own.</summary>
    [Theory]
    [MemberData(nameof(Entries))]
    public void Every_name_is_a_member_of_the_answer(string name)
    {
        var entry = Find(name);

        Assert.Empty(Expressions(entry).SelectMany(read =>
        {
            var tokens = JmesLexer.Tokens(Plain(read.Expression));
            var own = tokens.Where((_, n) => IsNamed(tokens, n)).Select(token => token.Text).ToHashSet(StringComparer.Ordinal);
            var known = SampleAnswer.Names(Catalog, entry.Service, read.Operation);
            return tokens
                .Where((token, n) => token.Kind == JmesTokenKind.Name && !IsFunction(tokens, n) && !own.Contains(token.Text) && !known.Contains(token.Text))
                .Select(token => $"{read.Operation} answers no {token.Text}: {read.Expression}");
        }));
    }

    /// <summary>Of an answer that has everything, each member of a selection has something: it stands in the right place.</summary>
    [Theory]
    [MemberData(nameof(Entries))]
    public void Every_member_that_is_read_is_where_it_is_looked_for(string name)
    {
        var entry = Find(name);

        Assert.Empty(Selections(entry).Where(_ => !Texts.Contains(name)).SelectMany(read =>
        {
            var answer = SampleAnswer.Of(Catalog, entry.Service, read.Operation);
            var found = JmesExpression.Parse(Equality().Replace(Plain(read.Select), "$1 != `null`")).Search(answer);
            return found is null
                ? [$"{read.Operation} gives nothing: {read.Select}"]
                : Nulls(found, name).Where(path => !Conditional.Contains(path)).Select(path => $"{read.Operation} gives no {path}: {read.Select}");
        }));
    }

    private static UndoEntry Find(string name) => UndoCatalogue.Load().Find(name.Split(':')[0], name.Split(':')[1])!;

    private static IEnumerable<EntryRead> Selections(UndoEntry entry) => new[] { entry.Before, entry.After, entry.Locate }.OfType<EntryRead>();

    private static IEnumerable<(string Operation, string Expression)> Expressions(UndoEntry entry) =>
    [
        .. Selections(entry).Select(read => (read.Operation, read.Select)),
        .. entry.Empty.Select(condition => (condition.Operation, condition.Until)),
        .. from wait in entry.Undo.Select(undo => undo.Wait).Append(entry.Wait).OfType<EntryWait>()
           where wait.Operation is not null
           from expression in new[] { wait.Until, wait.FailWhen }.OfType<string>()
           select (wait.Operation, expression),
    ];

    /// <summary>With a value in each placeholder's place: the names of a list are one member, all else is the text that the sample answers.</summary>
    private static string Plain(string expression)
    {
        var names = Names().Replace(expression, $"{{{SampleAnswer.Text}: {SampleAnswer.Text}}}");
        return Placeholder().Replace(names.Replace("<<own>>", "`[]`", StringComparison.Ordinal), $"`\"{SampleAnswer.Text}\"`");
    }

    private static bool IsNamed(List<JmesToken> tokens, int n) =>
        tokens[n].Kind is JmesTokenKind.Name or JmesTokenKind.QuotedName && tokens[n + 1].Kind == JmesTokenKind.Colon;

    private static bool IsFunction(List<JmesToken> tokens, int n) => tokens[n + 1].Kind == JmesTokenKind.OpenParenthesis;

    private static IEnumerable<string> Nulls(JsonNode? node, string path) => node switch
    {
        null => [path],
        JsonObject members => members.SelectMany(member => Nulls(member.Value, $"{path}.{member.Key}")),
        JsonArray items => items.SelectMany(item => Nulls(item, $"{path}[]")),
        _ => [],
    };

    /// <summary>A member compared with a value: in the sample it is enough that it is there.</summary>
    [GeneratedRegex("""([A-Za-z][A-Za-z.]*(?:\."[^"]+")?) == (?:`[^`]*`|'[^']*')""")]
    private static partial Regex Equality();

    [GeneratedRegex("<<names:.+?>>")]
    private static partial Regex Names();

    [GeneratedRegex(@"<<.+?>>|(?<!\$)\{(param[^}]*|account|region|partition|type)\}")]
    private static partial Regex Placeholder();
}
