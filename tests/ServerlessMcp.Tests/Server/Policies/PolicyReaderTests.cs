using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Policies;
using ServerlessMcp.Server.Access.Policies;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Server.Policies;

public sealed class PolicyReaderTests
{
    private static readonly AwsCatalog Catalog = new();

    [Fact]
    public void Every_member_is_read()
    {
        var policy = PolicyReader.Read(
            """
            version: 1
            allow_self: true
            limits: { max_targets: 5, cool_down_minutes: 10 }
            rules:
              - id: all-of-it
                approve: ["ec2:StopInstances", "events:*", "*:Delete*"]
                reason: it is production
                when:
                  tools: [create_plan, aws_change]
                  principals: key_*
                  scopes: [operate]
                  accounts: "111122223333"
                  regions: [eu-*, us-east-1]
                  tags: { env: [prod, live*], team: "*" }
                  arguments:
                    - { at: /InstanceIds/*, one_of: [i-1, null, 5, true, "5", t3.*] }
                    - { at: /Force, is: false }
                    - { at: /Count, at_most: 10, over: 2.5 }
                  targets: { over: 3 }
                  monthly_cost_usd: { at_most: 99.5 }
                  undo: [full, partial, declared, none]
                  effects: [create, change, delete]
                  hours: ["Mon-Fri 08:00-18:00", "daily 22:00-06:00"]
                unless: { regions: us-east-1 }
              - id: small
                approve: "*"
                allow_self: false
            """,
            "p.yaml", Catalog);

        var (rule, when) = (policy.Rules[0], policy.Rules[0].When);
        Assert.Equal((true, 5, 10), (policy.AllowSelf, policy.Limits.MaxTargets, policy.Limits.CoolDownMinutes));
        Assert.Equal(("all-of-it", VerdictKind.Approve, true, "it is production"), (rule.Id, rule.Is, rule.AllowSelf, rule.Reason));
        Assert.Equal(["ec2:StopInstances", "eventbridge:*", "*:Delete*"], rule.Operations);
        Assert.Equal(["prod", "live*"], when.Tags!["env"]);
        Assert.Equal(["\"i-1\"", null, "5", "true", "\"5\"", "\"t3.*\""], when.Arguments![0].OneOf!.Select(value => value?.ToJsonString()));
        Assert.Equal(new Bound(10, 2.5m), when.Arguments[2].Bound);
        Assert.Equal((new Bound(null, 3), new Bound(99.5m, null)), (when.Targets!, when.MonthlyCostUsd!));
        Assert.Equal([UndoClass.Full, UndoClass.Partial, UndoClass.Declared, UndoClass.None], when.Undo);
        Assert.Equal([StepEffect.Create, StepEffect.Change, StepEffect.Delete], when.Effects);
        Assert.Equal(["mon,tue,wed,thu,fri 08:00-18:00", "mon,tue,wed,thu,fri,sat,sun 22:00-06:00"], when.Hours!.Select(window => window.ToString()));
        Assert.Equal(["key_*", "operate", "111122223333"], [.. when.Principals!, .. when.Scopes!, .. when.Accounts!]);
        Assert.Equal(["us-east-1"], rule.Unless!.Regions!);
        Assert.False(policy.Rules[1].AllowSelf);
    }

