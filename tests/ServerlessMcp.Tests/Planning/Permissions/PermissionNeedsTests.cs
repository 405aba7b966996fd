using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Planning;
using ServerlessMcp.Planning.Permissions;
using ServerlessMcp.Planning.Requests;
using ServerlessMcp.Planning.Undo;
using ServerlessMcp.Tests.Planning.Fakes;
using static ServerlessMcp.Tests.Planning.PlannerFixture;

namespace ServerlessMcp.Tests.Planning.Permissions;

/// <summary>With the models of AWS: which actions a planned step needs, on what, and for what. Source: the Service Authorization Reference.</summary>
public sealed class PermissionNeedsTests
{
    private static readonly AwsCatalog Catalog = new();

    private static readonly PermissionNeeds Needs = new(Catalog, UndoCatalogue.Load());

    [Theory]
    [InlineData("s3", "CreateBucket", """{ "Bucket": "logs" }""", "s3:CreateBucket on arn:aws:s3:::logs!", "s3:DeleteBucket on arn:aws:s3:::logs!")]
    [InlineData("ec2", "CreateVpc", """{ "CidrBlock": "10.0.0.0/16" }""", "ec2:CreateVpc on arn:aws:ec2:eu-west-1:111122223333:vpc/*", "ec2:DeleteVpc on arn:aws:ec2:eu-west-1:111122223333:vpc/*")]
    [InlineData("ec2", "CreateVpc", "{}", "ec2:DescribeVpcs on *!", "ec2:DeleteVpc on arn:aws:ec2:eu-west-1:111122223333:vpc/*")]
    [InlineData("ec2", "CreateVpc", "{}", "ec2:CreateTags on arn:aws:ec2:eu-west-1:111122223333:vpc/*", null)]
    [InlineData("cloudwatch-logs", "CreateLogGroup", """{ "logGroupName": "/app/web" }""", "logs:CreateLogGroup on arn:aws:logs:eu-west-1:111122223333:log-group:/app/web:*!", "logs:DeleteLogGroup on arn:aws:logs:eu-west-1:111122223333:log-group:/app/web:*!")]
    [InlineData("cloudwatch-logs", "CreateLogGroup", """{ "logGroupName": "/app/web" }""", "logs:TagResource on arn:aws:logs:eu-west-1:111122223333:log-group:/app/web!", null)]
    [InlineData("lambda", "CreateAlias", """{ "FunctionName": "f", "Name": "live", "FunctionVersion": "1" }""", "lambda:CreateAlias on arn:aws:lambda:eu-west-1:111122223333:function:f!", "lambda:DeleteAlias on arn:aws:lambda:eu-west-1:111122223333:function:f!")]
    [InlineData("s3", "PutObject", """{ "Bucket": "logs", "Key": "a/b.txt", "Body": "aGk=" }""", "s3:ListBucket on arn:aws:s3:::logs!", null)]
    [InlineData("s3", "PutObject", """{ "Bucket": "logs", "Key": "a/b.txt", "Body": "aGk=" }""", "s3:PutObject on arn:aws:s3:::logs/a/b.txt!", null)]
    [InlineData("iam", "AttachRolePolicy", """{ "RoleName": "web", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess" }""", "iam:AttachRolePolicy on arn:aws:iam::111122223333:role/web", "iam:DetachRolePolicy on arn:aws:iam::111122223333:role/web")]
    public async Task A_step_needs_this_for_its_change_and_that_for_its_undo(string service, string operation, string parameters, string change, string? undo)
    {
        var step = (await PlanAsync(Step("s", service, operation, parameters))).Plan.Steps[0];

        Assert.Contains(change, Needs.OfChange(step).Select(Said));
        Assert.DoesNotContain(undo, Needs.OfChange(step).Select(Said));
        Assert.True(undo is null || Needs.OfUndo(step).Select(Said).Contains(undo), string.Join('\n', Needs.OfUndo(step).Select(Said)));
        Assert.Empty(Needs.OfChange(step).Concat(Needs.OfUndo(step)).Except(Needs.Possible(step)));
    }

    [Fact]
    public async Task A_role_that_is_passed_is_what_the_pass_is_asked_on()
    {
        var step = (await PlanAsync(Step("f", "lambda", "CreateFunction", """
            { "FunctionName": "f", "Role": "arn:aws:iam::111122223333:role/app/run", "Runtime": "nodejs22.x", "Handler": "i.h", "Code": { "ZipFile": "UEsFBg==" } }
            """))).Plan.Steps[0];

        Assert.Contains("iam:PassRole on arn:aws:iam::111122223333:role/app/run!", Needs.OfChange(step).Select(Said));
        Assert.DoesNotContain(Needs.OfUndo(step), need => need.Action == "iam:PassRole");
    }

    [Fact]
    public async Task An_operation_without_an_entry_needs_its_own_action_and_that_of_the_callers_undo()
    {
        var step = (await PlanAsync(Step("s", "s3", "PutBucketAccelerateConfiguration", """{ "Bucket": "logs", "AccelerateConfiguration": { "Status": "Enabled" } }""") with
        {
            Undo = new("s3", "DeleteBucketCors", Json("""{ "Bucket": "logs" }""")),
        })).Plan.Steps[0];

        Assert.Equal(["s3:PutAccelerateConfiguration on *"], Needs.OfChange(step).Select(Said));
        Assert.Equal(["s3:PutBucketCORS on *"], Needs.OfUndo(step).Select(Said));
    }

    private static string Said(PermissionNeed need) => $"{need.Action} on {need.Resource}{(need.IsKnown ? "!" : "")}";

    private static Task<PlannedPlan> PlanAsync(StepRequest step) =>
        new Planner(Catalog, new EmptyAccount(), UndoCatalogue.Load(), new("eu-west-1"), TimeProvider.System)
            .PlanAsync(Request(step), Caller, TestContext.Current.CancellationToken);
}
