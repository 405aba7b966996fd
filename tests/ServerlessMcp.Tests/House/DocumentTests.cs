using System.Text.RegularExpressions;

namespace ServerlessMcp.Tests.House;

/// <summary>What the pages say is there.</summary>
public sealed partial class DocumentTests
{
    private static IEnumerable<string> Pages => CommittedFiles.All.Where(path => path.EndsWith(".md", StringComparison.Ordinal));

    /// <summary>Of <c>smcp</c>, the inner ones too.</summary>
    internal static IReadOnlySet<string> Commands { get; } = CommittedFiles.Under("src/ServerlessMcp.Local", ".cs")
        .SelectMany(path => NewCommand().Matches(CommittedFiles.Text(path)).Select(match => match.Groups[1].Value))
        .ToHashSet(StringComparer.Ordinal);

    [Fact]
    public void Every_smcp_command_in_a_page_exists()
    {
        var used = Pages.SelectMany(path => SmcpCommand().Matches(CommittedFiles.Text(path)).Select(match => (path, command: match.Groups[1].Value))).ToList();

        Assert.Contains(used, use => use is ("README.md", "demo"));
        Assert.Empty(used.Where(use => !Commands.Contains(use.command)).Distinct());
    }

    [Fact]
    public void Every_file_that_a_page_links_to_exists()
    {
        var broken =
            from page in Pages
            from Match link in Link().Matches(CommittedFiles.Text(page))
            let target = Path.Combine(Path.GetDirectoryName(Path.Combine(Repository.Root, page))!, link.Groups[1].Value.Split('#')[0])
            where !Path.Exists(target)
            select $"{page} -> {link.Groups[1].Value}";

        Assert.Empty(broken);
    }

    [Fact]
    public void Every_script_that_a_page_tells_to_run_exists() =>
        Assert.Empty(
            from page in Pages
            from Match script in Script().Matches(CommittedFiles.Text(page))
            where !Path.Exists(Path.Combine(Repository.Root, script.Value))
            select $"{page} -> {script.Value}");

    [Fact]
    public void The_check_runs_the_test_command_of_the_readme()
    {
        Assert.Contains("\n    dotnet test\n", CommittedFiles.Text("README.md"), StringComparison.Ordinal);
        Assert.Contains("\nwithin dotnet test 2>&1", CommittedFiles.Text(".ci/run"), StringComparison.Ordinal);
    }

    [Fact]
    public void Decisions_are_numbered_without_a_gap_and_short()
    {
        var decisions = CommittedFiles.Under("docs/decisions", ".md").ToList();

        Assert.Equal(
            Enumerable.Range(1, decisions.Count).Select(n => n.ToString("0000", System.Globalization.CultureInfo.InvariantCulture)),
            decisions.Select(path => Path.GetFileName(path)[..4]));
        Assert.All(decisions, path =>
        {
            var text = CommittedFiles.Text(path);
            Assert.True(text.AsSpan().Count('\n') <= 40, $"{path} is longer than 40 lines");
            Assert.All(["Status", "Context", "Decision", "Rejected", "Consequence", "How we would know it is wrong"], part =>
                Assert.Contains($"**{part}**", text, StringComparison.Ordinal));
        });
    }

    [GeneratedRegex(@"(?:Command|Make|new)\(\s*""([a-z][a-z-]*)""")]
    private static partial Regex NewCommand();

    [GeneratedRegex(@"(?<![\w/])(?:\./)?smcp ([a-z][a-z-]+)(?=[\s`|)])")]
    private static partial Regex SmcpCommand();

    [GeneratedRegex(@"\]\((?!https?:|#|mailto:)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w/])tests/[\w./-]+\.(?:py|mjs|sh)\b")]
    private static partial Regex Script();
}