    [Theory]
    [InlineData("", "the file is empty: a mapping with the member 'rules' is expected")]
    [InlineData("rules: [", "line 2, column 1: this is not YAML")]
    [InlineData("[]", "line 1, column 1: a policy is expected: a mapping of version, allow_self, limits, rules; there is a list")]
    [InlineData("version: 1", "line 1, column 1: rules: a list of at most 500 rules is expected")]
    [InlineData("version: 2\nrules: []", "line 1, column 10: version: a number from 1 to 1 is expected; there is '2'")]
    [InlineData("rules: []\nlimit: {}", "line 2, column 1: a policy has no member 'limit'; expected is one of version, allow_self, limits, rules. Did you mean 'limits'?")]
    [InlineData("rules: []\nrules: []", "line 2, column 1: 'rules' stands here twice")]
    [InlineData("rules: []\nlimits: { max_targets: 2.5 }", "line 2, column 24: max_targets: a whole number is expected; there is '2.5'")]
    [InlineData("rules:\n  - allow: '*'", "line 2, column 5: a rule: an id is expected, such as prod-needs-approval")]
    [InlineData("rules:\n  - id: a", "line 2, column 5: a rule: exactly one of allow, confirm, approve, forbid is expected, with operations; there is none")]
    [InlineData("rules:\n  - { id: a, allow: '*', forbid: '*' }", "line 2, column 5: a rule: exactly one of allow, confirm, approve, forbid is expected, with operations; there is allow and forbid")]
    [InlineData("rules:\n  - { id: a, allow: '*' }\n  - { id: a, allow: '*' }", "line 3, column 11: id: each rule has its own; 'a' stands twice")]
    [InlineData("rules:\n  - { id: a, allow: [] }", "line 2, column 21: allow: 1 to 200 texts are expected")]
    [InlineData("rules:\n  - { id: a, allow: '*', allow_self: true }", "line 2, column 38: allow_self belongs to a rule with approve")]
    [InlineData("rules:\n  - { id: a, allow: '*', when: {} }", "line 2, column 32: when: a condition is expected")]
    [InlineData("rules:\n  - &x { id: a, allow: '*' }", "line 2, column 5: plain values are expected, without anchors, aliases and tags")]
    [InlineData("rules: []\n---\nrules: []", "line 2, column 1: one document is expected, and here begins another")]
    public void What_is_wrong_is_told_with_its_place_and_what_was_expected(string text, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Wrong(text)), StringComparison.Ordinal);

    /// <summary>A mistyped forbid would forbid nothing.</summary>
    [Theory]
    [InlineData("forbid: iam", "service:Operation, each with a * at its end or alone")]
    [InlineData("forbid: 'ec2:*Instances'", "service:Operation, each with a * at its end or alone")]
    [InlineData("forbid: 'imm:*'", "would match nothing: There is no service 'imm' here; nearest: iam")]
    [InlineData("forbid: 'ec2:StopInstnces'", "would match nothing")]
    [InlineData("forbid: 'ec3*:*'", "no service begins with 'ec3', so it would match nothing")]
    [InlineData("forbid: 'ec2:*', when: { tools: [apply] }", "one of create_plan, aws_change, rollback_execution, retry_execution is expected; there is 'apply'")]
    [InlineData("forbid: 'ec2:*', when: { accounts: 1111 }", "12 digits in quotes")]
    [InlineData("forbid: 'ec2:*', when: { regions: eu-wst-1 }", "eu-west-1")]
    [InlineData("forbid: 'ec2:*', when: { tags: { env: 'p*d' } }", "their beginnings with a * at the end are expected; there is 'p*d'")]
    [InlineData("forbid: 'ec2:*', when: { hours: 'Mon-Fri 8-18' }", "days and hours in UTC, such as Mon-Fri 08:00-18:00")]
    [InlineData("forbid: 'ec2:*', when: { undo: some }", "one of full, partial, declared, none is expected; there is 'some'")]
    [InlineData("forbid: 'ec2:*', when: { targets: { above: 1 } }", "targets has no member 'above'; expected is one of at_most, over.")]
    [InlineData("forbid: 'ec2:*', when: { arguments: [{ at: Count, is: 1 }] }", "a JSON pointer into the parameters is expected")]
    [InlineData("forbid: 'ec2:*', when: { arguments: [{ at: /Count }] }", "one of is, one_of, at_most and over is expected")]
    [InlineData("forbid: 'ec2:StopInstances', when: { arguments: [{ at: /Fource, is: true }] }", "none of the rule's operations has a parameter 'Fource', so it would match nothing; StopInstances has")]
    public void A_rule_that_could_match_nothing_is_wrong(string rule, string expected) =>
        Assert.Contains(expected, Assert.Single(Wrong($"rules:\n  - {{ id: a, {rule} }}")), StringComparison.Ordinal);

    [Fact]
    public void All_problems_are_told_at_once() =>
        Assert.Equal(4, Wrong("limits: 5\nrules:\n  - { id: A, allow: x }\n  - nothing\n").Count);

    [Fact]
    public void A_file_counts_as_it_is_now_and_refuses_all_changes_while_it_is_broken_or_gone()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "policy.yaml");
        var file = new PolicyFile(path, Catalog);
        var states = new List<string>();
        foreach (var text in new[] { null, "rules: [{ id: a, allow: '*' }]", "rules: [{ id: a, allow: '*'", "rules: [{ id: b, allow: '*' }]", new string('#', 300_000) })
        {
            if (text is not null)
            {
                File.WriteAllText(path, text);
            }

            var inForce = file.Read();
            states.Add(inForce.Policy?.Rules[0].Id ?? inForce.Problems[0]);
        }

        Assert.Equal("the file cannot be read (it is not there)", states[0]);
        Assert.Equal(("a", "b"), (states[1], states[3]));
        Assert.StartsWith("line 2, column 1: this is not YAML", states[2], StringComparison.Ordinal);
        Assert.Equal("the file has 300000 bytes; at most 262144 are expected", states[4]);
    }

    [Fact]
    public void A_broken_policy_forbids_every_change_and_says_no_more_than_that()
    {
        var inForce = new PolicyInForce(null, "/secret/place.yaml", ["line 3, column 5: rule 'payroll' ..."]);
        var step = ServerlessMcp.Tests.Executions.Running.Steps.CreateByToken("a");

        var verdict = inForce.Judge(new ChangeRequest { Target = new("111122223333", "eu-west-1"), Steps = [step], PrincipalId = "key_a" }.Ask(default));

        Assert.Equal((VerdictKind.Forbid, "policy_broken"), (verdict.Is, verdict.Code));
        Assert.DoesNotContain("place", verdict.Rule, StringComparison.Ordinal);
        Assert.DoesNotContain("payroll", verdict.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void Comments_order_and_spelling_of_services_do_not_change_the_hash()
    {
        var one = PolicyReader.Read("rules:\n  - { id: a, allow: 'events:*' }\n  - { id: b, forbid: 'ec2:*' }", "one", Catalog);
        var other = PolicyReader.Read("# ours\nrules:\n  - id: b\n    forbid: [EC2:*]\n  - { id: a, allow: 'eventbridge:*' }", "other", Catalog);
        var third = PolicyReader.Read("rules:\n  - { id: a, allow: 'events:*' }\n  - { id: b, forbid: 'ec2:Stop*' }", "one", Catalog);

        Assert.Equal(PolicyHash.Of(one), PolicyHash.Of(other));
        Assert.NotEqual(PolicyHash.Of(one), PolicyHash.Of(third));
    }

    private static IReadOnlyList<string> Wrong(string text) =>
        [.. Assert.Throws<PolicyException>(() => PolicyReader.Read(text, "p.yaml", Catalog)).Problems.Select(problem => problem.ToString())];
}
