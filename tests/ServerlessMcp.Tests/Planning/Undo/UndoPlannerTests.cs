using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Executions.State;
using ServerlessMcp.Planning.Text;
using static ServerlessMcp.Tests.Planning.PlannerFixture;
using static ServerlessMcp.Tests.Planning.Undo.RecordedExecution;

namespace ServerlessMcp.Tests.Planning.Undo;

public sealed class UndoPlannerTests
{
    private const string VpcArn = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1";
    private const string VpcNow = """{ "Vpcs": [{ "VpcId": "vpc-1", "State": "available", "CidrBlock": "10.0.0.0/16", "Tags": [{ "Key": "Name", "Value": "NAME" }] }] }""";
    private const string Tagged = """{ "Tags": [{ "Key": "Name", "Value": "NAME", "ResourceId": "vpc-1" }] }""";
    private const string VpcAfter = """{"state":"available","cidr":"10.0.0.0/16","cidrs":[],"dhcp":null,"tags":[]}""";

    private readonly RecordedExecution _recorded = new();

    [Fact]
    public async Task The_undo_runs_the_recorded_undos_in_reverse_each_with_its_redo()
    {
        var id = await NetworkAsync();
        Now("main");

        var planned = await _recorded.PlanAsync(id);

        Assert.Equal(["name", "vpc"], planned.Plan.Steps.Select(step => step.Id));
        Assert.Equal(id, planned.Plan.UndoOf);
        var (name, vpc) = (planned.Plan.Steps[0], planned.Plan.Steps[1]);
        Assert.Equal(("DeleteTags", "CreateTags"), (name.Call.Operation, Assert.Single(name.Undo).Call.Operation));
        Assert.Equal("""{"VpcId":"vpc-1"}""", vpc.Call.Parameters.ToJsonString());
        Assert.Equal(("CreateVpc", "10.0.0.0/16"), (vpc.Undo[0].Call.Operation, (string?)vpc.Undo[0].Call.Parameters["CidrBlock"]));
        Assert.Equal(
            (RepeatRule.Locate, "/TagSpecifications/0/Tags/0/Value", "DescribeVpcs"),
            (vpc.Undo[0].Repeat!.Rule, vpc.Undo[0].Repeat!.MarkerAt, vpc.Undo[0].Repeat!.Locate!.Call.Operation));
        Assert.Equal((StepEffect.Delete, UndoClass.Partial, RepeatRule.Value), (vpc.Effect, vpc.Reversibility.Class, vpc.Repeat.Rule));
        Assert.Equal(VpcArn, vpc.Resource);
        Assert.Equal(4, vpc.Requires.Count);
        Assert.Equal(VerdictKind.Confirm, planned.Preview.Verdict.Is);
        Golden.Matches("undo-plan.txt", PlanText.Render(planned.Plan with { PlanId = "pl_a", UndoOf = "ex_a" }, planned.Preview));
    }

    [Fact]
    public async Task The_ids_that_the_same_undo_takes_away_do_not_fill_the_vpc()
    {
        var id = await NetworkAsync();
        Now("main");

        var planned = await _recorded.PlanAsync(id);

        Assert.Equal($$"""length(Subnets[?!contains(`["vpc-1","{{VpcArn}}"]`, SubnetId)]) == `0`""", planned.Plan.Steps[1].Requires[0].Until);
    }

    [Fact]
    public async Task A_tag_changed_by_another_hand_is_a_conflict_that_shows_both_values()
    {
        var id = await NetworkAsync();
        Now("theirs");

        var refusal = await _recorded.RefusalAsync(id);

        Assert.Equal("conflict", refusal.Code);
        Assert.Contains(
            new("name", "is not as this step left it")
            {
                Quoted = $$"""{{VpcArn}}: recorded was [{"Key":"Name","Value":"main"}], now it is [{"Key":"Name","Value":"theirs"}]""",
            },
            refusal.Problems);
    }

