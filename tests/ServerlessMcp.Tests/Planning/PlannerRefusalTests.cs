using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions;
using ServerlessMcp.Planning.Requests;
using static ServerlessMcp.Tests.Planning.PlannerFixture;

namespace ServerlessMcp.Tests.Planning;

public sealed class PlannerRefusalTests
{
    private readonly PlannerFixture _fixture = new();

    [Fact]
    public async Task All_problems_come_at_once_and_nothing_is_read()
    {
        var refusal = await _fixture.RefusalAsync(new PlanRequest(
            "", "12", "eu-west-9",
            [
                Step("Vpc", "ec3", "CreateVpc", "{}"),
                Step("net", "ec2", "MakeSubnet", "{}"),
                Step("net", "ec2", "CreateSubnet", """{ "CidrBlock": "10.0.0.0/24" }"""),
                Step("look", "ec2", "DescribeInstances", "{}"),
            ],
            ExpiresInHours: 169));

        Assert.Equal("invalid_plan", refusal.Code);
        Assert.Equal(
            [
                ("title", "must be 1 to 200 characters that say what the plan is for"),
                ("expires_in_hours", "is 169; 1 to 168 is right"),
                ("account", "must be the 12 digits of an AWS account, or the name of a target"),
                ("region", "There is no region 'eu-west-9'. Did you mean eu-west-1?"),
                ("steps[0].service", "There is no service 'ec3'. Did you mean ec2?"),
                ("steps[1].operation", "ec2 has no operation 'MakeSubnet'. Did you mean StopInstances?"),
                ("steps[3].operation", "ec2:DescribeInstances is a read; a step of kind call is a change. Make it a check or a collect, or read it with aws_read."),
                ("steps[0].id", "'Vpc' must be a lower-case letter and then up to 31 of a-z, 0-9, _ and -"),
                ("steps[2].id", "'net' is the id of an earlier step; ids are unique"),
                ("steps[2].parameters.VpcId", "is missing"),
            ],
            refusal.Problems.Select(problem => (problem.Path, problem.Message)));
        Assert.Equal(0, _fixture.Reads.Calls);
    }

