using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Executions.Plans;
using static ServerlessMcp.Tests.Planning.PlannerFixture;

namespace ServerlessMcp.Tests.Planning;

/// <summary>Who else manages a resource, where the planner's own reads do not tell.</summary>
public sealed class OwnerReadsTests
{
    private const string Vpc = "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-2";

    private readonly PlannerFixture _fixture = new();

    public OwnerReadsTests() => _fixture.Reads.Answer("ec2:DescribeTags", """{ "Tags": [] }""");

    [Theory]
    [InlineData("aws:cloudformation:stack-name", "web", "CloudFormation stack 'web'", 1)]
    [InlineData("TerraformWorkspace", "prod", "Terraform", 0)]
    [InlineData("managed-by", "cdk", "cdk", 0)]
    [InlineData("aws-cdk:auto-delete-objects", "true", "AWS CDK", 0)]
    [InlineData("crossplane-kind", "vpc.ec2", "Crossplane", 0)]
    public async Task The_tags_of_a_resource_are_asked_for_by_its_arn(string key, string value, string tool, int stacks)
    {
        Tagged(Vpc, key, value);

        var planned = await _fixture.PlanAsync(Step("set", "ec2", "ModifyVpcTenancy", """{ "VpcId": "vpc-1" }"""), Tag());

        Assert.Contains($"{Vpc} belongs to {tool}: this will drift from what is declared there", planned.Preview.Warnings);
        Assert.Equal(stacks, planned.Preview.ManagedBy.Count(managed => managed == new ManagedResource(value, Vpc)));
    }

    [Theory]
    [InlineData("terraform", "false")]
    [InlineData("managed-by", "ann")]
    [InlineData("Name", "terraform")]
    public async Task Other_tags_say_nothing(string key, string value)
    {
        Tagged(Vpc, key, value);

        var planned = await _fixture.PlanAsync(Tag());

        Assert.DoesNotContain(planned.Preview.Warnings, warning => warning.Contains("drift", StringComparison.Ordinal));
        Assert.Empty(planned.Preview.ManagedBy);
    }

    [Fact]
    public async Task Tags_of_another_resource_are_not_taken_for_its_own()
    {
        Tagged("arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-22", "aws:cloudformation:stack-name", "web");

        Assert.Empty((await _fixture.PlanAsync(Tag())).Preview.ManagedBy);
    }

    [Fact]
    public async Task A_stack_is_named_rather_than_the_tool_that_made_it()
    {
        _fixture.Reads.Answer("resource-groups-tagging-api:GetResources", $$"""
            { "ResourceTagMappingList": [{ "ResourceARN": "{{Vpc}}", "Tags": [
              { "Key": "aws-cdk:x", "Value": "1" }, { "Key": "aws:cloudformation:stack-name", "Value": "web" }] }] }
            """);

        Assert.Equal([new ManagedResource("web", Vpc)], (await _fixture.PlanAsync(Tag())).Preview.ManagedBy);
    }

    [Fact]
    public async Task Tags_that_cannot_be_read_are_said_and_that_no_stack_has_it()
    {
        _fixture.Reads.Refuse("resource-groups-tagging-api:GetResources", "AccessDeniedException");

        var planned = await _fixture.PlanAsync(Tag());

        Assert.Contains(
            $"who else manages {Vpc}: resource-groups-tagging-api:GetResources answered AccessDeniedException: the fake says no; no CloudFormation stack of eu-west-1 does",
            planned.Preview.NotChecked);
    }

