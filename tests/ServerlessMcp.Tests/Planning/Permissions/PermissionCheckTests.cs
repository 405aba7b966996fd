using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.Executions.Plans;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Permissions;
using ServerlessMcp.Planning.Text;
using ServerlessMcp.Planning.Undo;
using ServerlessMcp.Tests.Planning.Fakes;
using static ServerlessMcp.Tests.Planning.PlannerFixture;

namespace ServerlessMcp.Tests.Planning.Permissions;

/// <summary>What a preview says of permissions. Answers have the forms of the IAM API reference (SimulatePrincipalPolicy) and of STS (GetCallerIdentity).</summary>
public sealed class PermissionCheckTests
{
    private const string User = "arn:aws:iam::111122223333:user/ops/ann";

    private const string Role = "arn:aws:iam::111122223333:role/deploy/ops";

    private readonly FakeReads _reads = new();

    private readonly List<JsonObject> _asked = [];

    private readonly Dictionary<string, string> _decisions = [];

    private readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-25T10:00:00Z", null));

    public PermissionCheckTests()
    {
        Called(User);
        _reads.Answer("iam:SimulatePrincipalPolicy", Simulate)
            .Answer("iam:GetRole", $$"""{ "Role": { "Arn": "{{Role}}", "RoleName": "ops" } }""")
            .Refuse("s3:HeadBucket", "NotFound")
            .Answer("ec2:DescribeVpcs", """{ "Vpcs": [] }""");
    }

