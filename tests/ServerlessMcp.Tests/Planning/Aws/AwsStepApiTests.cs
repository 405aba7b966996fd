using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Planning.Aws;
using ServerlessMcp.Tests.Planning.Fakes;
using static ServerlessMcp.Tests.Planning.PlannerFixture;

namespace ServerlessMcp.Tests.Planning.Aws;

public sealed class AwsStepApiTests
{
    private static readonly PlanTarget Target = new("111122223333", "eu-west-1");

    private readonly FakeChanges _changes = new();
    private readonly AwsStepApi _api;

    public AwsStepApiTests() => _api = new(_changes, new FakeCatalog(), new JmesQueryLanguage());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static StepSession Session { get; } = new("ex_abc", "https://issuer|someone <me>", new()
    {
        Id = "put",
        Title = "Put",
        Call = new("aws", "ssm", "PutParameter", []),
        Repeat = new() { Rule = RepeatRule.Value },
        Reversibility = new(UndoClass.Full, []),
    });

    [Fact]
    public async Task Where_there_is_a_change_role_a_steps_calls_secrets_and_looks_are_made_in_its_session_and_other_reads_are_not()
    {
        _changes.Sessions = true;
        _changes.Answer = call => call == "ssm:GetParameter" ? Json("""{ "Parameter": { "Value": "hunter2" } }""") : [];
        var call = new ApiCall("aws", "ssm", "PutParameter", Json("""{ "Name": "/copy", "Value": "${ssm:/app/key:3}" }"""));

        await _api.CallAsync(Target, call, Session, TimeSpan.FromSeconds(25), Token);
        await LookAsync(new() { Service = "ec2", Waiter = "InstanceStopped", Parameters = [] });
        await _api.ReadAsync(Target, new("aws", "ec2", "DescribeInstances", []), TimeSpan.FromSeconds(25), Token);

        Assert.Equal(["ex_abc.put", "ex_abc.put", "ex_abc.put", null], _changes.Asked.Select(session => session?.Name));
        Assert.Equal("ex_abc.put", _api.SessionName(Target, Session));
        Assert.Equal(
            new Dictionary<string, string> { ["smcp:principal"] = "https://issuer_someone _me_", ["smcp:execution"] = "ex_abc" },
            _changes.Asked[0]!.Tags);
    }

    [Fact]
    public async Task A_refused_session_is_known_as_one_and_a_look_waits_for_it()
    {
        _changes.Sessions = true;
        _changes.Answer = _ => throw new AwsCallException(AwsFailure.Refused, AwsSession.RefusedCode, "no sts:TagSession", 403, null, false);

        var refused = Assert.IsType<CallOutcome.Refused>(
            await _api.CallAsync(Target, new("aws", "ec2", "StopInstances", []), Session, TimeSpan.FromSeconds(25), Token));
        var look = await LookAsync(new() { Call = new("aws", "ec2", "DescribeInstances", []), Until = "`true`" });

        Assert.Equal((true, TroubleClass.Permission), (refused.WasNotSent, refused.Class));
        Assert.IsType<WaitOutcome.Busy>(look);
    }

    [Fact]
    public async Task A_refusal_that_quotes_the_secret_does_not_show_it()
    {
        _changes.Answer = call => call == "ssm:GetParameter"
            ? Json("""{ "Parameter": { "Value": "hunter2" } }""")
            : throw new AwsCallException(AwsFailure.Refused, "ValidationException", "Value 'hunter2' at 'value' is too short", 400, "req-9", false);

        var outcome = await CallAsync("ssm", "PutParameter", Json("""{ "Name": "/copy", "Value": "${ssm:/app/key:3}" }"""));

        Assert.Equal("Value '(sensitive)' at 'value' is too short", Assert.IsType<CallOutcome.Refused>(outcome).Message);
    }

    [Theory]
    [InlineData("${ssm:/app/key:3}", "/app/key:3")]
    [InlineData(
        "${secret:arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf}",
        "/aws/reference/secretsmanager/arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf")]
    public async Task A_secret_is_read_right_before_its_call(string reference, string name)
    {
        _changes.Answer = call => call == "ssm:GetParameter" ? Json("""{ "Parameter": { "Value": "hunter2" } }""") : [];

        await CallAsync("ssm", "PutParameter", new JsonObject { ["Name"] = "/copy", ["Value"] = reference });

        Assert.Equal(
            [
                ("ssm:GetParameter", new JsonObject { ["Name"] = name, ["WithDecryption"] = true }.ToJsonString()),
                ("ssm:PutParameter", """{"Name":"/copy","Value":"hunter2"}"""),
            ],
            _changes.Sent);
    }

