using System.Text.Json;
using System.Text.RegularExpressions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Aws;

namespace ServerlessMcp.Planning.Undo;

/// <summary>What an entry must be by itself, without AWS models; the models' part is a test.</summary>
internal static partial class UndoEntryCheck
{
    public static IEnumerable<string> Problems(UndoEntry entry) =>
        Shape(entry).Concat(Classes(entry)).Concat(Waits(entry)).Concat(Expressions(entry)).Select(problem => $"{entry.Service}:{entry.Operation}: {problem}");

    private static IEnumerable<string> Shape(UndoEntry entry)
    {
        if (entry.Iam.Count == 0)
        {
            yield return "iam: names no action; the worker's role is made from it";
        }

        if (!entry.Source.StartsWith("https://docs.aws.amazon.com/", StringComparison.Ordinal))
        {
            yield return "source: must be a page of https://docs.aws.amazon.com/";
        }

        if (entry.SettleSeconds is < 0 or > 300)
        {
            yield return "settleSeconds: must be 0 to 300";
        }

        if (entry.Repeat == RepeatRule.Locate && entry.Locate is null)
        {
            yield return "locate: missing, and repeat is locate";
        }

        if (entry.Before is null && entry.After is null)
        {
            yield return "before: missing, and after too: nothing would show what the call did";
        }

        if (JsonSerializer.Serialize(entry with { Resource = "" }, CatalogueJson.Default.UndoEntry).Contains("|name}", StringComparison.Ordinal))
        {
            yield return "resource: only there '{param.X|name}' can stand";
        }

        if (entry.Exists is not null && entry.Before is null)
        {
            yield return "exists: needs before, the read that finds the thing";
        }
    }

    private static IEnumerable<string> Classes(UndoEntry entry)
    {
        if (entry.Class.Count == 0 || entry.Class[^1].When is not null || entry.Class.SkipLast(1).Any(item => item.When is null))
        {
            yield return "class: the last item, and only that, has no 'when'";
        }

        foreach (var item in entry.Class)
        {
            var loses = item.Loses ?? [];
            if (item.Class == UndoClass.Declared)
            {
                yield return "class: 'declared' is the caller's own undo, and not for the catalogue";
            }
            else if ((item.Class != UndoClass.Full) != (loses.Count > 0))
            {
                yield return "class: 'partial' says what is lost in 'loses', 'none' why there is no undo; 'full' loses nothing";
            }
        }

        if (entry.Class.Count > 0 && entry.Class.All(item => item.Class == UndoClass.None))
        {
            yield return "class: is 'none' always; an operation without an undo has no entry";
        }

        if (entry.Undo.Count == 0)
        {
            yield return "undo: is empty";
        }
    }

    private static IEnumerable<string> Waits(UndoEntry entry) =>
        from wait in entry.Undo.Select(undo => undo.Wait).Append(entry.Wait).OfType<EntryWait>()
        where wait.Waiter is null ? wait.Operation is null || wait.Until is null : wait.Operation is not null || wait.Until is not null
        select "wait: is either {waiter, parameters} or {operation, parameters, until}";

    private static IEnumerable<string> Expressions(UndoEntry entry) =>
        from text in Texts(entry).OfType<string>()
        let problem = LooseNot().IsMatch(text) ? "'!a.b' means '(!a).b' in JMESPath: write '!(a.b)'" : JmesQueryLanguage.Problem(Template.Plain(text))
        where problem is not null
        select $"'{text}': {problem}";

    private static IEnumerable<string?> Texts(UndoEntry entry) =>
    [
        entry.Exists,
        .. new[] { entry.Before, entry.After, entry.Locate }.SelectMany(read => new[] { read?.Select, read?.Given }),
        .. entry.Undo.SelectMany(undo => new[] { undo.Given, undo.When, undo.Wait?.Until, undo.Wait?.FailWhen }),
        entry.Wait?.Until,
        entry.Wait?.FailWhen,
        .. entry.Class.Select(item => item.When),
        .. entry.Empty.Select(item => item.Until),
    ];

    [GeneratedRegex(@"![A-Za-z_]+[.\[]")]
    private static partial Regex LooseNot();
}
