using System.Text.RegularExpressions;

namespace ServerlessMcp.Tests.House;

/// <summary>docs/mission.md names files, tests and commands that are there, and claims no better evidence than they give.</summary>
public sealed partial class MissionTests
{
    private static readonly string[] Grades = ["emulator", "documentation", "ours"];

    private static readonly string[] Themes = ["guardrails", "cloud", "toolset", "memory", "page"];

    private static List<Promise> Promises { get; } = Read(CommittedFiles.Text("docs/mission.md"));

    [Fact]
    public void Every_row_has_its_six_parts_and_a_grade()
    {
        Assert.True(Promises.Count > 30, $"{Promises.Count} rows");
        Assert.All(Promises, promise => Assert.True(
            promise.IsBuilt ? Grades.Contains(promise.Grade) : Themes.Contains(promise.Grade["not built: ".Length..]), $"{promise.Title}: {promise.Grade}"));
    }

    [Fact]
    public void What_is_built_names_file_test_and_command_and_what_is_not_names_none() => Assert.All(Promises, promise =>
    {
        Assert.All([promise.Files, promise.Tests, promise.Commands], part => Assert.Equal(promise.IsBuilt, part.Count > 0));
    });

    [Fact]
    public void Every_file_is_there() => Assert.Empty(Promises.SelectMany(promise => promise.Files).Except(CommittedFiles.All));

    [Fact]
    public void Every_test_is_there() => Assert.All(Promises.SelectMany(promise => promise.Tests), test => Assert.NotNull(SourceOf(test)));

    [Fact]
    public void Every_command_can_be_typed() => Assert.All(
        Promises.SelectMany(promise => promise.Commands), command => Assert.True(IsThere(command), command));

    [Fact]
    public void What_claims_the_emulator_runs_on_it() => Assert.Empty(Promises
        .Where(promise => promise.Grade == "emulator")
        .Where(promise => !promise.Tests.Any(test => CommittedFiles.Text(SourceOf(test)!).Contains(nameof(Local.Emulator.EmulatorFixture), StringComparison.Ordinal))
            && !promise.Commands.Any(command => Script().Match(command) is { Success: true } script
                && CommittedFiles.Text(script.Value).Contains("Emulator", StringComparison.Ordinal)))
        .Select(promise => promise.Title));

    [Theory]
    [InlineData("./smcp demon")]
    [InlineData("python3 -B tests/acceptance/none.py")]
    [InlineData("dotnet test tests/ServerlessMcp.Tests --filter NoSuchTests")]
    [InlineData("make coffee")]
    public void A_command_that_is_not_there_is_found(string command) => Assert.False(IsThere(command));

    private static bool IsThere(string command) => command.Split(' ') switch
    {
        ["./smcp", var name, ..] => DocumentTests.Commands.Contains(name),
        ["dotnet", "test", "tests/ServerlessMcp.Tests", "--filter", var test] => SourceOf(test) is { } source
            && CommittedFiles.Text(source) is var text && (text.Contains("[Fact", StringComparison.Ordinal) || text.Contains("[Theory", StringComparison.Ordinal)),
        [".ci/run", ..] => CommittedFiles.All.Contains(".ci/run"),
        _ => Script().Match(command) is { Success: true } script && CommittedFiles.All.Contains(script.Value),
    };

    private static string? SourceOf(string test) => CommittedFiles.Under("tests", ".cs").FirstOrDefault(path => path.EndsWith($"/{test}.cs", StringComparison.Ordinal));

    private static List<Promise> Read(string page) =>
    [
        .. page.Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length != 2 && cells[0] != "it is to")
            .Select(cells => cells.Length == 6
                ? new Promise(cells[0], Quoted(cells[2]), Quoted(cells[3]), Quoted(cells[4]), cells[5])
                : throw new InvalidOperationException($"{cells[0]}: {cells.Length} parts, and there are six.")),
    ];

    private static List<string> Quoted(string cell) => [.. Code().Matches(cell).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"tests/acceptance/[\w./-]+\.(?:py|sh)")]
    private static partial Regex Script();

    private sealed record Promise(string Title, IReadOnlyList<string> Files, IReadOnlyList<string> Tests, IReadOnlyList<string> Commands, string Grade)
    {
        public bool IsBuilt => !Grade.StartsWith("not built: ", StringComparison.Ordinal);
    }
}
