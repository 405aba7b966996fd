using System.Text.RegularExpressions;

namespace ServerlessMcp.Tests.House;

/// <summary>Who may know whom, where the compiler alone does not say it.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>The only two places that put the program together, and so the only ones that can hand the changing port to the worker.</summary>
    private static readonly string[] CompositionRoots = ["src/ServerlessMcp.Local/", "src/ServerlessMcp.Lambda/"];

    private static IEnumerable<string> Source => CommittedFiles.Under("src", ".cs");

    [Theory]
    [InlineData("ServerlessMcp.Executions")]
    [InlineData("ServerlessMcp.StatesLanguage")]
    [InlineData("ServerlessMcp.AwsApi")]
    [InlineData("ServerlessMcp.Planning", "ServerlessMcp.Executions", "ServerlessMcp.AwsApi")]
    [InlineData("ServerlessMcp.Server", "ServerlessMcp.Planning")]
    [InlineData("ServerlessMcp.Lambda", "ServerlessMcp.Server")]
    [InlineData("ServerlessMcp.Local", "ServerlessMcp.Server", "ServerlessMcp.StatesLanguage")]
    public void A_project_references_only_what_the_design_allows(string project, params string[] allowed)
    {
        var text = CommittedFiles.Text($"src/{project}/{project}.csproj");

        Assert.Equal(allowed.Order(), ProjectReference().Matches(text).Select(match => match.Groups[1].Value).Order());
    }

    [Theory]
    [InlineData("ServerlessMcp.Executions")]
    [InlineData("ServerlessMcp.StatesLanguage")]
    public void A_pure_project_has_no_package(string project) =>
        Assert.DoesNotContain("<PackageReference", CommittedFiles.Text($"src/{project}/{project}.csproj"), StringComparison.Ordinal);

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = CommittedFiles.Text("ServerlessMcp.sln").Replace('\\', '/');

        Assert.DoesNotContain(CommittedFiles.All, path => path.EndsWith(".csproj", StringComparison.Ordinal) && !solution.Contains(path, StringComparison.Ordinal));
    }

    /// <summary>Whatever can change AWS, and the worker that holds it, is made in a composition root and nowhere else.</summary>
    [Fact]
    public void Only_a_composition_root_makes_what_can_change_aws()
    {
        var changers = Implementers("IAwsChanges").Concat(Implementers("IStepApi")).Append("Worker").Distinct().ToList();
        var made = new Regex($@"\bnew\s+({string.Join('|', changers)})\s*\(|Add(Singleton|Scoped|Transient)<[^>]*\b({string.Join('|', changers)})\b");

        Assert.Empty(CommittedFiles.Lines(Source.Where(path => !IsRoot(path)), made.IsMatch));
    }

    /// <summary>Planners and tools see <c>IAwsReads</c> alone.</summary>
    [Fact]
    public void Only_the_worker_is_given_the_port_that_changes_aws()
    {
        var allowed = Source.Where(path => IsRoot(path)
            || path.StartsWith("src/ServerlessMcp.AwsApi/", StringComparison.Ordinal)
            || path.StartsWith("src/ServerlessMcp.Planning/Aws/", StringComparison.Ordinal));

        Assert.Empty(CommittedFiles.Lines(Source.Except(allowed), line => Changing().IsMatch(line)));
    }

    [Fact]
    public void No_server_code_calls_a_step_api() =>
        Assert.Empty(CommittedFiles.Lines(CommittedFiles.Under("src/ServerlessMcp.Server", ".cs"), line => line.Contains("IStepApi", StringComparison.Ordinal)));

    [Theory]
    [InlineData("internal sealed class AwsClient(Model model, Func<int, string> name) : IAwsReads, IAwsChanges\n{", true)]
    [InlineData("public sealed class AwsStepApi(IAwsChanges changes) : IStepApi\n{", false)]
    [InlineData("internal sealed class Uses(IAwsChanges changes);", false)]
    public void An_implementer_is_told_from_a_user(string text, bool isImplementer) =>
        Assert.Equal(isImplementer, ImplementersIn(text, "IAwsChanges").Any());

    private static IEnumerable<string> Implementers(string port) => Source.SelectMany(path => ImplementersIn(CommittedFiles.Text(path), port));

    private static IEnumerable<string> ImplementersIn(string text, string port) => ClassHead().Matches(text)
        .Where(match => Regex.IsMatch(WithoutParentheses(match.Groups[2].Value), $@":[^:]*\b{port}\b"))
        .Select(match => match.Groups[1].Value);

    private static string WithoutParentheses(string head)
    {
        for (var shorter = Innermost().Replace(head, ""); shorter != head; shorter = Innermost().Replace(head, ""))
        {
            head = shorter;
        }

        return head;
    }

    private static bool IsRoot(string path) => CompositionRoots.Any(root => path.StartsWith(root, StringComparison.Ordinal));

    [GeneratedRegex(@"ProjectReference Include=""[^""]*?([\w.]+)\.csproj""")]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"\bclass\s+(\w+)([^{;]*)")]
    private static partial Regex ClassHead();

    [GeneratedRegex(@"\([^()]*\)")]
    private static partial Regex Innermost();

    [GeneratedRegex(@"\bIAwsChanges\b(?!""/>)")]
    private static partial Regex Changing();
}
