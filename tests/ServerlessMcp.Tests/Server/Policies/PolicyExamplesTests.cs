using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Server.Access.Policies;
using ServerlessMcp.Tests.House;

namespace ServerlessMcp.Tests.Server.Policies;

/// <summary>The files of docs/policy do what their comments say.</summary>
public sealed class PolicyExamplesTests
{
    private const string Development = "111122223333";
    private const string Production = "444455556666";
    private const string Arn = "arn:aws:rds:eu-west-1:111122223333:db:a";

    private static readonly AwsCatalog Catalog = new();
    private static readonly DateTimeOffset Wednesday = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Every_example_is_tested() => Assert.Equal(
        ["forbid-list.yaml", "read-only.yaml", "solo.yaml", "team.yaml"],
        CommittedFiles.Under("docs/policy", ".yaml").Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("ec2:StopInstances", UndoClass.Partial, 0, "allow: everything")]
    [InlineData("ec2:StopInstances", UndoClass.None, 0, "confirm: not-to-be-taken-back")]
    [InlineData("ec2:DeleteVpc", UndoClass.Full, 0, "confirm: deletions")]
    [InlineData("ec2:RunInstances", UndoClass.Full, null, "approve: costly, by oneself too")]
    [InlineData("ec2:RunInstances", UndoClass.Full, 50, "allow: everything")]
    [InlineData("ec2:RunInstances", UndoClass.Full, 51, "approve: costly, by oneself too")]
    public void Solo(string operation, UndoClass undo, int? cost, string expected) =>
        Assert.Equal(expected, Judge("solo.yaml", Ask(Step(operation) with { Reversibility = new(undo, []) }) with { MonthlyCostUsd = cost }, Wednesday));

    [Theory]
    [InlineData(Development, "ec2:StopInstances", 12, 20, "allow: development")]
    [InlineData(Development, "ec2:StopInstances", 12, 21, "forbid: too_many_targets")]
    [InlineData(Production, "ec2:StopInstances", 12, 1, "approve: production")]
    [InlineData(Production, "ec2:StopInstances", 7, 1, "forbid: production-out-of-hours")]
    [InlineData(Production, "ec2:StopInstances", 12, 6, "forbid: production-a-few-at-a-time")]
    [InlineData(Production, "iam:CreateRole", 12, 1, "forbid: permissions")]
    [InlineData("777788889999", "ec2:StopInstances", 12, 1, "forbid: forbidden_by_policy")]
    public void Team(string account, string operation, int hour, int targets, string expected) =>
        Assert.Equal(expected, Judge("team.yaml", Ask(Step(operation)) with { Target = new(account, "eu-west-1"), Targets = targets }, Wednesday.AddHours(hour - 12)));

    [Fact]
    public void Read_only()
    {
        Assert.Equal("forbid: no-changes", Judge("read-only.yaml", Ask(Step("ec2:StopInstances")), Wednesday));
        Assert.Equal("allow: ", Judge("read-only.yaml", Ask(ServerlessMcp.Executions.Plans.Step.Look("a", StepKind.Check, "look")), Wednesday));
    }

    [Theory]
    [InlineData("ec2:StopInstances", "{}", null, "confirm: everything")]
    [InlineData("iam:CreateUser", "{}", null, "forbid: never")]
    [InlineData("ec2:AuthorizeSecurityGroupIngress", """{"IpPermissions":[{"IpRanges":[{"CidrIp":"10.0.0.0/8"}]}]}""", null, "confirm: everything")]
    [InlineData("ec2:AuthorizeSecurityGroupIngress", """{"IpPermissions":[{"IpRanges":[{"CidrIp":"10.0.0.0/8"},{"CidrIp":"0.0.0.0/0"}]}]}""", null, "forbid: open-to-the-world")]
    [InlineData("ec2:RunInstances", """{"InstanceType":"t3.small"}""", null, "confirm: everything")]
    [InlineData("ec2:RunInstances", """{"InstanceType":"m7i.large"}""", null, "forbid: large-instances")]
    [InlineData("ec2:RunInstances", """{"InstanceType":"${steps.a.output.Type}"}""", null, "forbid: large-instances")]
    [InlineData("ec2:DeleteVpc", "{}", "dev", "confirm: everything")]
    [InlineData("ec2:DeleteVpc", "{}", "prod", "forbid: only-development")]
    [InlineData("ec2:DeleteVpc", "{}", null, "forbid: only-development")]
    public void Forbid_list(string operation, string parameters, string? env, string expected)
    {
        var step = Step(operation);
        var tags = env is null ? [] : new Dictionary<string, JsonNode> { [Arn] = new JsonArray(new JsonObject { ["Key"] = "env", ["Value"] = env }) };
        var ask = Ask(step with { Resource = Arn, Call = step.Call with { Parameters = JsonNode.Parse(parameters)!.AsObject() } }) with { Tags = tags };

        Assert.Equal(expected, Judge("forbid-list.yaml", ask, Wednesday));
    }

    private static string Judge(string file, ChangeRequest request, DateTimeOffset at)
    {
        var policy = PolicyReader.Read(CommittedFiles.Text($"docs/policy/{file}"), file, Catalog);
        var verdict = PolicyEngine.Judge(policy, request.Ask(at));
        var rules = string.Join(", ", verdict.Rules.Select(rule => rule.RuleId));
        return $"{verdict.Is.ToString().ToLowerInvariant()}: {(rules.Length > 0 ? rules : verdict.Code)}{(verdict.AllowSelf ? ", by oneself too" : "")}";
    }

    private static ChangeRequest Ask(Step step) => new() { Target = new(Development, "eu-west-1"), Steps = [step], PrincipalId = "key_a" };

    private static Step Step(string operation) => ServerlessMcp.Tests.Executions.Running.Steps.CreateByToken("a") with
    {
        Effect = OperationEffect.Of(operation.Split(':')[1]),
        Call = new("aws", operation.Split(':')[0], operation.Split(':')[1], []),
    };
}
