using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Permissions;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Tests.Planning.Permissions;

public sealed class StepPoliciesTests
{
    private static readonly AwsCatalog Catalog = new();
    private static readonly StepPolicies Policies = new(Catalog);
    private static readonly PlanTarget Target = new("111122223333", "eu-west-1");

    [Fact]
    public void A_step_of_the_catalogue_may_do_what_its_entry_names_in_its_region() => Assert.Equal(
        """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ec2:DescribeInstances","ec2:StartInstances","ec2:StopInstances"],"Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}},{"Effect":"Allow","Action":["*"],"Resource":"*","Condition":{"Bool":{"aws:ViaAWSService":"true"}}}]}""",
        PolicyOf("ec2", "StopInstances").Text);

    [Theory]
    [InlineData("iam", "CreateRole")]
    [InlineData("route-53", "ChangeResourceRecordSets")]
    [InlineData("cloudfront", "UpdateDistribution")]
    [InlineData("s3", "CreateBucket")]
    public void What_has_no_region_or_may_stand_in_another_has_no_condition(string service, string operation) =>
        Assert.DoesNotContain("aws:RequestedRegion", PolicyOf(service, operation).Text, StringComparison.Ordinal);

    /// <summary>Session policies cut: what an entry needs and its policy does not name, AWS would refuse.</summary>
    [Fact]
    public void Every_entry_of_the_catalogue_has_a_policy_that_is_narrow_whole_and_fits()
    {
        var entries = UndoCatalogue.Load().Entries;

        var wrong = entries.SelectMany(entry => Problems(entry).Select(problem => $"{entry.Service}:{entry.Operation}: {problem}")).ToList();

        Assert.True(entries.Count > 150);
        Assert.Empty(wrong);
    }

    [Fact]
    public void An_operation_outside_of_the_catalogue_has_its_service_in_its_region_and_only_the_roles_that_it_names()
    {
        var step = Step("codebuild", "CreateProject", null, new() { ["serviceRole"] = "arn:aws:iam::111122223333:role/jobs", ["name"] = "nightly" });

        var policy = Policies.Of(step, "eu-west-1");

        Assert.Equal(["codebuild"], policy.Wide);
        Assert.Equal(
            """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["codebuild:*"],"Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}},{"Effect":"Allow","Action":["iam:PassRole"],"Resource":"arn:aws:iam::111122223333:role/jobs"},{"Effect":"Allow","Action":["*"],"Resource":"*","Condition":{"Bool":{"aws:ViaAWSService":"true"}}}]}""",
            policy.Text);
    }

    [Fact]
    public void The_undo_that_a_caller_declares_is_allowed_too()
    {
        var undo = new StepUndo(null, new("aws", "sqs", "PurgeQueue", []), null, []);

        Assert.Equal(["logs", "sqs"], Policies.Of(Step("cloudwatch-logs", "PutQueryDefinition", null, []) with { Undo = [undo] }, "eu-west-1").Wide);
    }