    [Fact]
    public async Task A_parameter_is_put_once_in_a_plan()
    {
        var refusal = await _fixture.RefusalAsync(
            Step("one", "ssm", "PutParameter", """{ "Name": "/app/a", "Type": "String", "Value": "1", "Overwrite": true }"""),
            Step("other", "ssm", "PutParameter", """{ "Name": "/app/b", "Type": "String", "Value": "1", "Overwrite": true }"""),
            Step("two", "ssm", "PutParameter", """{ "Name": "/app/a", "Type": "String", "Value": "2", "Overwrite": true }"""));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal("steps[2]", problem.Path);
        Assert.StartsWith("step 'one' does PutParameter to the same resource already", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("${steps.later.output.Vpc.VpcId}", "refers to step 'later', which does not run before this one")]
    [InlineData("${steps.gone.output.Vpc.VpcId}", "refers to step 'gone', and there is none; earlier steps are vpc")]
    [InlineData("${steps.vpc.output.Vpc.Id}", "leads to nothing: CreateVpc puts out no 'Vpc.Id'")]
    [InlineData("${steps.vpc.before.id}", "leads to nothing: nothing is read before ec2:CreateVpc")]
    public async Task A_reference_that_leads_nowhere_is_refused(string reference, string message)
    {
        var refusal = await _fixture.RefusalAsync(
            Step("vpc", "ec2", "CreateVpc", "{}"),
            Step("subnet", "ec2", "CreateSubnet", $$"""{ "VpcId": "{{reference}}" }"""),
            Step("later", "ec2", "CreateVpc", "{}"));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal(("steps[1].parameters.VpcId", $"{reference} {message}"), (problem.Path, problem.Message));
    }

    [Fact]
    public async Task A_literal_secret_is_refused_and_never_repeated()
    {
        var refusal = await _fixture.RefusalAsync(
            Step("put", "ssm", "PutParameter", """{ "Name": "/app/key", "Type": "SecureString", "Value": "hunter2" }"""));

        var problem = Assert.Single(refusal.Problems);
        Assert.Equal("steps[0].parameters.Value", problem.Path);
        Assert.StartsWith("holds a secret; write ${secret:ARN} or ${ssm:NAME:VERSION} here", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", problem.Message + refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_outside_a_sensitive_member_is_refused()
    {
        var refusal = await _fixture.RefusalAsync(
            Step("tag", "ec2", "CreateTags", """{ "Resources": ["i-0abc"], "Tags": [{ "Key": "k", "Value": "${ssm:/app/key:1}" }] }"""));

        Assert.Equal("steps[0].parameters.Tags[0].Value", Assert.Single(refusal.Problems).Path);
    }

    [Fact]
    public async Task An_unknown_waiter_and_a_wrong_condition_are_refused()
    {
        var wait = new WaitRequest("InstanceStoped", null, null, null, null, 0);
        var read = new WaitRequest(null, "StopInstances", null, "State.[", null, null);

        var refusal = await _fixture.RefusalAsync(
            Step("stop", "ec2", "StopInstances", """{ "InstanceIds": ["i-0abc"] }""") with { Wait = wait },
            Step("halt", "ec2", "StopInstances", """{ "InstanceIds": ["i-0abc"] }""") with { Wait = read });

        Assert.Equal(
            ["steps[0].wait.timeout_seconds", "steps[0].wait.waiter", "steps[1].wait.operation", "steps[1].wait.parameters.InstanceIds", "steps[1].wait.until"],
            refusal.Problems.Select(problem => problem.Path));
    }

    [Fact]
    public async Task More_than_100_steps_and_more_than_200_KB_are_refused()
    {
        var many = await _fixture.RefusalAsync([.. Enumerable.Range(0, 101).Select(n => Step($"v{n}", "ec2", "CreateVpc", "{}"))]);
        var large = await _fixture.RefusalAsync(Step("b", "s3", "CreateBucket", $$"""{ "Bucket": "{{new string('x', 210_000)}}" }"""));

        Assert.Equal("has 101 steps; 1 to 100 fit in a plan. Make several plans of it.", Assert.Single(many.Problems).Message);
        Assert.Contains("a plan holds at most 204800", Assert.Single(large.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_beyond_2_to_the_53_is_refused()
    {
        var refusal = await _fixture.RefusalAsync(Step("vpc", "ec2", "CreateVpc", """{ "Size": 9007199254740993 }"""));

        Assert.Contains("beyond 2^53-1", Assert.Single(refusal.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_create_of_what_is_there_is_refused()
    {
        _fixture.Reads.Answer("s3:HeadBucket", """{ "BucketRegion": "eu-west-1" }""");

        var refusal = await _fixture.RefusalAsync(Step("bucket", "s3", "CreateBucket", """{ "Bucket": "logs" }"""));

        Assert.Equal("exists", refusal.Code);
        Assert.Equal(
            "arn:aws:s3:::logs exists already; CreateBucket would not make it, and its undo would delete what was there.",
            Assert.Single(refusal.Problems).Message);
    }

    [Theory]
    [InlineData("""{ "Reservations": [] }""")]
    [InlineData("""{ "Reservations": [{ "Instances": [{ "State": { "Name": "terminated" } }] }] }""")]
    public async Task A_change_of_what_is_not_there_is_refused(string answer)
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", answer);

        var refusal = await _fixture.RefusalAsync(Step("stop", "ec2", "StopInstances", """{ "InstanceIds": ["i-0abc"] }"""));

        Assert.Equal("target_not_found", refusal.Code);
        Assert.Equal(
            "arn:aws:ec2:eu-west-1:111122223333:instance/i-0abc does not exist in this account and region.", Assert.Single(refusal.Problems).Message);
    }

    [Fact]
    public async Task Another_account_is_refused_by_name()
    {
        var refusal = await _fixture.RefusalAsync(Request(Step("vpc", "ec2", "CreateVpc", "{}")) with { Account = "999900001111" });

        Assert.Equal("unknown_account", refusal.Code);
        Assert.Equal(new Problem("account", "must be one of 111122223333 (the server's own; or leave it out)"), Assert.Single(refusal.Problems));
    }

    [Fact]
    public async Task An_alternative_must_keep_what_the_undo_is_made_from()
    {
        var refusal = await _fixture.RefusalAsync(
            Step("bucket", "s3", "CreateBucket", """{ "Bucket": "logs" }""") with { Alternatives = [Json("""{ "Bucket": "logs-2" }""")] });

        Assert.Equal("steps[0].alternatives[0].parameters.Bucket", Assert.Single(refusal.Problems).Path);
    }

    [Fact]
    public async Task A_caller_undo_is_judged_like_a_forward_call()
    {
        var refusal = await _fixture.RefusalAsync(
            Step("vpc", "ec2", "CreateVpc", "{}") with { Undo = new("ec2", "DescribeInstances", []) },
            Step("two", "ec2", "CreateVpc", "{}") with { Undo = new("ec2", "DeleteVpc", Json("""{ "VpcId": "${output.Vpc.Name}" }""")) });

        Assert.Equal(["steps[0].undo.operation", "steps[1].undo.parameters.VpcId"], refusal.Problems.Select(problem => problem.Path));
    }

    [Fact]
    public async Task A_wait_that_would_show_a_secret_is_refused()
    {
        var refusal = await _fixture.RefusalAsync(
            Step("a", "ssm", "PutParameter", """{ "Name": "/a", "Value": "${ssm:/b:1}" }""") with
            {
                Wait = new(null, "GetParameter", Json("""{ "Name": "/a", "WithDecryption": true }"""), "starts_with(Parameter.Value, 'a')", null, null),
            });

        Assert.Contains("steps[0].wait.parameters", refusal.Problems.Select(problem => problem.Path));
    }

    [Fact]
    public async Task Several_targets_cannot_be_referred_to_as_one()
    {
        var refusal = await _fixture.RefusalAsync(
            Step("a", "ec2", "CreateTags", """{ "Resources": ["i-1", "i-2"], "Tags": [{ "Key": "k", "Value": "v" }] }"""),
            Step("b", "ec2", "CreateSubnet", """{ "VpcId": "${steps.a.before.x}" }"""));

        Assert.Contains("step 'a' has several targets", Assert.Single(refusal.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_targets_cannot_be_referred_to_as_one_from_anywhere()
    {
        const string it = "${steps.a.before}";

        var refusal = await _fixture.RefusalAsync(
            Step("a", "ec2", "CreateTags", """{ "Resources": ["i-1", "i-2"], "Tags": [{ "Key": "k", "Value": "v" }] }"""),
            StepRequest.OfCheck("b", null, "ec2", "DescribeInstances", [], new($"length(Reservations) == {it}")),
            Step("c", "ec2", "CreateVpc", """{ "CidrBlock": "10.0.0.0/16" }""") with
            {
                Alternatives = [Json($$"""{ "CidrBlock": "{{it}}" }""")],
                Undo = new("ec2", "DeleteVpc", Json($$"""{ "VpcId": "{{it}}" }""")),
                Wait = new(null, "DescribeInstances", Json($$"""{ "InstanceIds": ["{{it}}"] }"""), "`true`", null, null),
            });

        Assert.Equal(
            ["steps[1].until", "steps[2].wait.parameters.InstanceIds[0]", "steps[2].undo.parameters.VpcId", "steps[2].alternatives[0].parameters.CidrBlock"],
            refusal.Problems.Select(problem => problem.Path));
    }

    [Fact]
    public async Task An_account_that_AWS_does_not_tell_is_said_so()
    {
        _fixture.Reads.Refuse("sts:GetCallerIdentity", "ConnectionFailed", AwsFailure.Unreachable);

        var refusal = await _fixture.RefusalAsync(Step("vpc", "ec2", "CreateVpc", "{}"));

        Assert.Equal(("account_unknown", true), (refusal.Code, refusal.Retryable));
    }

    [Fact]
    public async Task Tag_keys_by_which_is_read_must_be_literal()
    {
        var refusal = await _fixture.RefusalAsync(
            Step("vpc", "ec2", "CreateVpc", "{}"),
            Step("tag", "ec2", "CreateTags", """{ "Resources": ["i-1"], "Tags": [{ "Key": "${steps.vpc.output.Vpc.VpcId}", "Value": "v" }] }"""));

        Assert.Equal(
            new Problem("steps[1].parameters.Tags", "must not hold a reference: what is read around CreateTags is selected by it"),
            Assert.Single(refusal.Problems));
    }
}
