using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Catalog;

namespace ServerlessMcp.Tests.AwsApi.Catalog;

public sealed class ParameterCheckTests
{
    private readonly AwsCatalog _catalog = new();

    [Theory]
    [InlineData("ec2", "StopInstances", """{"InstanceIds":["i-1"],"Force":true}""")]
    [InlineData("dynamodb", "PutItem", """{"TableName":"t","Item":{"pk":{"S":"k"},"l":{"L":[{"N":"1"},{"BOOL":false}]}}}""")]
    [InlineData("sts", "GetCallerIdentity", "{}")]
    [InlineData("ec2", "DescribeSpotPriceHistory", """{"StartTime":"2026-01-01T00:00:00Z","EndTime":1767225600}""")]
    [InlineData("ec2", "RunInstances", """{"MinCount":1,"MaxCount":1,"InstanceType":"z99.mega"}""")]
    [InlineData("ec2", "StopInstances", """{"InstanceIds":["i-1"],"Force":null}""")]
    public void Right_parameters_have_no_problem(string service, string operation, string parameters) =>
        Assert.Empty(Check(service, operation, parameters));

    [Theory]
    [InlineData("ec2", "StopInstances", """{"InstanceIDs":["i-1"],"InstanceIds":["i-1"]}""",
        "$.InstanceIDs: unknown member of StopInstances; did you mean InstanceIds?")]
    [InlineData("ec2", "StopInstances", "{}",
        "$.InstanceIds: required (an array of texts): The IDs of the instances.")]
    [InlineData("ec2", "StopInstances", """{"InstanceIds":"i-1"}""", "$.InstanceIds: expected an array of texts, got text.")]
    [InlineData("ec2", "StopInstances", """{"InstanceIds":["i-1",7]}""", "$.InstanceIds[1]: expected text, got a number.")]
    [InlineData("ec2", "StopInstances", """{"InstanceIds":["i-1",null]}""", "$.InstanceIds[1]: expected text, got null.")]
    [InlineData("ec2", "StopInstances", """{"InstanceIds":["i-1"],"Force":"yes"}""", "$.Force: expected true or false, got text.")]
    [InlineData("ec2", "RunInstances", """{"MinCount":"1","MaxCount":1}""", "$.MinCount: expected a number, got text.")]
    [InlineData("ec2", "DescribeInstances", """{"Filters":[{"Nam":"x"}]}""", "$.Filters[0].Nam: unknown member of Filter; did you mean Name, Values?")]
    [InlineData("ec2", "DescribeSpotPriceHistory", """{"StartTime":"soon"}""", "$.StartTime: expected a time as ISO 8601 text, got text.")]
    [InlineData("dynamodb", "CreateTable", """{"TableName":"t","BillingMode":"PAY_PER_REQEST"}""",
        "$.BillingMode: 'PAY_PER_REQEST' is no known BillingMode; it is one of PAY_PER_REQUEST, PROVISIONED.")]
    [InlineData("dynamodb", "PutItem", """{"TableName":"t","Item":{"pk":{"S":"k","N":"1"}}}""",
        "$.Item.pk: needs exactly one of S, N, B, SS, NS, BS, M, L, NULL, BOOL.")]
    [InlineData("dynamodb", "PutItem", """{"TableName":"t","Item":{"pk":{"B":"not base64!"}}}""", "$.Item.pk.B: expected base64 text, got text.")]
    [InlineData("sqs", "CreateQueue", """{"QueueName":"q","Attributes":["x"]}""", "$.Attributes: expected an object of texts by name, got an array.")]
    [InlineData("sts", "GetCallerIdentity", """{"x":1}""", "$.x: unknown member of GetCallerIdentity; it has none.")]
    public void A_problem_has_its_path_and_what_would_be_right(string service, string operation, string parameters, string expected) =>
        Assert.Contains(expected, Check(service, operation, parameters));

    [Fact]
    public void All_problems_come_at_once() =>
        Assert.Equal(
            ["$.InstanceIdss", "$.Force", "$.InstanceIds"],
            Check("ec2", "StopInstances", """{"InstanceIdss":[],"Force":"x"}""").Select(problem => problem.Split(':')[0]));

    [Fact]
    public void A_placeholder_stands_for_a_value_of_any_type()
    {
        const string Parameters = """
            {"MinCount":"${steps.a.output.n}","MaxCount":1,"SecurityGroupIds":"${steps.a.output.l}","BlockDeviceMappings":["${steps.a.output.m}"],
             "InstanceInitiatedShutdownBehavior":"${steps.a.output.b}","Placement":"${steps.a.output.p}"}
            """;

        Assert.Equal(5, Check("ec2", "RunInstances", Parameters).Count());
        Assert.Empty(Check("ec2", "RunInstances", Parameters, text => text.StartsWith("${", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_text_that_is_itself_json_may_be_given_as_a_value_where_placeholders_may_stand()
    {
        const string Parameters = """{"RoleName":"r","AssumeRolePolicyDocument":{"$json":{"Statement":[]}}}""";

        Assert.Equal(["$.AssumeRolePolicyDocument: expected text, got an object."], Check("iam", "CreateRole", Parameters));
        Assert.Empty(Check("iam", "CreateRole", Parameters, _ => false));
    }

    [Fact]
    public void A_problem_never_repeats_a_secret()
    {
        var problems = Check("iam", "CreateLoginProfile", """{"UserName":"u","Password":{"hunter2":"hunter2"}}""");

        Assert.DoesNotContain(problems, problem => problem.Contains("hunter2", StringComparison.Ordinal));
    }

    /// <summary>What a client has read as hidden would overwrite the secret with that very text.</summary>
    [Fact]
    public void What_stands_for_a_hidden_value_is_no_value()
    {
        var problem = Assert.Single(Check("lambda", "UpdateFunctionConfiguration", """{"FunctionName":"f","Environment":{"Variables":{"A":"(sensitive)"}}}"""));

        Assert.StartsWith("$.Environment.Variables.A: '(sensitive)' stands in answers where a value is hidden", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lambda", "InvokeWithResponseStream", """{"FunctionName":"f"}""")]
    [InlineData("cloudwatch-logs", "StartLiveTail", """{"logGroupIdentifiers":["g"]}""")]
    public void An_operation_that_speaks_in_events_is_refused(string service, string operation, string parameters) =>
        Assert.Equal([$"$: {operation} speaks in a stream of events, which is not supported here."], Check(service, operation, parameters));

    private IEnumerable<string> Check(string service, string operation, string parameters, Func<string, bool>? isPlaceholder = null) => _catalog
        .Validate(_catalog.Operation(service, operation), JsonNode.Parse(parameters)!.AsObject(), isPlaceholder)
        .Select(problem => $"{problem.Path}: {problem.Message}");
}
