using System.Globalization;
using System.Text;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Undo;
using ServerlessMcp.Tests.Planning.Proofs;

namespace ServerlessMcp.Tests.Planning.Undo;

/// <summary>docs/undo-table.md: what can be taken back, from the undo catalogue and the proofs' cases.</summary>
internal static class UndoTable
{
    public const string Path = "docs/undo-table.md";

    /// <summary>A longer condition is read in the entry.</summary>
    private const int MostCondition = 90;

    public static string Write(IReadOnlyList<UndoEntry> entries)
    {
        var page = new StringBuilder($"""
            # What can be taken back

            <!-- Made by UndoTableTests from src/ServerlessMcp.Planning/Undo/catalogue; SMCP_GOLDEN=write makes it anew. -->

            {entries.Count} operations of {entries.Select(entry => entry.Service).Distinct().Count()} services have an entry in [the undo catalogue](undo-catalogue.md). {Count(entries, UndoClass.Full)} of them come back
            in full in every form that has an undo at all, {Count(entries, UndoClass.Partial)} lose something in some form. Any other operation is class `none`: its plan asks a person first, or takes the caller's own undo.

            Proven means: on the emulator, in each form that is named, in three ways (a later step fails; undone after success; every answer is lost), with an inventory that is as it was
            before, but for exactly what is lost. No entry was tried on a real account. An operation's name leads to the page of the AWS documentation that its entry follows.


            """);
        foreach (var service in entries.GroupBy(entry => entry.Service))
        {
            page.Append($"## {service.Key}\n\n| operation | is taken back by | class, and what is lost | proven in the form |\n|---|---|---|---|\n");
            foreach (var entry in service.OrderBy(Worst).ThenBy(entry => entry.Class.Count).ThenBy(entry => entry.Operation, StringComparer.Ordinal))
            {
                page.Append($"| [`{entry.Operation}`]({entry.Source}) | {By(entry)} | {string.Join("<br>", entry.Class.Select(Class))} | {Forms(entry)} |\n");
            }

            page.Append('\n');
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static string Count(IEnumerable<UndoEntry> entries, UndoClass worst) =>
        entries.Count(entry => Worst(entry) == (int)worst).ToString(CultureInfo.InvariantCulture);

    /// <summary>Of the forms that have an undo.</summary>
    private static int Worst(UndoEntry entry) => entry.Class
        .Where(item => item.Class != UndoClass.None)
        .Select(item => (int)item.Class)
        .DefaultIfEmpty((int)UndoClass.None)
        .Max();

    private static string By(UndoEntry entry) => string.Join(", ", entry.Undo.Select(undo => $"`{undo.Operation}`").Distinct());

    private static string Class(EntryClass item)
    {
        var when = item.When switch
        {
            null => "",
            { Length: > MostCondition } => " in forms that the entry names",
            var condition => $" if `` {Cell(condition)} ``",
        };
        var loses = item.Loses is { Count: > 0 } lost ? $": {Cell(string.Join("; ", lost))}" : "";
        return $"`{item.Class.ToString().ToLowerInvariant()}`{when}{loses}";
    }

    private static string Forms(UndoEntry entry)
    {
        var name = $"{entry.Service}:{entry.Operation}";
        var forms = ProofCases.Names
            .Where(one => one == name || one.StartsWith($"{name} ", StringComparison.Ordinal))
            .Select(one => one == name ? "usual" : one[(name.Length + 1)..]);
        return string.Join(", ", forms);
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
