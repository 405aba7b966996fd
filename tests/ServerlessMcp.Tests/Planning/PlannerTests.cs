using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Text;
using static ServerlessMcp.Tests.Planning.PlannerFixture;

namespace ServerlessMcp.Tests.Planning;

public sealed class PlannerTests
{
    private readonly PlannerFixture _fixture = new();

    [Fact]
    public async Task A_stop_carries_its_before_wait_undo_and_what_is_lost()
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", Running);

        var planned = await _fixture.PlanAsync(Step("stop", "EC2", "stopinstances", """{ "InstanceIds": ["i-0abc"] }"""));

        var step = Assert.Single(planned.Plan.Steps);
        Assert.Equal(("ec2", "StopInstances"), (step.Call.Service, step.Call.Operation));
        Assert.Equal("""{"state":"running","ip":"203.0.113.7"}""", step.Before!.Value!.ToJsonString());
        Assert.Equal("InstanceStopped", step.Wait!.Waiter);
        Assert.Equal("StartInstances", Assert.Single(step.Undo).Call.Operation);
        Assert.Equal(UndoClass.Partial, step.Reversibility.Class);
        Assert.Equal(VerdictKind.Allow, planned.Preview.Verdict.Is);
        Assert.Null(planned.Preview.MonthlyCostDeltaUsd);
        Assert.Null(planned.Preview.MissingPermissions);
        Assert.Equal(["cost: not known for stop (ec2:StopInstances may cost or save something, and is not in the price list)", "permissions: sts:GetCallerIdentity did not say who the caller is"], planned.Preview.NotChecked);
    }

    [Fact]
    public async Task Stopping_what_is_stopped_loses_nothing()
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", """{ "Reservations": [{ "Instances": [{ "State": { "Name": "stopped" } }] }] }""");

        var planned = await _fixture.PlanAsync(Step("stop", "ec2", "StopInstances", """{ "InstanceIds": ["i-0abc"] }"""));

        Assert.Equal(UndoClass.Full, planned.Plan.Steps[0].Reversibility.Class);
    }

    [Fact]
    public async Task A_list_of_targets_becomes_one_step_each()
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", Running);

        var planned = await _fixture.PlanAsync(Step("stop", "ec2", "StopInstances", """{ "InstanceIds": ["i-1", "i-2", "i-3"] }"""));

        Assert.Equal(["stop-1", "stop-2", "stop-3"], planned.Plan.Steps.Select(step => step.Id));
        Assert.Equal("""{"InstanceIds":["i-2"]}""", planned.Plan.Steps[1].Undo[0].Call.Parameters.ToJsonString());
    }

    [Fact]
    public async Task More_than_20_targets_ask_a_person()
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", Running);
        var ids = string.Join(",", Enumerable.Range(0, 21).Select(n => $"\"i-{n}\""));

        var planned = await _fixture.PlanAsync(Step("stop", "ec2", "StopInstances", $$"""{ "InstanceIds": [{{ids}}] }"""));

        Assert.Equal(VerdictKind.Confirm, planned.Preview.Verdict.Is);
    }

    [Fact]
    public async Task The_marker_stands_first_beside_the_callers_tags()
    {
        var planned = await _fixture.PlanAsync(Step(
            "vpc", "ec2", "CreateVpc", """{ "TagSpecifications": [{ "ResourceType": "vpc", "Tags": [{ "Key": "Name", "Value": "main" }] }] }"""));

        var step = planned.Plan.Steps[0];
        Assert.Equal("/TagSpecifications/0/Tags/0/Value", step.Repeat.MarkerAt);
        Assert.Equal(
            """[{"ResourceType":"vpc","Tags":[{"Key":"smcp:step","Value":"{marker}"},{"Key":"Name","Value":"main"}]}]""",
            step.Call.Parameters["TagSpecifications"]!.ToJsonString());
        Assert.Equal(RepeatRule.Locate, step.Repeat.Rule);
        Assert.NotNull(step.Repeat.Locate);
    }

    [Fact]
    public async Task A_read_that_needs_an_earlier_step_is_left_to_the_run()
    {
        var planned = await _fixture.PlanAsync(
            Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.0.0.0/16" }"""),
            Step("name", "ec2", "CreateTags", """{ "Resources": ["${steps.vpc.output.Vpc.VpcId}"], "Tags": [{ "Key": "Name", "Value": "main" }] }"""));

        var step = planned.Plan.Steps[1];
        Assert.False(step.Before!.Planned);
        Assert.Equal("arn:aws:ec2:eu-west-1:111122223333:vpc/${steps.vpc.output.Vpc.VpcId}", step.Resource);
        Assert.Contains(
            "what is there before name: it needs ${steps.vpc.output.Vpc.VpcId}, which is known only when the plan runs", planned.Preview.NotChecked);
    }

    [Fact]
    public async Task A_read_that_fails_is_said_and_the_worst_class_is_taken()
    {
        _fixture.Reads.Refuse("ec2:DescribeInstances", "UnauthorizedOperation");

        var planned = await _fixture.PlanAsync(Step("stop", "ec2", "StopInstances", """{ "InstanceIds": ["i-0abc"] }"""));

        Assert.False(planned.Plan.Steps[0].Before!.Planned);
        Assert.Equal(UndoClass.Partial, planned.Preview.Reversibility);
        Assert.Contains(
            "what is there before stop: ec2:DescribeInstances answered UnauthorizedOperation: the fake says no", planned.Preview.NotChecked);
    }

    [Fact]
    public async Task Reads_run_8_at_a_time_and_20_seconds_in_all()
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", Running);
        var all = _fixture.PlanAsync(Step("warm", "ec2", "CreateVpc", "{}"));
        await all;
        _fixture.Reads.Pause = cancellationToken => Task.Delay(TimeSpan.FromSeconds(60), _fixture.Time, cancellationToken);
        var ids = string.Join(",", Enumerable.Range(0, 20).Select(n => $"\"i-{n}\""));

        var planning = _fixture.PlanAsync(Step("stop", "ec2", "StopInstances", $$"""{ "InstanceIds": [{{ids}}] }"""));
        _fixture.Time.Advance(TimeSpan.FromSeconds(21));
        var planned = await planning;

        Assert.Equal(8, _fixture.Reads.MostAtOnce);
        Assert.All(planned.Plan.Steps, step => Assert.False(step.Before!.Planned));
        Assert.Contains("what is there before stop-20: the reads of the plan took over 20 seconds", planned.Preview.NotChecked);
    }

    [Fact]
    public async Task An_operation_without_an_entry_is_never_repeated_and_has_no_undo()
    {
        var planned = await _fixture.PlanAsync(Step("set", "ec2", "ModifyVpcTenancy", """{ "VpcId": "vpc-1" }"""));

        var step = planned.Plan.Steps[0];
        Assert.Equal((RepeatRule.Never, UndoClass.None), (step.Repeat.Rule, step.Reversibility.Class));
        Assert.Equal((VerdictKind.Confirm, "built-in: set has no undo"), (planned.Preview.Verdict.Is, planned.Preview.Verdict.Rule));
        Assert.Equal(["no-undo: set"], planned.Preview.Verdict.Rules.Select(rule => $"{rule.RuleId}: {string.Join(',', rule.Steps)}"));
    }

    [Fact]
    public async Task A_callers_undo_is_class_declared_and_asks_a_person()
    {
        var planned = await _fixture.PlanAsync(Step("set", "ec2", "ModifyVpcTenancy", """{ "VpcId": "vpc-1" }""") with
        {
            Undo = new("EC2", "modifyvpctenancy", Json("""{ "VpcId": "vpc-1" }""")),
        });

        var step = planned.Plan.Steps[0];
        Assert.Equal(UndoClass.Declared, step.Reversibility.Class);
        Assert.Equal("ModifyVpcTenancy", Assert.Single(step.Undo).Call.Operation);
        Assert.Equal(VerdictKind.Confirm, planned.Preview.Verdict.Is);
    }

    [Fact]
    public async Task Text_that_looks_like_an_own_reference_stays_text_in_the_undo()
    {
        _fixture.Reads.Answer("ec2:DescribeTags", """{ "Tags": [] }""");

        var planned = await _fixture.PlanAsync(
            Step("tag", "ec2", "CreateTags", """{ "Resources": ["i-1"], "Tags": [{ "Key": "k", "Value": "${before.x}" }] }"""));

        var undo = planned.Plan.Steps[0].Undo[0].Call.Parameters;
        Assert.Equal("$${before.x}", undo["Tags"]![0]!["Value"]!.GetValue<string>());
        Assert.Equal("${before.x}", References.Resolve(undo, own: true, _ => null)!["Tags"]![0]!["Value"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_parameter_that_is_there_is_changed_and_its_old_version_restores_it()
    {
        _fixture.Reads.Answer("ssm:DescribeParameters", """{ "Parameters": [{ "Version": 3, "Type": "String", "Tier": "Standard" }] }""");

        var planned = await _fixture.PlanAsync(Step("put", "ssm", "PutParameter", """{ "Name": "/a", "Value": "x", "Type": "String", "Overwrite": true }"""));

        var step = planned.Plan.Steps[0];
        Assert.Equal(StepEffect.Change, step.Effect);
        Assert.Equal("${ssm:/a:${before.version}}", step.Undo[1].Call.Parameters["Value"]!.GetValue<string>());
        Assert.DoesNotContain("Description", step.Undo[1].Call.Parameters.Select(member => member.Key));
    }

    [Fact]
    public async Task A_parameter_that_is_not_there_is_created()
    {
        _fixture.Reads.Answer("ssm:DescribeParameters", """{ "Parameters": [] }""");

        var planned = await _fixture.PlanAsync(Step("put", "ssm", "PutParameter", """{ "Name": "/a", "Value": "x", "Type": "String" }"""));

        Assert.Equal(StepEffect.Create, planned.Plan.Steps[0].Effect);
        Assert.True(planned.Plan.Steps[0].Before!.Exists);
    }

    [Fact]
    public async Task A_json_member_is_a_text_to_the_models()
    {
        _fixture.Reads.Refuse("s3:GetBucketPolicy", "NoSuchBucketPolicy");

        var planned = await _fixture.PlanAsync(
            Step("vpc", "ec2", "CreateVpc", "{}"),
            Step("policy", "s3", "PutBucketPolicy", """{ "Bucket": "logs", "Policy": { "$json": { "vpc": "${steps.vpc.output.Vpc.VpcId}" } } }"""));

        Assert.IsType<JsonObject>(planned.Plan.Steps[1].Call.Parameters["Policy"]);
    }

    [Theory]
    [InlineData("aws:cloudformation:stack-name", "web", "CloudFormation stack 'web'", 1)]
    [InlineData("ManagedBy", "Terraform", "Terraform", 0)]
    [InlineData("pulumi:project", "web", "Pulumi", 0)]
    public async Task Who_else_manages_it_is_said(string key, string value, string tool, int stacks)
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", Running.Replace("\"Name\", \"Value\": \"web\"", $"\"{key}\", \"Value\": \"{value}\"", StringComparison.Ordinal));

        var planned = await _fixture.PlanAsync(Step("stop", "ec2", "StopInstances", """{ "InstanceIds": ["i-0abc"] }"""));

        Assert.Equal(
            [$"arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc belongs to {tool}: this will drift from what is declared there"], planned.Preview.Warnings);
        Assert.Equal(stacks, planned.Preview.ManagedBy.Count);
    }

    [Fact]
    public async Task The_same_request_has_the_same_hash_whatever_the_case_of_its_names()
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", Running);

        var one = await _fixture.PlanAsync(Step("stop", "EC2", "stopInstances", """{ "InstanceIds": ["i-0abc"] }"""));
        var two = await _fixture.PlanAsync(Step("stop", "ec2", "StopInstances", """{ "InstanceIds": ["i-0abc"] }"""));

        Assert.Equal(one.Plan.Hash, two.Plan.Hash);
        Assert.NotEqual(one.Plan.PlanId, two.Plan.PlanId);
    }

    [Fact]
    public async Task A_plan_of_all_kinds_reads_as_in_the_golden_file()
    {
        _fixture.Reads
            .Answer("ec2:DescribeInstances", Running)
            .Answer("ec2:DescribeTags", """{ "Tags": [{ "Key": "Name", "Value": "old name", "ResourceId": "i-0abc" }, { "Key": "aws:cloudformation:stack-name", "Value": "web" }] }""")
            .Refuse("s3:HeadBucket", "NotFound");

        var request = Request(
            Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.0.0.0/16" }"""),
            Step("subnet", "ec2", "CreateSubnet", """{ "VpcId": "${steps.vpc.output.Vpc.VpcId}", "CidrBlock": "10.0.1.0/24" }"""),
            Step("name", "ec2", "CreateTags", """{ "Resources": ["i-0abc"], "Tags": [{ "Key": "Name", "Value": "new name" }] }"""),
            Step("bucket", "s3", "CreateBucket", """{ "Bucket": "logs-1" }"""),
            Step("stop", "ec2", "StopInstances", """{ "InstanceIds": ["i-0abc"] }"""),
            Step("set", "ec2", "ModifyVpcTenancy", """{ "VpcId": "vpc-1", "InstanceTenancy": "default" }"""),
            Step("drop", "ec2", "DeleteVpc", """{ "VpcId": "vpc-2" }"""));
        var planned = await _fixture.PlanAsync(request with { Title = "Network, storage and more" });

        var plan = planned.Plan with { PlanId = "pl_aaaaaaaaaaaaaaaaaaaaaaaaaa" };
        Golden.Matches("plan.txt", PlanText.Render(plan, planned.Preview));
    }
}
