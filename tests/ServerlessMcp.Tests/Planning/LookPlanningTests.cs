using System.Text.Json.Nodes;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Planning.Text;

namespace ServerlessMcp.Tests.Planning;

/// <summary>Planning of the steps that change nothing: what they become, and all that is refused before anything runs.</summary>
public sealed class LookPlanningTests
{
    private static readonly StepRequest Vpc = PlannerFixture.Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.0.0.0/16" }""");

    private readonly PlannerFixture _fixture = new();

    [Fact]
    public async Task A_plan_of_reads_only_is_allowed_and_loses_nothing()
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", PlannerFixture.Running).Answer("cloudwatch:DescribeAlarms", Alarm("errors", "OK"));

        var (plan, preview) = await _fixture.PlanAsync(
            Check("running", "length(Reservations) == `1`"), Bake("watch", "errors"), StepRequest.OfApproval("ask", null, new()),
            StepRequest.OfCollect("read", null, [Read("all")]));

        Assert.Equal((VerdictKind.Allow, UndoClass.Full), (preview.Verdict.Is, preview.Reversibility));
        Assert.Equal([StepKind.Check, StepKind.Bake, StepKind.Approval, StepKind.Collect], plan.Steps.Select(step => step.Kind));
        Assert.Empty(preview.Warnings);
        Assert.Equal(
            ["? check Check that length(Reservations) == `1`", "? bake Watch errors for 60 seconds", "? approval The requester confirms", "? collect Read all"],
            preview.Changes);
    }

    [Fact]
    public async Task Steps_without_effect_count_neither_as_targets_nor_against_the_undo()
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", PlannerFixture.Running);
        var looks = Enumerable.Range(1, 30).Select(n => Check($"c{n}", "`true`"));

        var (_, preview) = await _fixture.PlanAsync([Vpc, .. looks]);

        Assert.Equal(VerdictKind.Allow, preview.Verdict.Is);
    }

    [Fact]
    public async Task The_plan_as_text_says_what_each_looks_at()
    {
        _fixture.Reads.Answer("cloudwatch:DescribeAlarms", Alarm("errors", "OK")).Answer("ec2:DescribeInstances", "{}");

        var (plan, preview) = await _fixture.PlanAsync(
            Vpc, Check("there", "length(Reservations) == `1`", 60), Bake("watch", "errors"),
            StepRequest.OfApproval("ask", "Traffic may move", new("approve", 600)), StepRequest.OfCollect("read", null, [Read("all", "Reservations")]));

        var text = PlanText.Render(plan, preview);
        Assert.Contains("holds   length(Reservations) == `1`, within 60 s", text, StringComparison.Ordinal);
        Assert.Contains("watch   errors, for 60 s", text, StringComparison.Ordinal);
        Assert.Contains("asks    another person, for up to 600 s", text, StringComparison.Ordinal);
        Assert.Contains("read    all: ec2:DescribeInstances {}, of it Reservations", text, StringComparison.Ordinal);
        Assert.Contains("5 steps: 1 to create, 1 to check, 1 to watch, 1 to ask, 1 to read.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_does_not_hold_now_is_a_warning_and_one_that_cannot_be_read_is_said()
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", PlannerFixture.Running);
        var (_, preview) = await _fixture.PlanAsync(Check("none", "length(Reservations) == `0`"), Vpc, Check("later", "length(Reservations) == `2`"));
        Assert.Equal(
            ["none: it does not hold now that length(Reservations) == `0`, and no step before it changes anything",
            "later: it does not hold now that length(Reservations) == `2`"], preview.Warnings);

        _fixture.Reads.Refuse("ec2:DescribeInstances", "UnauthorizedOperation");
        Assert.Contains(
            "whether none holds now: ec2:DescribeInstances answered UnauthorizedOperation: the fake says no",
            (await _fixture.PlanAsync(Check("none", "`true`"))).Preview.NotChecked);
    }

    [Fact]
    public async Task What_a_check_needs_of_earlier_steps_is_not_read_while_planning()
    {
        var request = StepRequest.OfCheck(
            "look", null, "ec2", "DescribeInstances", new() { ["Filters"] = new JsonArray(new JsonObject { ["Name"] = "vpc-id", ["Values"] = new JsonArray("${steps.vpc.output.Vpc.VpcId}") }) },
            new("Reservations[0].VpcId == ${steps.vpc.output.Vpc.VpcId}"));

        var (plan, _) = await _fixture.PlanAsync(Vpc, request);

        Assert.Equal("Reservations[0].VpcId == ${steps.vpc.output.Vpc.VpcId}", plan.Steps[1].Check!.Until);
        Assert.Equal(2, _fixture.Reads.Calls); // Who calls: for the account, and for the permissions.
    }

    [Theory]
    [InlineData("""{ "MetricAlarms": [] }""", false, "alarm_not_found", "there is no alarm 'errors' in this account and region")]
    [InlineData("""{ "MetricAlarms": [{ "AlarmName": "errors", "StateValue": "ALARM" }] }""", false, "in_alarm", "'errors' is in ALARM now")]
    [InlineData("""{ "MetricAlarms": [{ "AlarmName": "errors", "StateValue": "ALARM" }] }""", true, null, null)]
    [InlineData("""{ "MetricAlarms": [{ "AlarmName": "errors", "StateValue": "INSUFFICIENT_DATA" }] }""", false, null, null)]
    [InlineData("""{ "CompositeAlarms": [{ "AlarmName": "errors", "StateValue": "OK" }] }""", false, null, null)]
    [InlineData("""{ "CompositeAlarms": [{ "AlarmName": "errors", "StateValue": "ALARM" }] }""", false, "in_alarm", "'errors' is in ALARM now")]
    public async Task A_bake_needs_alarms_that_are_there_and_not_in_alarm(string answer, bool may, string? code, string? message)
    {
        _fixture.Reads.Answer("cloudwatch:DescribeAlarms", answer);
        var bake = StepRequest.OfBake("watch", null, new(["errors"], 60, may));
        if (code is null)
        {
            Assert.Equal(["errors"], (await _fixture.PlanAsync(bake)).Plan.Steps.Single().Bake!.Alarms);
            return;
        }

        var refusal = await _fixture.RefusalAsync(bake);

        Assert.Equal(code, refusal.Code);
        var problem = Assert.Single(refusal.Problems);
        Assert.Equal("steps[0].alarms[0]", problem.Path);
        Assert.StartsWith(message!, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alarms_that_nobody_could_look_at_are_refused()
    {
        _fixture.Reads.Refuse("cloudwatch:DescribeAlarms", "AccessDenied");

        var refusal = await _fixture.RefusalAsync(Bake("watch", "errors"));

        Assert.Equal("alarms_unreadable", refusal.Code);
        var problem = Assert.Single(refusal.Problems);
        Assert.Contains("AccessDenied", problem.Quoted, StringComparison.Ordinal);
        Assert.DoesNotContain("AccessDenied", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bake_reads_metric_and_composite_alarms_by_name()
    {
        _fixture.Reads.Answer("cloudwatch:DescribeAlarms", Alarm("errors", "OK"));

        var call = (await _fixture.PlanAsync(Bake("watch", "errors"))).Plan.Steps.Single().Call;

        Assert.Equal("""{"AlarmNames":["errors"],"AlarmTypes":["MetricAlarm","CompositeAlarm"]}""", call.Parameters.ToJsonString());
    }

    [Fact]
    public async Task All_problems_come_at_once_each_at_its_place()
    {
        var many = Enumerable.Range(1, 21).Select(n => Read($"r{n}")).ToList();

        var refusal = await _fixture.RefusalAsync(
            StepRequest.OfCheck("a", null, "ec2", "StopInstances", [], new("`true`")),
            StepRequest.OfCheck("b", null, "ec2", "DescribeInstances", [], new("length(", 90_000, "]")),
            StepRequest.OfCheck("c", null, "ssm", "GetParametersByPath", new() { ["Path"] = "/" }, new("`true`")),
            StepRequest.OfCheck("d", null, "ssm", "GetParameter", new() { ["Name"] = "x", ["WithDecryption"] = true }, new("`true`")),
            StepRequest.OfCheck("e", null, "ssm", "GetParameter", new() { ["Name"] = "x", ["WithDecryption"] = "${steps.b.output.Reservations}" }, new("`true`")),
            StepRequest.OfBake("f", null, new([], 0)),
            StepRequest.OfBake("g", null, new(["x", "x", "${steps.a.output.id}"], 60)),
            StepRequest.OfApproval("h", null, new("maybe", 5)),
            StepRequest.OfCollect("i", null, many),
            StepRequest.OfCollect("j", null, [Read("errors"), Read("twice"), Read("twice"), Read("Upper")]),
            StepRequest.OfCollect("k", null, [new("stop", "ec2", "StopInstances", [])]),
            StepRequest.OfCollect("l", null, [Read("all", "][")]));

        Assert.Equal(
        [
            "steps[0].operation", "steps[1].timeout_seconds", "steps[1].show", "steps[1].until", "steps[2].operation", "steps[3].parameters",
            "steps[4].parameters.WithDecryption", "steps[5].alarms", "steps[5].seconds", "steps[6].alarms[1]", "steps[6].alarms[2]", "steps[7].decision",
            "steps[7].timeout_seconds", "steps[8].reads", "steps[9].reads[0].name", "steps[9].reads[2].name", "steps[9].reads[3].name",
            "steps[10].reads[0].operation", "steps[11].reads[0].select",
        ], refusal.Problems.Select(problem => problem.Path).OrderBy(path => int.Parse(path.Split('[', ']')[1], null)).ThenBy(path => path == "steps[1].until" ? "z" : "a").ThenBy(path => path is "steps[1].show" ? "b" : "a").ThenBy(path => path, StringComparer.Ordinal));
        Assert.Equal(0, _fixture.Reads.Calls);
    }

    [Theory]
    [InlineData("${steps.read.output.all.Reservations}", null)]
    [InlineData("${steps.read.output.some[0].InstanceId}", null)]
    [InlineData("${steps.read.output.all.Nothing}", "leads to nothing: DescribeInstances puts out no 'Nothing'")]
    [InlineData("${steps.read.output.none}", "leads to nothing: the reads of 'read' are all, some")]
    [InlineData("${steps.read.output}", "leads to nothing: the reads of 'read' are all, some")]
    [InlineData("${steps.read.before}", "leads to nothing: a step of kind collect puts nothing out there")]
    [InlineData("${steps.check.output.Reservations}", null)]
    [InlineData("${steps.check.output.Nothing}", "leads to nothing: DescribeInstances puts out no 'Nothing'")]
    [InlineData("${steps.ask.output.by}", "leads to nothing: a step of kind approval puts nothing out there")]
    public async Task References_lead_to_what_a_step_puts_out(string reference, string? problem)
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", PlannerFixture.Running);
        StepRequest[] steps =
        [
            StepRequest.OfCollect("read", null, [Read("all"), Read("some", "Reservations[].Instances[]")]), Check("check", "`true`"),
            StepRequest.OfApproval("ask", null, new()),
            Check("last", $"Reservations == {reference}"),
        ];
        if (problem is null)
        {
            Assert.Equal(4, (await _fixture.PlanAsync(steps)).Plan.Steps.Count);
            return;
        }

        var refusal = await _fixture.RefusalAsync(steps);
        Assert.Equal(("steps[3].until", $"{reference} {problem}"), (refusal.Problems.Single().Path, refusal.Problems.Single().Message));
    }

    [Fact]
    public async Task What_nothing_is_filled_into_must_not_hold_a_reference()
    {
        const string it = "${steps.vpc.output.Vpc.VpcId}";

        var refusal = await _fixture.RefusalAsync(
            Vpc,
            StepRequest.OfCheck("a", null, "ec2", "DescribeInstances", [], new("`true`", null, $"Reservations[?VpcId == {it}]")),
            StepRequest.OfCollect("b", null, [Read("all", $"Reservations[?VpcId == {it}]")]));

        Assert.Equal(["steps[1].show", "steps[2].reads[0].select"], refusal.Problems.Select(problem => problem.Path));
        Assert.All(refusal.Problems, problem => Assert.StartsWith($"must not hold {it}", problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_of_every_kind_is_kept_for_a_retry_as_it_was()
    {
        _fixture.Reads.Answer("ec2:DescribeInstances", PlannerFixture.Running).Answer("cloudwatch:DescribeAlarms", Alarm("errors", "OK"));
        var first = await _fixture.PlanAsync(
            Check("a", "`true`", 5), Bake("b", "errors"), StepRequest.OfApproval("c", "Sure?", new("approve", 600)), StepRequest.OfCollect("d", null, [Read("all", "Reservations")]));

        var kept = System.Text.Json.JsonSerializer.Deserialize(first.Preview.Request!.ToJsonString(), RequestJson.Default.PlanRequest)!;

        Assert.Equal(first.Plan.Hash, (await _fixture.PlanAsync(kept)).Plan.Hash);
    }

    private static string Alarm(string name, string state) => $$"""{ "MetricAlarms": [{ "AlarmName": "{{name}}", "StateValue": "{{state}}" }] }""";

    private static StepRequest Check(string id, string until, int? timeout = null) =>
        StepRequest.OfCheck(id, null, "ec2", "DescribeInstances", [], new(until, timeout));

    private static StepRequest Bake(string id, string alarm) => StepRequest.OfBake(id, null, new([alarm], 60));

    private static ReadRequest Read(string name, string? select = null) => new(name, "ec2", "DescribeInstances", [], select);
}
