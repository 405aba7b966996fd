using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Local.Configuration;

public sealed class SettingsReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _flags = new(StringComparer.Ordinal);

    public SettingsReaderTests() => _environment["SMCP_DATA"] = _folder.Path;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_any_source_the_defaults_stand()
    {
        var settings = Read();

        Assert.Equal(8000, settings.Port);
        Assert.Equal("info", settings.LogLevel);
        Assert.Equal(TimeSpan.FromSeconds(300), settings.ToolCacheTime);
        Assert.Equal(["*"], settings.EnabledTools);
        Assert.Empty(settings.CriticalTools);
        Assert.False(settings.Aws);
        Assert.Null(settings.AwsEndpoint);
    }

    [Theory]
    [InlineData("smcp.yaml", "port: 9001\nenabled_tools:\n  - whoami\n  - aws_*\n")]
    [InlineData("smcp.json", """{ "port": 9001, "enabled_tools": ["whoami", "aws_*"] }""")]
    public void A_file_is_read_as_YAML_or_JSON(string name, string text)
    {
        var path = WriteFile(name, text);

        var settings = Read();

        Assert.Equal(9001, settings.Port);
        Assert.Equal(["whoami", "aws_*"], settings.EnabledTools);
        Assert.Equal($"file {path}", settings.Values.First(value => value.Setting == Setting.Port).Source);
    }

    [Theory]
    [InlineData("aws")]
    [InlineData("allow_changes")]
    [InlineData("no_auth")]
    public void A_file_that_lies_in_some_folder_cannot_open_the_account_or_the_door(string name)
    {
        var path = WriteFile("smcp.yaml", $"{name}: true\n");

        var wrong = Assert.Throws<ConfigurationException>(Read);

        Assert.StartsWith($"file {path}: '{name}' is set by a flag only", Assert.Single(wrong.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Issuers_are_read_as_in_the_cloud_and_tokens_are_for_this_address()
    {
        _environment["SMCP_ISSUERS"] = "https://one.example/pool, https://two.example JWT";
        _flags["--port"] = "9001";

        var jwt = Read().Jwt!;

        Assert.Equal("http://127.0.0.1:9001/mcp", jwt.Resource.OriginalString);
        Assert.Equal([new("https://one.example/pool"), new("https://two.example", PlainType: true)], jwt.Issuers);
        _flags["--resource"] = "https://mcp.example.com/mcp";
        Assert.Equal("https://mcp.example.com/mcp", Read().Jwt!.Resource.OriginalString);
    }

    [Theory]
    [InlineData("--issuers", "http://evil.example", "expected the issuer's https address")]
    [InlineData("--resource", "https://mcp.example.com/mcp", "goes with 'issuers'")]
    [InlineData("--issuers|--resource", "https://one.example|http://mcp.example.com/mcp", "expected the https address of the endpoint")]
    [InlineData("--issuers|--port", "https://one.example|0", "set 'resource', or a port")]
    [InlineData("--issuers|--no-auth", "https://one.example|true", "choose one")]
    public void What_is_wrong_with_issuers_is_told(string flags, string values, string problem)
    {
        foreach (var (flag, value) in flags.Split('|').Zip(values.Split('|')))
        {
            _flags[flag] = value;
        }

        var wrong = Assert.Throws<ConfigurationException>(Read);

        Assert.Contains(problem, Assert.Single(wrong.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_folder_than_the_data_lets_no_tokens_in()
    {
        WriteFile("smcp.yaml", "issuers: [https://one.example]\n");
        Assert.Single(Read().Jwt!.Issuers);
        _environment["SMCP_DATA"] = Path.Combine(_folder.Path, "data");

        var wrong = Assert.Throws<ConfigurationException>(Read);

        Assert.Contains("'issuers' is read from the data folder only", Assert.Single(wrong.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_file_counts_from_the_file_that_names_it_and_with_aws_only_from_the_data_folder()
    {
        var path = WriteFile("smcp.yaml", "policy_file: rules/policy.yaml\n");
        Assert.Equal(Path.Combine(_folder.Path, "rules", "policy.yaml"), Read().PolicyFile);
        _flags["--aws"] = "true";
        Assert.NotNull(Read().PolicyFile);

        _environment["SMCP_DATA"] = Path.Combine(_folder.Path, "data");
        var wrong = Assert.Throws<ConfigurationException>(Read);
        Assert.StartsWith($"file {path}: with --aws, 'policy_file' is read from the data folder only", Assert.Single(wrong.Problems), StringComparison.Ordinal);

        _flags["--policy"] = "own.yaml";
        Assert.Equal(Path.GetFullPath("own.yaml"), Read().PolicyFile);
    }

    [Theory]
    [InlineData("policy_file: rules.yaml", "policy_file", true)]
    [InlineData("changes: {role_arn: 'arn:aws:iam::111122223333:role/changes'}", "changes", true)]
    [InlineData("targets: {prod: {account: '222233334444', role_arn: 'arn:aws:iam::222233334444:role/smcp'}}", "targets", true)]
    [InlineData("issuers: [https://one.example]", "issuers", false)]
    public void A_file_does_not_make_its_own_folder_the_data_folder(string line, string name, bool withAws)
    {
        WriteFile("smcp.yaml", $"data: {_folder.Path}\n{line}\n");
        _environment["SMCP_DATA"] = "";
        if (withAws)
        {
            _flags["--aws"] = "true";
        }

        var wrong = Assert.Throws<ConfigurationException>(Read);

        Assert.Contains(wrong.Problems, problem => problem.Contains($"'{name}' is read from the data folder only", StringComparison.Ordinal) && !problem.Contains($"({_folder.Path})", StringComparison.Ordinal));
    }

    [Fact]
    public void With_aws_no_file_of_another_folder_says_where_keys_and_plans_are()
    {
        var path = WriteFile("smcp.yaml", "data: elsewhere\n");
        _environment["SMCP_DATA"] = "";
        Assert.EndsWith("elsewhere", Read().DataFolder, StringComparison.Ordinal);
        _flags["--aws"] = "true";

        var wrong = Assert.Throws<ConfigurationException>(Read);

        Assert.StartsWith($"file {path}: with --aws, 'data' is not taken from the file of a folder", Assert.Single(wrong.Problems), StringComparison.Ordinal);
        _flags["--data"] = Path.Combine(_folder.Path, "mine");
        Assert.Equal(_flags["--data"], Read().DataFolder);
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_a_flag_over_both()
    {
        WriteFile("smcp.yaml", "port: 9001\nregion: eu-west-1\nlog_level: debug\n");
        _environment["MCP_SERVER_PORT"] = "9002";
        _environment["AWS_REGION"] = "eu-north-1";
        _flags["--port"] = "9003";

        var settings = Read();

        Assert.Equal((9003, "eu-north-1", "debug"), (settings.Port, settings.Region, settings.LogLevel));
        Assert.Equal(
            ["flag --port", "environment AWS_REGION"],
            settings.Values.Where(value => value.Setting == Setting.Port || value.Setting == Setting.Region).Select(value => value.Source));
    }

    [Fact]
    public void All_problems_come_at_once_and_each_names_its_source_and_what_is_right()
    {
        var path = WriteFile("smcp.yaml", "log_level: loud\nprot: 1\n");
        _environment["MCP_SERVER_PORT"] = "99999";
        _environment["ENABLED_TOOLS"] = "who am i";
        _flags["--aws-endpoint"] = "localhost";

        var wrong = Assert.Throws<ConfigurationException>(Read);

        Assert.Equal(5, wrong.Problems.Count);
        Assert.Contains(wrong.Problems, problem => problem.StartsWith($"file {path}: 'loud'", StringComparison.Ordinal) && problem.Contains("debug, info, warn or error", StringComparison.Ordinal));
        Assert.Contains(wrong.Problems, problem => problem.Contains("unknown setting 'prot'", StringComparison.Ordinal));
        Assert.Contains(wrong.Problems, problem => problem.StartsWith("environment MCP_SERVER_PORT: '99999'", StringComparison.Ordinal));
        Assert.Contains(wrong.Problems, problem => problem.StartsWith("environment ENABLED_TOOLS:", StringComparison.Ordinal));
        Assert.Contains(wrong.Problems, problem => problem.StartsWith("flag --aws-endpoint: 'localhost'", StringComparison.Ordinal));
    }

    [Fact]
    public void Changes_of_the_own_account_are_a_flag_that_goes_with_aws_and_with_keys()
    {
        _flags["--allow-changes"] = "true";
        var alone = Assert.Throws<ConfigurationException>(Read);
        _flags["--aws"] = "true";
        var right = Read();
        _flags["--no-auth"] = "true";
        var open = Assert.Throws<ConfigurationException>(Read);

        Assert.StartsWith("flag --allow-changes: goes with --aws", Assert.Single(alone.Problems), StringComparison.Ordinal);
        Assert.True(right.AllowChanges && right.WithAnyPort().AllowChanges);
        Assert.StartsWith("flag --allow-changes and flag --no-auth: choose one", Assert.Single(open.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void The_own_account_and_another_endpoint_exclude_each_other()
    {
        _flags["--aws"] = "true";
        _flags["--aws-endpoint"] = "http://127.0.0.1:1";

        var wrong = Assert.Throws<ConfigurationException>(Read);

        Assert.Contains("choose one", Assert.Single(wrong.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("smcp.json", "{ port: 1")]
    [InlineData("smcp.yaml", "port: [1")]
    [InlineData("smcp.yaml", "- port\n")]
    [InlineData("smcp.yaml", "port:\n  number: 1\n")]
    [InlineData("smcp.json", """{ "port": 1, "port": 2 }""")]
    [InlineData("smcp.yaml", "port: 1\nport: 2\n")]
    public void A_broken_file_is_named(string name, string text)
    {
        var path = WriteFile(name, text);

        var wrong = Assert.Throws<ConfigurationException>(Read);

        Assert.StartsWith($"file {path} ", Assert.Single(wrong.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_variable_counts_as_unset()
    {
        _environment["LOG_LEVEL"] = "";

        Assert.Equal("info", Read().LogLevel);
    }

    private Settings Read() => new SettingsReader(_environment.GetValueOrDefault, _folder.Path).Read(_flags);

    private string WriteFile(string name, string text)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, text);
        return path;
    }
}
