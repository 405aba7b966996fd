using ServerlessMcp.Local.Configuration;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Local.Configuration;

public sealed class TargetsReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _data = new();
    private readonly Dictionary<string, string> _flags = new(StringComparer.Ordinal);

    public TargetsReaderTests() => _flags["--data"] = _data.Path;

    public void Dispose()
    {
        _folder.Dispose();
        _data.Dispose();
    }

    [Theory]
    [InlineData("smcp.yaml", """
        port: 9001
        targets:
          prod:
            account: 022233334444
            role_arn: arn:aws:iam::022233334444:role/smcp
            external_id: sesame-1
            regions: [eu-west-1, eu-central-1]
          dev:
            account: "555566667777"
            roleArn: arn:aws:iam::555566667777:role/team/smcp
        """)]
    [InlineData("smcp.json", """
        {"port": 9001, "targets": {
          "prod": {"account": "022233334444", "roleArn": "arn:aws:iam::022233334444:role/smcp", "externalId": "sesame-1", "regions": ["eu-west-1", "eu-central-1"]},
          "dev": {"account": 555566667777, "role_arn": "arn:aws:iam::555566667777:role/team/smcp"} } }
        """)]
    public void Targets_are_read_from_YAML_and_JSON(string name, string text)
    {
        WriteFile(name, text);

        var settings = Read();

        Assert.Equal(9001, settings.Port);
        Assert.Equal(["prod", "dev"], settings.Targets.Select(target => target.Name));
        var (prod, dev) = (settings.Targets[0], settings.Targets[1]);
        Assert.Equal(("022233334444", "arn:aws:iam::022233334444:role/smcp", "sesame-1"), (prod.Account, prod.RoleArn, prod.ExternalId));
        Assert.Equal(["eu-west-1", "eu-central-1"], prod.Regions);
        Assert.Equal(("555566667777", null), (dev.Account, dev.ExternalId));
        Assert.Empty(dev.Regions);
    }

    [Fact]
    public void Every_problem_comes_at_once_with_its_line_its_field_and_what_is_right()
    {
        var path = WriteFile("smcp.yaml", """
            targets:
              Prod:
                account: 12
                role_arn: arn:aws:iam::222233334444:user/x
                external_id: "!"
                regions: [eu-wets-1]
                region: eu-west-1
              other:
                account: 222233334444
                role_arn: arn:aws:iam::999933334444:role/smcp
              bare:
                account: 222233334444
              text: yes
            """);

        var wrong = Assert.Throws<ConfigurationException>(Read);

        Assert.Equal(
            [
                $"file {path}, line 3: targets.Prod: a name is a lower-case letter and then up to 31 of a-z, 0-9 and -.",
                $"file {path}, line 7: targets.Prod.region: is unknown; known are account, role_arn, change_role_arn, external_id, regions.",
                $"file {path}, line 3: targets.Prod.account: must be the 12 digits of an AWS account.",
                $"file {path}, line 4: targets.Prod.role_arn: must be a role's ARN, such as arn:aws:iam::222233334444:role/smcp.",
                $"file {path}, line 5: targets.Prod.external_id: must be 2 to 1224 letters, digits and +=,.@:/_-.",
                $"file {path}, line 6: targets.Prod.regions: There is no Region 'eu-wets-1'; nearest: eu-west-1, eu-west-2, eu-west-3.",
                $"file {path}, line 10: targets.other.role_arn: the role is of account 999933334444, and account says 222233334444; they must be the same.",
                $"file {path}, line 12: targets.bare: has no role_arn: a role's ARN, such as arn:aws:iam::222233334444:role/smcp.",
                $"file {path}, line 13: targets.text: must be a mapping with account and role_arn.",
            ],
            wrong.Problems);
    }

    [Fact]
    public void An_account_has_one_target()
    {
        WriteFile("smcp.yaml", $"targets:\n  a: {Right}\n  b: {Right}\n");

        var wrong = Assert.Throws<ConfigurationException>(Read);

        Assert.Contains("a and b are of the same account 222233334444", Assert.Single(wrong.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("targets: prod\n")]
    [InlineData("targets:\n  - prod\n")]
    public void Targets_are_a_mapping(string text)
    {
        WriteFile("smcp.yaml", text);

        var wrong = Assert.Throws<ConfigurationException>(Read);

        Assert.Contains("must be a mapping of names", Assert.Single(wrong.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void With_the_own_account_only_the_data_folder_names_other_accounts()
    {
        var path = WriteFile("smcp.yaml", $"targets:\n  prod: {Right}\n");
        _flags["--aws"] = "true";

        var wrong = Assert.Throws<ConfigurationException>(Read);
        File.Move(path, _data.File("smcp.yaml"));

        Assert.StartsWith($"file {path}: with --aws, 'targets' is read from the data folder only ({_data.Path})", Assert.Single(wrong.Problems), StringComparison.Ordinal);
        Assert.Equal("prod", Assert.Single(Read().Targets).Name);
    }

    [Theory]
    [InlineData("smcp.yaml", "changes:\n  role_arn: arn:aws:iam::111122223333:role/changes\n  external_id: sesame-1\n")]
    [InlineData("smcp.json", """{"changes": {"roleArn": "arn:aws:iam::111122223333:role/changes", "externalId": "sesame-1"}}""")]
    public void The_change_role_of_the_own_account_is_read(string name, string text)
    {
        WriteFile(name, text);

        Assert.Equal(new("arn:aws:iam::111122223333:role/changes", "sesame-1"), Read().ChangeRole);
    }

    [Theory]
    [InlineData("changes: on\n", ": changes: must be a mapping with role_arn")]
    [InlineData("changes: {external_id: sesame-1}\n", ": changes: has no role_arn")]
    [InlineData("changes: {role_arn: me, role: x}\n", ": changes.role: is unknown; known are role_arn, external_id.|: changes.role_arn: must be a role's ARN")]
    [InlineData(
        "targets:\n  prod: {account: 222233334444, role_arn: 'arn:aws:iam::222233334444:role/r', change_role_arn: 'arn:aws:iam::999933334444:role/c'}\n",
        ": targets.prod.change_role_arn: the role is of account 999933334444")]
    public void A_wrong_change_role_says_what_is_right(string text, string problems)
    {
        WriteFile("smcp.yaml", text);

        var wrong = Assert.Throws<ConfigurationException>(Read);

        Assert.Equal(problems.Split('|').Length, wrong.Problems.Count);
        Assert.All(problems.Split('|').Zip(wrong.Problems), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void With_the_own_account_only_the_data_folder_names_a_change_role()
    {
        var path = WriteFile("smcp.yaml", "changes: {role_arn: 'arn:aws:iam::111122223333:role/changes'}\n");
        _flags["--aws"] = "true";

        Assert.StartsWith($"file {path}: with --aws, 'changes' is read from the data folder only", Assert.Single(Assert.Throws<ConfigurationException>(Read).Problems), StringComparison.Ordinal);
    }

    private const string Right = "{account: 222233334444, role_arn: 'arn:aws:iam::222233334444:role/smcp'}";

    private Settings Read() => new SettingsReader(_ => null, _folder.Path).Read(_flags);

    private string WriteFile(string name, string text)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, text);
        return path;
    }
}
