using System.Text.RegularExpressions;

namespace ServerlessMcp.Tests.House;

/// <summary>The repository knows no machine that it was written on.</summary>
public sealed partial class PrivacyTests
{
    private static readonly string[] TextExtensions =
        [".cs", ".csproj", ".props", ".targets", ".json", ".jsonl", ".md", ".txt", ".py", ".cjs", ".mjs", ".js", ".sh", ".yaml", ".yml", ".cmd", ".sln", "", ".editorconfig"];

    private static IEnumerable<string> Texts => CommittedFiles.All.Where(path => TextExtensions.Contains(Path.GetExtension(path), StringComparer.Ordinal));

    [Fact]
    public void No_file_names_a_path_of_some_machine() =>
        Assert.Empty(CommittedFiles.Lines(Texts, line => MachinePath().IsMatch(line)));

    [Fact]
    public void No_file_names_a_package_registry() =>
        Assert.Empty(CommittedFiles.Lines(Texts, line => Registry().IsMatch(line)));

    [Fact]
    public void No_configuration_of_a_package_client_is_committed() =>
        Assert.DoesNotContain(CommittedFiles.All, path =>
            Path.GetFileName(path) is ".npmrc" or "pip.conf" || Path.GetFileName(path).Equals("nuget.config", StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void No_file_holds_an_aws_access_key() =>
        Assert.Empty(CommittedFiles.Lines(Texts, line => AccessKey().Matches(line).Any(key => !key.Value.EndsWith("EXAMPLE", StringComparison.Ordinal))));

    [GeneratedRegex(@"(?<![\w.$}])/(?:root|home|work|Users)/\w|(?<![\w.])/tmp/(?:wt|bash)|[A-Z]:\\+Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"https?://[^/\s""']*(?:registry|nuget|npmjs|pypi|artifactory|nexus|pythonhosted)[^/\s""']*", RegexOptions.IgnoreCase)]
    private static partial Regex Registry();

    [GeneratedRegex(@"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")]
    private static partial Regex AccessKey();
}
