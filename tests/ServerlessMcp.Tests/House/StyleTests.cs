using System.Text.RegularExpressions;

namespace ServerlessMcp.Tests.House;

public sealed partial class StyleTests
{
    private const int MaxLines = 300;

    private static readonly string[] BannedWords = ["Helper", "Manager", "Util", "Utils", "Common", "Base", "Impl", "Info", "Data", "Processor"];

    private static readonly string[] CodeFolders = ["src", "tests"];

    private static IEnumerable<string> Sources => CodeFolders.SelectMany(folder => CommittedFiles.Under(folder, ".cs", ".cjs", ".mjs", ".js", ".ts", ".py"));

    private static IEnumerable<string> CSharp => CodeFolders.SelectMany(folder => CommittedFiles.Under(folder, ".cs"));

    private static IEnumerable<string> BuildFiles => CommittedFiles.All.Where(path =>
        Path.GetExtension(path) is ".csproj" or ".props" or ".targets" or ".editorconfig" or ".globalconfig" or ".ruleset");

    [Fact]
    public void No_source_file_is_longer_than_300_lines()
    {
        Assert.NotEmpty(Sources);

        Assert.Empty(Sources
            .Select(path => (path, lines: CommittedFiles.Text(path).AsSpan().Count('\n')))
            .Where(file => file.lines > MaxLines)
            .Select(file => $"{file.path} has {file.lines} lines; split it"));
    }

    [Fact]
    public void No_type_or_folder_has_a_word_that_says_nothing()
    {
        var types = CSharp
            .SelectMany(path => TypeName().Matches(CommittedFiles.Text(path)).Select(match => (path, name: match.Groups[1].Value)));
        var folders = CSharp
            .SelectMany(path => path.Split('/')[..^1].Select(folder => (path, name: folder)));

        Assert.Empty(types.Concat(folders).Where(found => Words(found.name).Intersect(BannedWords, StringComparer.Ordinal).Any()).Distinct());
    }

    [Fact]
    public void The_words_of_the_prototypes_are_gone() =>
        Assert.Empty(CommittedFiles.Lines(CSharp.Where(path => !path.Contains("/House/", StringComparison.Ordinal)), line => VoidWord().IsMatch(line)));

    [Fact]
    public void A_silenced_warning_has_its_reason_on_the_same_line() =>
        Assert.Empty(CommittedFiles.Lines(CSharp, line => SilencedWarning().IsMatch(line) && !SilencedWithReason().IsMatch(line)));

    [Fact]
    public void No_trim_or_native_warning_is_silenced()
    {
        Assert.NotEmpty(BuildFiles);

        Assert.Empty(CommittedFiles.Lines(BuildFiles, line => TrimWarning().IsMatch(line)));
        Assert.Empty(CommittedFiles.Lines(CSharp, line => SilencedTrimWarning().IsMatch(line)));
    }

    [Fact]
    public void Nothing_in_src_swallows_every_exception() =>
        Assert.Empty(CommittedFiles.Lines(CommittedFiles.Under("src", ".cs"), line => EmptyCatch().IsMatch(line)));

    [Theory]
    [InlineData("ResultInfo", true)]
    [InlineData("DataReader", true)]
    [InlineData("LocalDatabase", false)]
    [InlineData("BaselineCheck", false)]
    public void A_banned_word_counts_as_a_whole_word_only(string name, bool isBanned) =>
        Assert.Equal(isBanned, Words(name).Intersect(BannedWords, StringComparer.Ordinal).Any());

    private static IEnumerable<string> Words(string name) => CamelWord().Matches(name).Select(match => match.Value);

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|sealed|abstract|static|partial|readonly|file|ref)\s+)*(?:class|interface|enum|struct|record(?:\s+struct|\s+class)?)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeName();

    [GeneratedRegex(@"[A-Z][a-z0-9]*|[a-z]+")]
    private static partial Regex CamelWord();

    [GeneratedRegex(@"\b(OperationException|NEEDS_HUMAN|planDigest|IWorkflowEngine|PlanDigest)\b")]
    private static partial Regex VoidWord();

    [GeneratedRegex(@"^\s*#pragma\s+warning\s+disable")]
    private static partial Regex SilencedWarning();

    [GeneratedRegex(@"^\s*#pragma\s+warning\s+disable\s+\w+.*//\s*\w+\s+\w+")]
    private static partial Regex SilencedWithReason();

    [GeneratedRegex(@"IL[23]\d{3}|<SuppressTrimAnalysisWarnings>true|<SuppressAotAnalysisWarnings>true|<TrimmerSingleWarn>")]
    private static partial Regex TrimWarning();

    [GeneratedRegex(@"UnconditionalSuppressMessage\(|SuppressMessage\([^)]*IL[23]\d|#pragma\s+warning\s+disable.*IL[23]\d")]
    private static partial Regex SilencedTrimWarning();

    [GeneratedRegex(@"catch\s*(\([^)]*\)\s*)?\{\s*\}")]
    private static partial Regex EmptyCatch();
}