    [Fact]
    public async Task A_thing_that_is_no_longer_empty_is_a_conflict()
    {
        var id = await NetworkAsync();
        Now("main");
        _recorded.Fixture.Reads.Answer("ec2:DescribeSubnets", """{ "Subnets": [{ "SubnetId": "subnet-9" }] }""");

        var refusal = await _recorded.RefusalAsync(id);

        Assert.Equal("conflict", refusal.Code);
        Assert.Equal(new("vpc", "it no longer holds that the VPC has no subnet") { Quoted = VpcArn }, Assert.Single(refusal.Problems));
    }

    [Fact]
    public async Task What_has_no_undo_is_listed_as_staying()
    {
        var plan = await _recorded.Fixture.PlanAsync(
            Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.0.0.0/16" }"""),
            Step("set", "ec2", "ModifyVpcTenancy", """{ "VpcId": "${steps.vpc.output.Vpc.VpcId}" }"""));
        var id = await _recorded.SaveAsync(
            plan, ExecutionStatus.Succeeded,
            Done(plan.Plan, "vpc", null, """{ "Vpc": { "VpcId": "vpc-1" } }""", """{"state":"available","cidr":"10.0.0.0/16","cidrs":[],"dhcp":null,"tags":[{"Key":"Name","Value":"main"}]}""", VpcArn),
            Done(plan.Plan, "set", null, "{}", null));
        Now("main");

        var planned = await _recorded.PlanAsync(id);