    [Fact]
    public async Task What_is_allowed_is_said_with_who_and_how_and_what_is_not_seen()
    {
        var planned = await BucketAsync();

        Assert.Equal([new StepPermissions("b", PermissionState.Allowed, [], null)], planned.Preview.Permissions!.Steps, Same);
        Assert.Equal((User, "IAM simulation"), (planned.Preview.Permissions.Who, planned.Preview.Permissions.How));
        Assert.Empty(planned.Preview.MissingPermissions!);
        Assert.Empty(planned.Preview.Warnings);
        Assert.Contains($"permissions: {PolicySimulation.Blind}", planned.Preview.NotChecked);
        Assert.Contains("Allowed:  1 of 1 steps with their undos. By IAM simulation", PlanText.Render(planned.Plan, planned.Preview), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_is_allowed_and_its_undo_not_is_the_first_and_loudest_warning()
    {
        _decisions["s3:DeleteBucket"] = "implicitDeny";

        var planned = await BucketAsync();

        Assert.Equal(
            $"UNDO NOT ALLOWED: 'b' may be done but not taken back: s3:DeleteBucket on arn:aws:s3:::logs: no policy of the caller allows it. Allow it for {User} before this plan runs, or its rollback will fail",
            planned.Preview.Warnings[0]);
        Assert.Equal(["s3:DeleteBucket on arn:aws:s3:::logs"], planned.Preview.MissingPermissions);
        var step = Assert.Single(planned.Preview.Permissions!.Steps);
        Assert.Equal((PermissionState.Denied, PermissionUse.Undo), (step.Is, Assert.Single(step.Denied).For));
    }

    [Fact]
    public async Task A_change_that_is_denied_names_action_resource_and_who()
    {
        _decisions["s3:CreateBucket"] = "explicitDeny";

        var planned = await BucketAsync();

        Assert.Equal(
            $"AWS will refuse 'b': s3:CreateBucket on arn:aws:s3:::logs: policy NoBuckets denies it. Allow it for {User}", Assert.Single(planned.Preview.Warnings));
    }

    [Fact]
    public async Task Of_an_assumed_role_the_role_is_simulated_with_its_path()
    {
        Called("arn:aws:sts::111122223333:assumed-role/ops/session-1");

        var planned = await BucketAsync();

        Assert.Equal(Role, planned.Preview.Permissions!.Who);
        Assert.All(_asked, asked => Assert.Equal(Role, asked["PolicySourceArn"]!.ToString()));
    }

    [Theory]
    [InlineData("arn:aws:iam::111122223333:root", "permissions: the caller is the account's root user, whom no policy of his own limits and no simulation covers")]
    [InlineData("arn:aws:sts::111122223333:federated-user/bob", "permissions: the caller arn:aws:sts::111122223333:federated-user/bob is neither an IAM user nor a role, and its policies cannot be looked up")]
    public async Task Who_cannot_be_simulated_is_said(string arn, string said)
    {
        Called(arn);

        var planned = await BucketAsync();

        Assert.Contains(said, planned.Preview.NotChecked);
        Assert.Null(planned.Preview.Permissions);
        Assert.Null(planned.Preview.MissingPermissions);
        Assert.Empty(_asked);
    }

    /// <summary>ec2:CreateVpc is asked for on vpc/*; the id is AWS's to choose.</summary>
    [Fact]
    public async Task No_statement_for_what_is_not_known_yet_is_not_a_denial()
    {
        _decisions["ec2:DeleteVpc"] = "implicitDeny";

        var planned = await PlanAsync(Step("v", "ec2", "CreateVpc", "{}"));

        Assert.Equal(PermissionState.NotChecked, Assert.Single(planned.Preview.Permissions!.Steps).Is);
        Assert.Empty(planned.Preview.MissingPermissions!);
        Assert.Contains(planned.Preview.NotChecked, text => text.StartsWith("permissions of v: ec2:DeleteVpc: no policy allows it on everything", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_denial_of_what_is_not_known_yet_is_one()
    {
        _decisions["ec2:DeleteVpc"] = "explicitDeny";

        Assert.StartsWith("UNDO NOT ALLOWED: 'v'", (await PlanAsync(Step("v", "ec2", "CreateVpc", "{}"))).Preview.Warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_condition_that_the_simulation_does_not_know_leaves_it_open()
    {
        _decisions["s3:CreateBucket"] = "implicitDeny";
        _missing = ["aws:MultiFactorAuthPresent"];

        var planned = await BucketAsync();

        Assert.Equal(PermissionState.NotChecked, Assert.Single(planned.Preview.Permissions!.Steps).Is);
        Assert.Contains("permissions of b: s3:CreateBucket: no policy allows it without a condition on aws:MultiFactorAuthPresent", planned.Preview.NotChecked);
    }

    [Fact]
    public async Task Equal_needs_are_simulated_together_and_no_action_on_what_no_step_needs()
    {
        await PlanAsync([.. Enumerable.Range(0, 30).Select(n => Step($"b{n}", "s3", "CreateBucket", $$"""{ "Bucket": "logs-{{n}}" }"""))]);

        var asked = Assert.Single(_asked);
        Assert.Equal(30, asked["ResourceArns"]!.AsArray().Count);
        Assert.Equal("eu-west-1", asked["ContextEntries"]!.AsArray().Single(entry => entry!["ContextKeyName"]!.ToString() == "aws:RequestedRegion")!["ContextKeyValues"]![0]!.ToString());
    }

    [Fact]
    public async Task A_simulation_that_takes_too_long_is_not_waited_for()
    {
        _reads.Pause = cancellationToken => Task.Delay(TimeSpan.FromSeconds(60), _time, cancellationToken);
        var planning = new PermissionCheck(_reads, _time).RunAsync(
            new("111122223333", "eu-west-1"), [new("s3:CreateBucket", "arn:aws:s3:::logs", true)], TestContext.Current.CancellationToken);

        _time.Advance(TimeSpan.FromSeconds(3.1));

        Assert.Equal("it took over 3 seconds", (await planning).Why);
    }

    [Fact]
    public async Task Where_nothing_can_be_asked_both_reasons_are_said()
    {
        _reads.Refuse("iam:SimulatePrincipalPolicy", "AccessDenied").Refuse("iam:GetUser", "AccessDenied").Refuse("iam:ListGroupsForUser", "AccessDenied")
            .Refuse("iam:ListAttachedUserPolicies", "AccessDenied").Refuse("iam:ListUserPolicies", "AccessDenied");

        var planned = await BucketAsync();

        Assert.Contains(
            "permissions: AWS answered AccessDenied: the fake says no; the caller's policies cannot be read either: AWS answered AccessDenied: the fake says no",
            planned.Preview.NotChecked);
    }

    [Theory]
    [InlineData(null, "Allowed")]
    [InlineData("arn:aws:iam::111122223333:policy/Fence", "Denied")]
    public async Task Without_simulation_the_callers_own_policies_decide_groups_and_boundary_too(string? boundary, string state)
    {
        _reads.Refuse("iam:SimulatePrincipalPolicy", "AccessDenied")
            .Answer("iam:GetUser", _ => Json(boundary is null ? """{ "User": {} }""" : $$"""{ "User": { "PermissionsBoundary": { "PermissionsBoundaryArn": "{{boundary}}" } } }"""))
            .Answer("iam:ListAttachedUserPolicies", """{ "AttachedPolicies": [] }""")
            .Answer("iam:ListUserPolicies", """{ "PolicyNames": ["inline"] }""")
            .Answer("iam:GetUserPolicy", _ => Document("PolicyDocument", """{ "Effect": "Allow", "Action": "s3:CreateBucket", "Resource": "*" }"""))
            .Answer("iam:ListGroupsForUser", """{ "Groups": [{ "GroupName": "ops" }] }""")
            .Answer("iam:ListAttachedGroupPolicies", """{ "AttachedPolicies": [{ "PolicyArn": "arn:aws:iam::111122223333:policy/Buckets" }] }""")
            .Answer("iam:ListGroupPolicies", """{ "PolicyNames": [] }""")
            .Answer("iam:GetPolicy", """{ "Policy": { "DefaultVersionId": "v2" } }""")
            .Answer("iam:GetPolicyVersion", asked => new()
            {
                ["PolicyVersion"] = Document("Document", asked["PolicyArn"]!.ToString().EndsWith("Fence", StringComparison.Ordinal)
                    ? """{ "Effect": "Allow", "NotAction": "s3:Delete*", "Resource": "*" }"""
                    : """{ "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::*" }"""),
            });

        var planned = await BucketAsync();

        var step = Assert.Single(planned.Preview.Permissions!.Steps);
        Assert.Equal(state, step.Is.ToString());
        Assert.Equal(boundary is not null, planned.Preview.Warnings.Any(text => text.StartsWith("UNDO NOT ALLOWED", StringComparison.Ordinal)));
        Assert.Contains($"permissions: {PolicyReads.Blind}", planned.Preview.NotChecked);
    }

    [Fact]
    public void The_reads_are_harmless_and_well_formed()
    {
        var catalog = new ServerlessMcp.AwsApi.Catalog.AwsCatalog();
        string[] reads = ["SimulatePrincipalPolicy", "GetRole", "GetUser", "GetPolicy", "GetPolicyVersion", "GetUserPolicy", "GetRolePolicy", "GetGroupPolicy",
            "ListGroupsForUser", "ListAttachedUserPolicies", "ListAttachedRolePolicies", "ListAttachedGroupPolicies", "ListUserPolicies", "ListRolePolicies", "ListGroupPolicies"];

        Assert.All(reads, read => Assert.True(catalog.Operation("iam", read).IsHarmlessRead, read));
    }

    private IReadOnlyList<string> _missing = [];

    private JsonObject Simulate(JsonObject asked)
    {
        _asked.Add(asked.DeepClone().AsObject());
        Assert.Empty(new ServerlessMcp.AwsApi.Catalog.AwsCatalog().Validate(new("iam", "SimulatePrincipalPolicy", null, AwsAccess.Read, false, null), asked));
        return new()
        {
            ["IsTruncated"] = false,
            ["EvaluationResults"] = new JsonArray([.. asked["ActionNames"]!.AsArray().Select(action => (JsonNode)new JsonObject
            {
                ["EvalActionName"] = action!.ToString(),
                ["EvalResourceName"] = asked["ResourceArns"]![0]!.ToString(),
                ["EvalDecision"] = _decisions.GetValueOrDefault(action.ToString(), "allowed"),
                ["ResourceSpecificResults"] = new JsonArray([.. asked["ResourceArns"]!.AsArray().Select(arn => (JsonNode)new JsonObject
                {
                    ["EvalResourceName"] = arn!.ToString(),
                    ["EvalResourceDecision"] = _decisions.GetValueOrDefault(action.ToString(), "allowed"),
                    ["MatchedStatements"] = _decisions.GetValueOrDefault(action.ToString()) == "explicitDeny"
                        ? new JsonArray(new JsonObject { ["SourcePolicyId"] = "NoBuckets", ["StartPosition"] = new JsonObject { ["Line"] = 3, ["Column"] = 19 } })
                        : [],
                    ["MissingContextValues"] = new JsonArray([.. _missing.Select(key => (JsonNode)key)]),
                })]),
            })]),
        };
    }

    private void Called(string arn) => _reads.Answer("sts:GetCallerIdentity", $$"""{ "Account": "111122223333", "Arn": "{{arn}}", "UserId": "AIDA" }""");

    private Task<PlannedPlan> BucketAsync() => PlanAsync(Step("b", "s3", "CreateBucket", """{ "Bucket": "logs" }"""));

    private Task<PlannedPlan> PlanAsync(params ServerlessMcp.Planning.Requests.StepRequest[] steps) =>
        new Planner(new ServerlessMcp.AwsApi.Catalog.AwsCatalog(), _reads, UndoCatalogue.Load(), new("eu-west-1"), _time)
            .PlanAsync(Request(steps), Caller, TestContext.Current.CancellationToken);

    private static JsonObject Document(string member, string statement) =>
        new() { [member] = Uri.EscapeDataString($$"""{ "Version": "2012-10-17", "Statement": {{statement}} }""") };

    private static bool Same(StepPermissions one, StepPermissions other) =>
        (one.StepId, one.Is, one.Why, one.Denied.Count) == (other.StepId, other.Is, other.Why, other.Denied.Count);
}