    [Theory]
    [InlineData("AWS::EC2::VPC", "vpc-2", "net")]
    [InlineData("AWS::EC2::VPC", "vpc-22", null)]
    [InlineData("AWS::Logs::LogGroup", "vpc-2", null)]
    public async Task Where_tags_cannot_be_read_the_stack_that_has_this_very_resource_is_named(string type, string id, string? stack)
    {
        _fixture.Reads.Refuse("resource-groups-tagging-api:GetResources", "AccessDeniedException")
            .Answer("cloudformation:DescribeStackResources", $$"""
            { "StackResources": [{ "StackName": "net", "ResourceType": "{{type}}", "PhysicalResourceId": "{{id}}" }] }
            """);

        var planned = await _fixture.PlanAsync(Tag());

        Assert.Equal(stack is null ? [] : [new ManagedResource(stack, Vpc)], planned.Preview.ManagedBy);
        Assert.Equal(stack is null, planned.Preview.NotChecked.Any(text => text.StartsWith($"who else manages {Vpc}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_both_reasons_are_said()
    {
        _fixture.Reads.Refuse("resource-groups-tagging-api:GetResources", "AccessDeniedException").Refuse("cloudformation:DescribeStackResources", "AccessDenied");

        var planned = await _fixture.PlanAsync(Tag());

        Assert.Contains(planned.Preview.NotChecked, text => text.EndsWith(
            "the fake says no; nor could CloudFormation be asked (cloudformation:DescribeStackResources answered AccessDenied: the fake says no)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-2", "vpc-2")]
    [InlineData("arn:aws:sqs:eu-west-1:111122223333:jobs", "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs")]
    [InlineData("arn:aws:sns:eu-west-1:111122223333:news", "arn:aws:sns:eu-west-1:111122223333:news")]
    [InlineData("arn:aws:s3:::logs/a/b.txt", "logs")]
    [InlineData("arn:aws:iam::111122223333:role/app/web", "web")]
    [InlineData("arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/f", "/aws/lambda/f")]
    [InlineData("arn:aws:lambda:eu-west-1:111122223333:function:f", "f")]
    [InlineData("arn:aws:lambda:eu-west-1:111122223333:function:f:live", null)]
    [InlineData("arn:aws:rds:eu-west-1:111122223333:db:shop", "shop")]
    [InlineData("arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a/b", "a/b")]
    [InlineData("arn:aws:ecs:eu-west-1:111122223333:cluster/main", "main")]
    [InlineData("arn:aws:ecs:eu-west-1:111122223333:service/main/web", "arn:aws:ecs:eu-west-1:111122223333:service/main/web")]
    [InlineData("arn:aws:apigateway:eu-west-1::/apis/a1", null)]
    public void CloudFormation_names_a_resource_by_its_ref(string arn, string? id) =>
        Assert.Equal(id, ServerlessMcp.Planning.StackReads.PhysicalId(arn));

    [Fact]
    public void A_bucket_lists_its_own_tags_wherever_it_is_and_is_asked_once_for_all_in_it()
    {
        string[] arns = ["arn:aws:s3:::logs", "arn:aws:s3:::logs/a/b:c.txt"];
        var reads = OwnersOf(arns);

        var (_, read) = Assert.Single(reads.Wanted);
        Assert.Equal(("s3:GetBucketTagging", """{"Bucket":"logs"}"""), ($"{read.Call.Service}:{read.Call.Operation}", read.Call.Parameters.ToJsonString()));
        var found = reads.Find([new(true, Raw: Json("""{ "TagSet": [{ "Key": "aws:cloudformation:stack-name", "Value": "site" }] }"""))]);
        Assert.All(arns, arn => Assert.Equal("site", found.Owners[arn].Stack));
    }

    [Fact]
    public async Task A_step_whose_resource_is_not_known_is_said()
    {
        var planned = await _fixture.PlanAsync(Step("set", "ec2", "ModifyVpcTenancy", """{ "VpcId": "vpc-1" }"""));

        Assert.Contains("who else manages what set changes: the catalogue does not say which resource that is", planned.Preview.NotChecked);
    }

    [Fact]
    public async Task What_the_plan_makes_is_not_asked_for()
    {
        _fixture.Reads.Refuse("resource-groups-tagging-api:GetResources", "AccessDeniedException");

        var planned = await _fixture.PlanAsync(
            Step("vpc", "ec2", "CreateVpc", """{ "CidrBlock": "10.0.0.0/16" }"""),
            Step("name", "ec2", "CreateTags", """{ "Resources": ["${steps.vpc.output.Vpc.VpcId}"], "Tags": [{ "Key": "Name", "Value": "main" }] }"""));

        Assert.DoesNotContain(planned.Preview.NotChecked, text => text.StartsWith("who else", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("role/app/web", "iam:ListRoleTags", """{"RoleName":"web"}""", """{ "Tags": [{ "Key": "pulumi:stack", "Value": "a" }] }""", null)]
    [InlineData("user/ann", "iam:ListUserTags", """{"UserName":"ann"}""", """{ "Tags": [{ "Key": "aws:cloudformation:stack-name", "Value": "a" }] }""", "a")]
    [InlineData("group/ops", "cloudformation:DescribeStackResources", """{"PhysicalResourceId":"ops"}""", """{ "StackResources": [{ "StackName": "people", "ResourceType": "AWS::IAM::Group", "PhysicalResourceId": "ops" }] }""", "people")]
    public void What_the_tagging_api_does_not_know_is_asked_for_elsewhere(string id, string call, string parameters, string answer, string? stack)
    {
        var arn = $"arn:aws:iam::111122223333:{id}";
        var reads = OwnersOf(arn);

        var (_, read) = Assert.Single(reads.Wanted);
        Assert.Equal((call, parameters), ($"{read.Call.Service}:{read.Call.Operation}", read.Call.Parameters.ToJsonString()));
        Assert.Equal(stack, reads.Find([new(true, Raw: Json(answer))]).Owners[arn].Stack);
    }

    [Theory]
    [InlineData("arn:aws:sqs:eu-west-1:111122223333:q")]
    [InlineData("arn:aws:s3:::b")]
    [InlineData("arn:aws:iam::111122223333:role/r")]
    [InlineData("arn:aws:iam::111122223333:user/u")]
    [InlineData("arn:aws:iam::111122223333:group/g")]
    public void The_reads_are_harmless_and_well_formed(string arn)
    {
        var catalog = new AwsCatalog();
        var call = Assert.Single(OwnersOf(arn).Wanted).Read.Call;
        var operation = catalog.Operation(call.Service, call.Operation);

        Assert.Equal((call.Service, call.Operation), (catalog.CanonicalService(call.Service), operation.Name));
        Assert.True(operation.IsHarmlessRead, $"{operation.Access}");
        Assert.Empty(catalog.Validate(operation, call.Parameters));
    }

    [Fact]
    public void Global_resources_are_asked_for_where_they_answer_and_a_hundred_at_once()
    {
        var reads = OwnersOf([
            "arn:aws:cloudfront::111122223333:distribution/E1", .. Enumerable.Range(0, 101).Select(n => $"arn:aws:sqs:eu-west-1:111122223333:q{n}")]);

        Assert.Equal(
            [("us-east-1", 1), ("eu-west-1", 100), ("eu-west-1", 1)],
            reads.Wanted.Select(one => (one.Target.Region, one.Read.Call.Parameters["ResourceARNList"]!.AsArray().Count)));
    }

    private static ServerlessMcp.Planning.OwnerReads OwnersOf(params string[] arns) => ServerlessMcp.Planning.OwnerReads.Of(
        new("111122223333", "eu-west-1"),
        [.. arns.Select((arn, n) => ServerlessMcp.Executions.Plans.Step.Look($"s{n}", StepKind.Call, "x") with { Effect = StepEffect.Change, Resource = arn })]);

    private static ServerlessMcp.Planning.Requests.StepRequest Tag() =>
        Step("tag", "ec2", "CreateTags", """{ "Resources": ["vpc-2"], "Tags": [{ "Key": "k", "Value": "v" }] }""");

    private void Tagged(string arn, string key, string value) => _fixture.Reads.Answer("resource-groups-tagging-api:GetResources", $$"""
        { "ResourceTagMappingList": [{ "ResourceARN": "{{arn}}", "Tags": [{ "Key": "{{key}}", "Value": "{{value}}" }] }] }
        """);
}