        Assert.Equal(["vpc"], planned.Plan.Steps.Select(step => step.Id));
        Assert.Contains("set stays as 'set' left it: it has no undo", planned.Preview.Warnings);
    }

    [Fact]
    public async Task The_undo_of_an_undo_plans_the_original_steps_with_their_references()
    {
        var id = await NetworkAsync();
        Now("main");
        var undo = await _recorded.PlanAsync(id);
        var undone = await _recorded.SaveAsync(undo, ExecutionStatus.Succeeded);

        var redo = await _recorded.PlanAsync(undone);

        Assert.Equal(["vpc", "name"], redo.Plan.Steps.Select(step => step.Id));
        Assert.Equal("${steps.vpc.output.Vpc.VpcId}", redo.Plan.Steps[1].Call.Parameters["Resources"]![0]!.GetValue<string>());
        Assert.Equal(undone, redo.Plan.UndoOf);
    }

    [Fact]
    public async Task What_an_alternative_made_is_made_again_with_the_alternatives_parameters()
    {
        var plan = await _recorded.Fixture.PlanAsync(Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.0.0.0/16", "InstanceTenancy": "dedicated" }""") with
        {
            Alternatives = [Json("""{ "CidrBlock": "10.0.0.0/16", "InstanceTenancy": "default" }""")],
        });
        var made = Done(plan.Plan, "vpc", null, """{ "Vpc": { "VpcId": "vpc-1" } }""", VpcAfter, VpcArn) with { Alternative = 1 };
        var id = await _recorded.SaveAsync(plan, ExecutionStatus.Succeeded, made);
        Now("main");
        _recorded.Fixture.Reads.Answer("ec2:DescribeVpcs", """{ "Vpcs": [{ "VpcId": "vpc-1", "State": "available", "CidrBlock": "10.0.0.0/16", "Tags": [] }] }""");

        var undo = await _recorded.PlanAsync(id);
        var redo = await _recorded.PlanAsync(await _recorded.SaveAsync(undo, ExecutionStatus.Succeeded));

        Assert.Equal("default", (string?)undo.Plan.Steps[0].Undo[0].Call.Parameters["InstanceTenancy"]);
        Assert.Equal("default", (string?)redo.Plan.Steps[0].Call.Parameters["InstanceTenancy"]);
    }

    [Theory]
    [InlineData(ExecutionStatus.Running, "not_ended")]
    [InlineData(ExecutionStatus.AwaitingApproval, "not_ended")]
    [InlineData(ExecutionStatus.RolledBack, "nothing_to_undo")]
    [InlineData(ExecutionStatus.Rejected, "nothing_to_undo")]
    public async Task Only_what_has_succeeded_is_undone(ExecutionStatus status, string code)
    {
        var plan = await _recorded.Fixture.PlanAsync(Step("vpc", "ec2", "CreateVpc", "{}"));
        var id = await _recorded.SaveAsync(plan, status);

        Assert.Equal(code, (await _recorded.RefusalAsync(id)).Code);
    }

    [Theory]
    [InlineData(ExecutionStatus.Succeeded, true)]
    [InlineData(ExecutionStatus.Running, true)]
    [InlineData(ExecutionStatus.RolledBack, false)]
    public async Task What_is_undone_already_is_refused_unless_that_undo_came_to_nothing(ExecutionStatus status, bool refused)
    {
        var id = await NetworkAsync();
        Now("main");
        var undo = await _recorded.PlanAsync(id);
        await _recorded.ClaimAsync(id, await _recorded.SaveAsync(undo, status));

        if (refused)
        {
            Assert.Equal("already_undone", (await _recorded.RefusalAsync(id)).Code);
        }
        else
        {
            Assert.Equal(2, (await _recorded.PlanAsync(id)).Plan.Steps.Count);
        }
    }

    [Fact]
    public async Task Another_callers_execution_is_not_there() =>
        Assert.Equal("execution_not_found", (await _recorded.RefusalAsync("ex_aaaaaaaaaaaaaaaaaaaaaaaaaa")).Code);

    [Fact]
    public async Task A_recorded_value_too_large_for_the_facts_serves_the_undo_all_the_same_and_is_missed_when_it_is_gone()
    {
        var id = await NetworkAsync(new('x', 300_000));
        Now("main");
        Assert.Single(_recorded.Blobs.All);

        Assert.Equal("""{"VpcId":"vpc-1"}""", (await _recorded.PlanAsync(id)).Plan.Steps[1].Call.Parameters.ToJsonString());

        _recorded.Blobs.Clear();
        var refusal = await _recorded.RefusalAsync(id);
        Assert.Equal("nothing_to_undo", refusal.Code);
        Assert.Contains("The output that execution", refusal.Message, StringComparison.Ordinal);
    }

    private async Task<string> NetworkAsync(string more = "")
    {
        var plan = await _recorded.Fixture.PlanAsync(
            Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.0.0.0/16" }"""),
            Step("name", "ec2", "CreateTags", """{ "Resources": ["${steps.vpc.output.Vpc.VpcId}"], "Tags": [{ "Key": "Name", "Value": "main" }] }"""));
        return await _recorded.SaveAsync(
            plan, ExecutionStatus.Succeeded,
            Done(plan.Plan, "vpc", null, $$"""{ "Vpc": { "VpcId": "vpc-1" }, "More": "{{more}}" }""", VpcAfter, VpcArn),
            Done(plan.Plan, "name", "[]", "{}", """[{"Key":"Name","Value":"main"}]""", VpcArn));
    }

    private void Now(string name) => _recorded.Fixture.Reads
        .Answer("ec2:DescribeVpcs", VpcNow.Replace("NAME", name, StringComparison.Ordinal))
        .Answer("ec2:DescribeTags", Tagged.Replace("NAME", name, StringComparison.Ordinal))
        .Answer("ec2:DescribeSubnets", """{ "Subnets": [] }""")
        .Answer("ec2:DescribeSecurityGroups", """{ "SecurityGroups": [{ "GroupName": "default" }] }""")
        .Answer("ec2:DescribeRouteTables", """{ "RouteTables": [{ "Associations": [{ "Main": true }] }] }""")
        .Answer("ec2:DescribeInternetGateways", """{ "InternetGateways": [] }""");
}