    [Fact]
    public void A_step_that_names_a_secret_may_read_it()
    {
        var step = Step("ssm", "PutParameter", "ssm:PutParameter@0", new() { ["Name"] = "/copy", ["Value"] = "${secret:arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf}" });

        var text = Policies.Of(step, "eu-west-1").Text;
        Assert.All(["secretsmanager:GetSecretValue", "ssm:GetParameter"], action => Assert.Contains($"\"{action}\"", text, StringComparison.Ordinal));
        Assert.DoesNotContain("GetSecretValue", Policies.Of(step with { Call = step.Call with { Parameters = [] } }, "eu-west-1").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_a_step_outside_of_the_catalogue_names_may_be_read_and_nothing_more_of_its_service()
    {
        var step = Step("codebuild", "CreateProject", null, new() { ["token"] = "${secret:arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf}" });

        var policy = Policies.Of(step, "eu-west-1");

        Assert.Equal(["codebuild"], policy.Wide);
        Assert.Contains("""["codebuild:*","secretsmanager:GetSecretValue","ssm:GetParameter"]""", policy.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_does_not_fit_becomes_the_services_and_says_so()
    {
        var step = Step("ec2", "StopInstances", "ec2:StopInstances@0", []) with { Iam = [.. Enumerable.Range(0, 120).Select(n => $"ec2:DescribeEverything{n}")] };

        var policy = Policies.Of(step, "eu-west-1");

        Assert.Equal(["ec2"], policy.Wide);
        Assert.InRange(policy.Text.Length, 1, StepPolicies.MostCharacters);
    }

    [Fact]
    public void The_preview_says_which_steps_are_not_narrowed_and_nothing_where_nothing_is_at_stake()
    {
        Step[] steps = [Step("ec2", "StopInstances", "ec2:StopInstances@0", []), Step("codebuild", "CreateProject", null, []), ServerlessMcp.Executions.Plans.Step.Look("look", StepKind.Approval, "Look")];

        Assert.Empty(SessionNotes.Of(steps, Target, narrowed: null, Catalog));
        Assert.StartsWith("not narrowed: the calls run with all that the server's own credentials may do", Assert.Single(SessionNotes.Of(steps, Target, narrowed: false, Catalog)), StringComparison.Ordinal);
        Assert.Contains(
            "codebuild:CreateProject needs is not in the undo catalogue, so its session has codebuild:* in eu-west-1",
            Assert.Single(SessionNotes.Of(steps, Target, narrowed: true, Catalog)), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Problems(UndoEntry entry)
    {
        var policy = Policies.Of(StepOf(entry), "ap-southeast-2");
        var statements = JsonNode.Parse(policy.Text)!["Statement"]!.AsArray().SkipLast(1).ToList(); // The last is for AWS's own calls.
        var allowed = statements.SelectMany(statement => statement!["Action"]!.AsArray()).Select(action => (string)action!).ToList();
        if (policy.Wide.Count > 0)
        {
            yield return "is not narrow";
        }

        if (policy.Text.Length > StepPolicies.MostCharacters || policy.Text.Any(c => c is < ' ' or > 'ÿ'))
        {
            yield return $"does not fit: {policy.Text.Length} characters";
        }

        if (statements.Any(statement => (string?)statement!["Effect"] != "Allow" || (string?)statement["Resource"] != "*"))
        {
            yield return "has a statement that is none";
        }

        foreach (var missing in entry.Iam.Except(allowed))
        {
            yield return $"lacks {missing}";
        }

        foreach (var unknown in allowed.Where(action => Catalog.ArnsOf(action) is null))
        {
            yield return $"has {unknown}, which nobody knows";
        }

        foreach (var more in allowed.Except(entry.Iam))
        {
            yield return $"its operations need {more}, which is not in its iam";
        }
    }

    /// <summary>With all that its entry can call.</summary>
    private static Step StepOf(UndoEntry entry)
    {
        ApiCall Call(string operation, JsonObject? parameters = null) => new("aws", entry.Service, operation, parameters ?? []);
        StepRead? Read(EntryRead? read) => read is null ? null : new() { Call = Call(read.Operation), Select = "@" };
        StepWait? Wait(EntryWait? wait) => wait is null ? null : new()
        {
            Service = entry.Service,
            Waiter = wait.Waiter,
            Call = wait.Operation is { } operation ? Call(operation) : null,
        };
        return Step(entry.Service, entry.Operation, entry.Name, []) with
        {
            Iam = entry.Iam,
            Before = Read(entry.Before),
            After = Read(entry.After),
            Wait = Wait(entry.Wait),
            Repeat = new() { Rule = entry.Repeat, Locate = Read(entry.Locate) },
            Undo = [.. entry.Undo.Select(undo => new StepUndo(null, Call(undo.Operation, undo.Parameters), Wait(undo.Wait), []))],
            Empty = [.. entry.Empty.Select(condition => new StepCondition(condition.Title, Call(condition.Operation), condition.Until))],
        };
    }

    private static StepPolicy PolicyOf(string service, string operation) =>
        Policies.Of(StepOf(UndoCatalogue.Load().Find(service, operation)!), "eu-west-1");

    private static Step Step(string service, string operation, string? catalogue, JsonObject parameters) => new()
    {
        Id = "step",
        Title = operation,
        Call = new("aws", service, operation, parameters),
        Repeat = new() { Rule = RepeatRule.Value },
        Reversibility = new(UndoClass.Full, []),
        Catalogue = catalogue,
    };
}
