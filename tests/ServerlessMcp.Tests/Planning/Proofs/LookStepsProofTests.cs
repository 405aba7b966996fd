using System.Text.Json.Nodes;
using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>The steps that change nothing on the emulator's real protocol: a good end, and a failure that takes everything back.</summary>
[Collection(WithEmulator.Name)]
public sealed class LookStepsProofTests(EmulatorFixture emulator)
{
    private static readonly StepRequest Vpc = Call("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.90.0.0/16" }""");

    private const string ByVpc = """{ "VpcIds": ["${steps.vpc.output.Vpc.VpcId}"] }""";

    [Fact]
    public async Task All_four_let_a_good_plan_through_and_its_undo_needs_none_of_them()
    {
        using var stage = new ProofStage(emulator);
        await AlarmAsync(stage, "errors");
        var before = await stage.InventoryAsync();
        var subnet = Call("subnet", "ec2", "CreateSubnet", """{ "VpcId": "${steps.read.output.made.VpcId}", "CidrBlock": "10.90.1.0/24" }""");

        var execution = await stage.RunAsync(await stage.PlanAsync(
            Vpc, Check("there", "Vpcs[0].VpcId == ${steps.vpc.output.Vpc.VpcId} && Vpcs[0].State == 'available'"),
            StepRequest.OfCollect("read", null,
            [
                new("made", "ec2", "DescribeVpcs", Json(ByVpc), "Vpcs[0]"), new("zones", "ec2", "DescribeAvailabilityZones", []),
                new("none", "ec2", "DescribeSubnets", Json("""{ "SubnetIds": ["subnet-00000000000000000"] }""")),
            ]),
            subnet, StepRequest.OfBake("watch", null, new(["errors"], 90)), StepRequest.OfApproval("ask", "All well?", new())));

        Assert.True(execution.Status == ExecutionStatus.Succeeded, await stage.RecordAsync(execution));
        Assert.Contains("read: 2 of 3 read. Not: none: InvalidSubnetID.NotFound", await stage.RecordAsync(execution), StringComparison.Ordinal);
        var undo = await stage.PlanUndoAsync(execution.ExecutionId);
        Assert.Equal(["subnet", "vpc"], undo.Plan.Steps.Select(step => step.Id));
        Assert.Equal(ExecutionStatus.Succeeded, (await stage.RunAsync(undo)).Status);
        Assert.Equal(before, await stage.InventoryAsync());
    }

    [Fact]
    public async Task A_check_that_does_not_hold_takes_everything_back()
    {
        using var stage = new ProofStage(emulator);
        var before = await stage.InventoryAsync();

        var execution = await stage.RunAsync(await stage.PlanAsync(
            Vpc, StepRequest.OfCheck("default", null, "ec2", "DescribeVpcs", Json(ByVpc), new("Vpcs[0].IsDefault", 20, "Vpcs[0].IsDefault"))));

        Assert.Equal((ExecutionStatus.RolledBack, "check_failed"), (execution.Status, execution.Failure!.Code));
        Assert.Equal("It does not hold that Vpcs[0].IsDefault after 20 seconds. Vpcs[0].IsDefault is false", execution.Failure.Message);
        Assert.Equal(before, await stage.InventoryAsync());
    }

    [Fact]
    public async Task An_alarm_during_the_bake_takes_everything_back()
    {
        using var stage = new ProofStage(emulator);
        await AlarmAsync(stage, "errors");
        var before = await stage.InventoryAsync("ec2");
        var planned = await stage.PlanAsync(Vpc, StepRequest.OfBake("watch", null, new(["errors"], 600)));
        stage.BeforeFirstPoll(() => RaiseAsync(stage, "errors"));

        var execution = await stage.RunAsync(planned);

        Assert.Equal((ExecutionStatus.RolledBack, "alarm"), (execution.Status, execution.Failure!.Code));
        Assert.StartsWith("errors is in ALARM: the test says so", execution.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await stage.InventoryAsync("ec2"));
    }

    [Fact]
    public async Task A_collect_that_a_later_step_needs_and_AWS_refuses_takes_everything_back()
    {
        using var stage = new ProofStage(emulator);
        var before = await stage.InventoryAsync();

        var execution = await stage.RunAsync(await stage.PlanAsync(
            Vpc,
            StepRequest.OfCollect("read", null, [new("other", "ec2", "DescribeVpcs", Json("""{ "VpcIds": ["vpc-00000000000000000"] }"""), "Vpcs[0]")]),
            Call("subnet", "ec2", "CreateSubnet", """{ "VpcId": "${steps.read.output.other.VpcId}", "CidrBlock": "10.90.1.0/24" }""")));

        Assert.Equal((ExecutionStatus.RolledBack, "not_collected"), (execution.Status, execution.Failure!.Code));
        Assert.Equal(before, await stage.InventoryAsync());
    }

    [Fact]
    public async Task What_is_sensitive_in_an_answer_is_never_kept()
    {
        using var stage = new ProofStage(emulator);
        await stage.OtherHandAsync("ssm", "PutParameter", Json("""{ "Name": "/look/secret", "Type": "SecureString", "Value": "hunter2" }"""));

        var execution = await stage.RunAsync(await stage.PlanAsync(StepRequest.OfCollect(
            "read", null, [new("secret", "ssm", "GetParameter", Json("""{ "Name": "/look/secret" }"""))])));

        var output = (await stage.FactsAsync(execution, "read")).Output!;
        Assert.Equal("(sensitive)", (string?)output["secret"]!["Parameter"]!["Value"]);
    }

    [Fact]
    public async Task An_alarm_that_is_not_there_or_in_alarm_already_is_refused_while_planning()
    {
        using var stage = new ProofStage(emulator);
        await AlarmAsync(stage, "errors");
        await RaiseAsync(stage, "errors");

        var missing = await Assert.ThrowsAsync<CallerException>(() => stage.PlanAsync(StepRequest.OfBake("watch", null, new(["none"], 60))));
        var raised = await Assert.ThrowsAsync<CallerException>(() => stage.PlanAsync(StepRequest.OfBake("watch", null, new(["errors"], 60))));

        Assert.Equal(("alarm_not_found", "in_alarm"), (missing.Code, raised.Code));
        Assert.Equal(StepKind.Bake, (await stage.PlanAsync(StepRequest.OfBake("watch", null, new(["errors"], 60, true)))).Plan.Steps.Single().Kind);
    }

    private static Task AlarmAsync(ProofStage stage, string name) => stage.OtherHandAsync(
        "cloudwatch", "PutMetricAlarm", Json($$"""
            { "AlarmName": "{{name}}", "Namespace": "test", "MetricName": "errors", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1,
              "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold" }
            """));

    private static Task RaiseAsync(ProofStage stage, string name) => stage.OtherHandAsync(
        "cloudwatch", "SetAlarmState", Json($$"""{ "AlarmName": "{{name}}", "StateValue": "ALARM", "StateReason": "the test says so" }"""));

    private static StepRequest Check(string id, string until) => StepRequest.OfCheck(id, null, "ec2", "DescribeVpcs", Json(ByVpc), new(until, 30));

    private static StepRequest Call(string id, string service, string operation, string parameters) => new(id, null, service, operation, Json(parameters));

    private static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject();
}