    [Fact]
    public async Task A_text_that_asks_for_a_secret_outside_a_sensitive_member_stays_text()
    {
        await CallAsync("ec2", "CreateTags", Json("""{ "Resources": ["i-1"], "Tags": [{ "Key": "k", "Value": "${ssm:/app/key:3}" }] }"""));

        Assert.Contains("${ssm:/app/key:3}", Assert.Single(_changes.Sent).Parameters, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iam", "CreateAccessKey", """{ "AccessKey": { "AccessKeyId": "AKIA1", "SecretAccessKey": "hunter2" } }""")]
    [InlineData("ssm", "GetParameter", """{ "Parameter": { "Type": "SecureString", "Value": "hunter2", "Version": 3 } }""")]
    public async Task A_secret_in_an_answer_goes_no_further(string service, string operation, string answer)
    {
        _changes.Answer = _ => Json(answer);
        var api = new AwsStepApi(_changes, new AwsCatalog(), new JmesQueryLanguage());

        var outcome = await api.CallAsync(Target, new("aws", service, operation, Json("""{ "Name": "/a" }""")), session: null, TimeSpan.FromSeconds(25), Token);

        var output = Assert.IsType<CallOutcome.Succeeded>(outcome).Output.ToJsonString();
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
        Assert.Contains("(sensitive)", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ec2", "StopInstances", "{}", "not_a_read")]
    [InlineData("ssm", "GetParameter", """{ "Name": "/a", "WithDecryption": true }""", "not_a_read")]
    [InlineData("secrets-manager", "GetSecretValue", """{ "SecretId": "a" }""", "not_a_read")]
    [InlineData("ec2", "StopEverything", "{}", "unknown_operation")]
    [InlineData("ssm", "GetParameter", """{ "Name": "/a" }""", null)]
    public async Task A_step_that_looks_makes_harmless_reads_whatever_its_plan_says(string service, string operation, string parameters, string? code)
    {
        _changes.Answer = _ => [];
        var api = new AwsStepApi(_changes, new AwsCatalog(), new JmesQueryLanguage());

        var outcome = await api.ReadAsync(Target, new("aws", service, operation, Json(parameters)), TimeSpan.FromSeconds(25), Token);

        Assert.Equal((code, code is null ? 1 : 0), ((outcome as CallOutcome.Refused)?.Code, _changes.Sent.Count));
    }

    [Theory]
    [InlineData(AwsFailure.Refused, false, typeof(CallOutcome.Refused))]
    [InlineData(AwsFailure.Busy, false, typeof(CallOutcome.Busy))]
    [InlineData(AwsFailure.Unreachable, true, typeof(CallOutcome.Busy))]
    public async Task A_failure_becomes_an_outcome(AwsFailure failure, bool mayHave, Type expected)
    {
        _changes.Answer = _ => throw new AwsCallException(failure, "Code", "message", 400, "req-9", mayHave);

        var outcome = await CallAsync("ec2", "CreateVpc", []);

        Assert.IsType(expected, outcome);
        Assert.Equal(mayHave, outcome is CallOutcome.Busy { MayHaveTakenEffect: true });
    }

    [Fact]
    public async Task A_secret_that_cannot_be_read_refuses_the_call_before_it_is_sent()
    {
        _changes.Answer = call => call == "ssm:GetParameter"
            ? throw new AwsCallException(AwsFailure.Refused, "ParameterNotFound", "no such parameter", 400, null, false)
            : [];

        var outcome = await CallAsync("ssm", "PutParameter", Json("""{ "Name": "/copy", "Value": "${ssm:/gone:1}" }"""));

        Assert.Equal("The secret /gone:1 could not be read: no such parameter", Assert.IsType<CallOutcome.Refused>(outcome).Message);
        Assert.Equal(["ssm:GetParameter"], _changes.Sent.Select(sent => sent.Call));
    }

    [Theory]
    [InlineData("""{ "State": "done" }""", typeof(WaitOutcome.Done))]
    [InlineData("""{ "State": "busy" }""", typeof(WaitOutcome.NotYet))]
    [InlineData("""{ "State": "broken" }""", typeof(WaitOutcome.Failed))]
    public async Task A_wait_by_conditions_is_judged_by_its_answer(string answer, Type expected)
    {
        _changes.Answer = _ => Json(answer);
        var wait = new StepWait { Call = new("aws", "ec2", "DescribeInstances", []), Until = "State == 'done'", FailWhen = "State == 'broken'" };

        Assert.IsType(expected, await LookAsync(wait));
    }

    [Fact]
    public async Task A_wait_for_an_end_is_done_when_the_thing_is_gone()
    {
        _changes.Answer = _ => throw new AwsCallException(AwsFailure.Refused, "InvalidVpcID.NotFound", "gone", 400, null, false);
        var call = new ApiCall("aws", "ec2", "DescribeInstances", []);

        Assert.IsType<WaitOutcome.Done>(await LookAsync(new() { Call = call, Until = "`false`", UntilErrors = ["InvalidVpcID.NotFound"] }));
        Assert.IsType<WaitOutcome.Failed>(await LookAsync(new() { Call = call, Until = "`false`" }));
    }

    [Theory]
    [InlineData(AwsWaitState.Success, typeof(WaitOutcome.Done))]
    [InlineData(AwsWaitState.Retry, typeof(WaitOutcome.NotYet))]
    [InlineData(AwsWaitState.Failure, typeof(WaitOutcome.Failed))]
    public async Task A_waiter_is_looked_at_once(AwsWaitState state, Type expected)
    {
        _changes.Look = new(state, "code", "message", 15);

        Assert.IsType(expected, await LookAsync(new() { Service = "ec2", Waiter = "InstanceStopped", Parameters = [] }));
        Assert.Single(_changes.Sent);
    }

    private Task<CallOutcome> CallAsync(string service, string operation, JsonObject parameters) =>
        _api.CallAsync(Target, new("aws", service, operation, parameters), session: null, TimeSpan.FromSeconds(25), Token);

    private Task<WaitOutcome> LookAsync(StepWait wait) => _api.LookAsync(Target, wait, Session, TimeSpan.FromSeconds(25), Token);
}
