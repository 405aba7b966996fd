using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Tests.Local.Emulator;

namespace ServerlessMcp.Tests.AwsApi;

/// <summary>One or two operations of each service on the emulator: its own wire protocol, each of the five kinds.</summary>
[Collection(WithEmulator.Name)]
public sealed class EmulatedServicesTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(25);

    private readonly AwsClient _aws;
    private readonly AwsTarget _target;

    public EmulatedServicesTests(EmulatorFixture emulator)
    {
        _aws = new AwsClient(new AwsCatalog(), AwsClientOptions.Sandbox(emulator.Direct), TimeProvider.System);
        _target = new AwsTarget(emulator.NewRegion());
    }

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task Sts_says_who_calls()
    {
        var who = await ReadAsync("sts", "GetCallerIdentity", "{}");

        Assert.Equal(EmulatorFixture.Account, (string?)who.Output["Account"]);
        Assert.Equal(1, who.Attempts);
    }

    [Fact]
    public async Task Ec2_creates_a_network_and_describes_it_with_its_tags()
    {
        var created = await ChangeAsync("ec2", "CreateVpc", """
            {"CidrBlock":"10.9.0.0/16","TagSpecifications":[{"ResourceType":"vpc","Tags":[{"Key":"Name","Value":"a b&c=é"}]}]}
            """);
        var id = (string)created.Output["Vpc"]!["VpcId"]!;

        var found = await ReadAsync("ec2", "DescribeVpcs", $$"""{"VpcIds":["{{id}}"]}""");

        Assert.Equal("a b&c=é", (string?)found.Output["Vpcs"]![0]!["Tags"]![0]!["Value"]);
        Assert.NotNull(created.RequestId);
    }

    [Fact]
    public async Task Ec2_refuses_an_id_that_is_not_there_with_its_own_code()
    {
        var refusal = await Assert.ThrowsAsync<AwsCallException>(() => ReadAsync("ec2", "DescribeVpcs", """{"VpcIds":["vpc-0000"]}"""));

        Assert.Equal((AwsFailure.Refused, "InvalidVpcID.NotFound", false), (refusal.Failure, refusal.Code, refusal.MayHaveTakenEffect));
    }

    [Fact]
    public async Task Dynamodb_creates_a_table_which_its_waiter_then_finds()
    {
        await ChangeAsync("dynamodb", "CreateTable", """
            {"TableName":"t","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
             "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]}
            """);
        await ChangeAsync("dynamodb", "PutItem", """{"TableName":"t","Item":{"pk":{"S":"k"},"n":{"N":"1.50"},"b":{"B":"aGk="}}}""");

        var look = await LookAsync("dynamodb", "TableExists", """{"TableName":"t"}""");
        var item = await ReadAsync("dynamodb", "GetItem", """{"TableName":"t","Key":{"pk":{"S":"k"}}}""");
        var table = await ReadAsync("dynamodb", "DescribeTable", """{"TableName":"t"}""");

        Assert.Equal(new(AwsWaitState.Success, null, null, 20), look);
        Assert.Equal("aGk=", (string?)item.Output["Item"]!["b"]!["B"]);
        Assert.Matches("^20..-..-..T..:..:..", (string?)table.Output["Table"]!["CreationDateTime"]);
    }

    [Fact]
    public async Task A_waiter_looks_again_at_an_error_it_names_and_gives_up_at_another()
    {
        var notYet = await LookAsync("dynamodb", "TableExists", """{"TableName":"none"}""");
        var gone = await LookAsync("dynamodb", "TableNotExists", """{"TableName":"none"}""");
        var roleNotYet = await LookAsync("iam", "RoleExists", """{"RoleName":"none"}""");
        var failed = await LookAsync("ec2", "InstanceStopped", """{"InstanceIds":["i-00000000000000000"]}""");

        Assert.Equal((AwsWaitState.Retry, AwsWaitState.Success, AwsWaitState.Retry), (notYet.State, gone.State, roleNotYet.State));
        Assert.Equal((AwsWaitState.Failure, "InvalidInstanceID.NotFound"), (failed.State, failed.Code));
    }

    [Fact]
    public async Task S3_makes_tags_and_removes_a_bucket()
    {
        var bucket = "b-" + _target.Region;
        var place = $$"""{"Bucket":"{{bucket}}","CreateBucketConfiguration":{"LocationConstraint":"{{_target.Region}}"} }""";

        await ChangeAsync("s3", "CreateBucket", place);
        await ChangeAsync("s3", "PutBucketTagging", $$"""{"Bucket":"{{bucket}}","Tagging":{"TagSet":[{"Key":"a","Value":"b c"}]} }""");
        await ChangeAsync("s3", "PutObject", $$"""{"Bucket":"{{bucket}}","Key":"x y/é+.txt","Body":"aGk=","Metadata":{"k":"v"} }""");
        var exists = await LookAsync("s3", "BucketExists", $$"""{"Bucket":"{{bucket}}"}""");
        var tags = await ReadAsync("s3", "GetBucketTagging", $$"""{"Bucket":"{{bucket}}"}""");
        var objects = await ReadAsync("s3", "ListObjectsV2", $$"""{"Bucket":"{{bucket}}"}""");
        var location = await ReadAsync("s3", "GetBucketLocation", $$"""{"Bucket":"{{bucket}}"}""");
        var notEmpty = await Assert.ThrowsAsync<AwsCallException>(() => ChangeAsync("s3", "DeleteBucket", $$"""{"Bucket":"{{bucket}}"}"""));
        await ChangeAsync("s3", "DeleteObject", $$"""{"Bucket":"{{bucket}}","Key":"x y/é+.txt"}""");
        await ChangeAsync("s3", "DeleteBucket", $$"""{"Bucket":"{{bucket}}"}""");
        var gone = await LookAsync("s3", "BucketNotExists", $$"""{"Bucket":"{{bucket}}"}""");

        Assert.Equal((AwsWaitState.Success, AwsWaitState.Success), (exists.State, gone.State));
        Assert.Equal("b c", (string?)tags.Output["TagSet"]![0]!["Value"]);
        Assert.Equal("x y/é+.txt", (string?)objects.Output["Contents"]![0]!["Key"]);
        Assert.Equal(_target.Region, (string?)location.Output["LocationConstraint"]);
        Assert.Equal("BucketNotEmpty", notEmpty.Code);
    }

    [Fact]
    public async Task Sqs_makes_a_queue_and_keeps_the_older_codes_of_its_errors()
    {
        var queue = await ChangeAsync("sqs", "CreateQueue", """{"QueueName":"q","Attributes":{"VisibilityTimeout":"5"},"tags":{"a":"b"}}""");
        var url = (string)queue.Output["QueueUrl"]!;
        var attributes = await ReadAsync(
            "sqs", "GetQueueAttributes", $$"""{"QueueUrl":"{{url}}","AttributeNames":["All"]}""");
        var missing = await Assert.ThrowsAsync<AwsCallException>(() => ReadAsync("sqs", "GetQueueUrl", """{"QueueName":"none"}"""));

        Assert.Equal("5", (string?)attributes.Output["Attributes"]!["VisibilityTimeout"]);
        Assert.Equal(("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"), (missing.Code, missing.ErrorName));
    }

    [Fact]
    public async Task Sns_makes_a_topic_and_lists_it()
    {
        var topic = await ChangeAsync("sns", "CreateTopic", """{"Name":"t","Attributes":{"DisplayName":"x y"},"Tags":[{"Key":"k","Value":"v"}]}""");
        var arn = (string)topic.Output["TopicArn"]!;
        var topics = await ReadAsync("sns", "ListTopics", "{}");
        var attributes = await ReadAsync("sns", "GetTopicAttributes", $$"""{"TopicArn":"{{arn}}"}""");

        Assert.Equal(arn, (string?)topics.Output["Topics"]![0]!["TopicArn"]);
        Assert.Equal("x y", (string?)attributes.Output["Attributes"]!["DisplayName"]);
    }

    [Fact]
    public async Task Ssm_writes_a_parameter_and_reads_it_page_by_page()
    {
        await ChangeAsync("ssm", "PutParameter", """{"Name":"/p/a","Value":"1","Type":"String"}""");
        await ChangeAsync("ssm", "PutParameter", """{"Name":"/p/b","Value":"2","Type":"String"}""");

        var parameters = JsonNode.Parse("""{"Path":"/p","MaxResults":1}""")!.AsObject();
        var names = new List<string?>();
        await foreach (var page in _aws.PagesAsync(_target, "ssm", "GetParametersByPath", parameters, maxPages: 5, TestContext.Current.CancellationToken))
        {
            names.AddRange(page.Output["Parameters"]!.AsArray().Select(parameter => (string?)parameter!["Name"]));
        }

        Assert.Equal(["/p/a", "/p/b"], names.Order());
        Assert.False(parameters.ContainsKey("NextToken"));

        var first = await _aws.PagesAsync(_target, "ssm", "GetParametersByPath", parameters, 1, TestContext.Current.CancellationToken).SingleAsync(TestContext.Current.CancellationToken);
        var last = await _aws.PagesAsync(_target, "ssm", "GetParametersByPath", first.Next!.In(parameters), 5, TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken);
        Assert.Equal(names[1], (string?)last.Output["Parameters"]![0]!["Name"]);
    }

    [Fact]
    public async Task Iam_makes_a_role_in_the_one_place_that_iam_has()
    {
        var name = "r-" + _target.Region;
        await ChangeAsync("iam", "CreateRole", $$"""{"RoleName":"{{name}}","AssumeRolePolicyDocument":"{\"Statement\":[]}"}""");

        var role = await ReadAsync("iam", "GetRole", $$"""{"RoleName":"{{name}}"}""");

        Assert.Equal(name, (string?)role.Output["Role"]!["RoleName"]);
    }

    [Fact]
    public async Task An_operation_that_the_emulator_lacks_is_refused_and_not_retried()
    {
        var lacking = await Assert.ThrowsAsync<AwsCallException>(() => ReadAsync("ec2", "DescribeFastLaunchImages", "{}"));

        Assert.Equal((AwsFailure.Refused, "NotImplemented", 501), (lacking.Failure, lacking.Code, lacking.StatusCode));
    }

    private Task<AwsResult> ReadAsync(string service, string operation, string parameters) =>
        _aws.ReadAsync(_target, service, operation, JsonNode.Parse(parameters)!.AsObject(), TestContext.Current.CancellationToken);

    private Task<AwsResult> ChangeAsync(string service, string operation, string parameters) =>
        _aws.CallAsync(_target, service, operation, JsonNode.Parse(parameters)!.AsObject(), Timeout, TestContext.Current.CancellationToken);

    private Task<AwsWaitLook> LookAsync(string service, string waiter, string parameters) =>
        _aws.LookAsync(_target, service, waiter, JsonNode.Parse(parameters)!.AsObject(), Timeout, TestContext.Current.CancellationToken);
}
