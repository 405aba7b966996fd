using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;

namespace ServerlessMcp.Tests.AwsApi.Catalog;

public sealed class AwsCatalogTests
{
    private readonly AwsCatalog _catalog = new();

    [Fact]
    public void Its_services_are_the_pinned_packages() =>
        Assert.Equal(
            [
                "acm", "api-gateway", "apigatewayv2", "application-auto-scaling", "auto-scaling", "budgets", "cloudcontrol", "cloudformation",
                "cloudfront", "cloudtrail", "cloudwatch", "cloudwatch-logs", "codebuild", "codedeploy", "codepipeline", "compute-optimizer",
                "cost-explorer", "cost-optimization-hub", "dynamodb", "ec2", "ecr", "ecs", "eks", "elastic-load-balancing-v2", "elasticache",
                "eventbridge", "health", "iam", "kms", "lambda", "organizations", "pricing", "rds", "resource-groups-tagging-api", "route-53", "s3",
                "savingsplans", "scheduler", "secrets-manager", "service-quotas", "sfn", "sns", "sqs", "ssm", "sts"
            ],
            _catalog.Services);

    [Theory]
    [InlineData("ec2", "ec2")]
    [InlineData("EC2", "ec2")]
    [InlineData("DynamoDB", "dynamodb")]
    [InlineData("dynamo-db", "dynamodb")]
    [InlineData("SSM", "ssm")]
    public void A_service_has_many_names_and_one_canonical_one(string name, string canonical) =>
        Assert.Equal(canonical, _catalog.CanonicalService(name));

    [Fact]
    public void An_unknown_service_operation_waiter_or_region_names_the_nearest()
    {
        AssertUnknown("unknown_service", "There is no service 'ec3' here; nearest: ec2", () => _catalog.CanonicalService("ec3"));
        AssertUnknown("unknown_service", "There is no service 'ec3' here; nearest: ec2", () => _catalog.Operation("ec3", "X"));
        AssertUnknown("unknown_operation", "ec2 has no operation 'DescribeInstnces'; nearest: DescribeInstances", () => _catalog.Operation("ec2", "DescribeInstnces"));
        AssertUnknown("unknown_waiter", "ec2 has no waiter 'InstanceStoped'; nearest: InstanceStopped", () => _catalog.Waiter("ec2", "InstanceStoped"));
        AssertUnknown("unknown_waiter", "sqs has no waiters", () => _catalog.Waiter("sqs", "QueueExists"));
        AssertUnknown("unknown_region", "There is no Region 'eu-wets-1'; nearest: eu-west-1", () => _catalog.Region("eu-wets-1"));
    }

    [Fact]
    public void Names_come_back_as_the_model_writes_them()
    {
        var stop = _catalog.Operation("EC2", "stopinstances");

        Assert.Equal(("ec2", "StopInstances", AwsAccess.Write, false), (stop.Service, stop.Name, stop.Access, stop.IsSensitive));
        Assert.StartsWith("Stops an Amazon EBS-backed instance.", stop.Documentation, StringComparison.Ordinal);
        Assert.Equal("InstanceStopped", _catalog.Waiter("ec2", "instancestopped"));
        Assert.Equal("ClientToken", _catalog.Operation("ec2", "RunInstances").TokenMember);
        Assert.Null(stop.TokenMember);
    }

    [Fact]
    public void Regions_are_those_of_every_partition()
    {
        Assert.All(["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1"], region => Assert.Equal(region, _catalog.Region(region)));
        Assert.Throws<AwsInputException>(() => _catalog.Region("aws-global"));
    }

    [Theory]
    [InlineData("ec2", "DescribeInstances", "Reservations[0].Instances[0].InstanceId", null)]
    [InlineData("ec2", "DescribeInstances", "", null)]
    [InlineData("ec2", "DescribeInstances", "Reservations[0].Instance[0]", "$.Reservations[0].Instance: Reservations[0] has no member 'Instance'; nearest: Instances, ")]
    [InlineData("ec2", "DescribeInstances", "Reservations.Instances", "$.Reservations.Instances: Reservations is a list: an index such as Reservations[0] is needed here")]
    [InlineData("ec2", "CreateVpc", "Vpc.VpcId.x", "$.Vpc.VpcId.x: VpcId is a single value and has no member 'x'.")]
    [InlineData("ec2", "CreateVpc", "Vpc[0]", "$.Vpc[0]: Vpc is no list.")]
    [InlineData("ec2", "CreateVpc", "VpcId", "$.VpcId: CreateVpc has no member 'VpcId'; nearest: Vpc.")]
    [InlineData("sqs", "GetQueueAttributes", "Attributes.QueueArn", null)]
    [InlineData("sqs", "DeleteQueue", "QueueUrl", "$: DeleteQueue answers nothing, so there is no 'QueueUrl'.")]
    public void A_path_into_an_answer_is_checked_against_its_shape(string service, string operation, string path, string? expected)
    {
        var problem = _catalog.CheckOutputPath(_catalog.Operation(service, operation), path);

        if (expected is null)
        {
            Assert.Null(problem);
        }
        else
        {
            Assert.StartsWith(expected, $"{problem!.Path}: {problem.Message}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Members_marked_sensitive_are_found_wherever_they_stand()
    {
        Assert.Equal(["$.Password"], Sensitive("iam", "CreateLoginProfile", """{"UserName":"u","Password":"p"}"""));
        Assert.Equal(["$.UserData"], Sensitive("ec2", "RunInstances", """{"UserData":"x","MinCount":1,"MaxCount":1}"""));
        Assert.Equal(
            ["$.LaunchTemplateData.UserData"],
            Sensitive("ec2", "CreateLaunchTemplate", """{"LaunchTemplateName":"n","LaunchTemplateData":{"UserData":"x"}}"""));
        Assert.Empty(Sensitive("ec2", "StopInstances", """{"InstanceIds":["i-1"]}"""));
    }

    /// <summary>The reviewed exceptions: a parameter is a secret when it is a SecureString; the name of a key is none.</summary>
    [Fact]
    public void Reviewed_members_are_no_secrets_although_the_model_says_so()
    {
        Assert.Equal(["$.Value"], Sensitive("ssm", "PutParameter", """{"Name":"/a","Value":"v","Type":"SecureString"}"""));
        Assert.Equal(["$.Value"], Sensitive("ssm", "PutParameter", """{"Name":"/a","Value":"v","Overwrite":true}"""));
        Assert.Empty(Sensitive("ssm", "PutParameter", """{"Name":"/a","Value":"v","Type":"String"}"""));
        Assert.Empty(Sensitive("s3", "PutObject", """{"Bucket":"b","Key":"k","SSEKMSKeyId":"arn"}"""));
        Assert.Equal(["$.SSECustomerKey"], Sensitive("s3", "PutObject", """{"Bucket":"b","Key":"k","SSECustomerKey":"secret"}"""));
    }

    [Theory]
    [InlineData("iam", "CreateAccessKey", """{"AccessKey":{"UserName":"u","AccessKeyId":"AKIA1","SecretAccessKey":"s3cret"}}""",
        """{"AccessKey":{"UserName":"u","AccessKeyId":"AKIA1","SecretAccessKey":"(sensitive)"}}""")]
    [InlineData("sts", "AssumeRole", """{"Credentials":{"AccessKeyId":"ASIA1","SecretAccessKey":"s3cret","SessionToken":"t0ken"}}""",
        """{"Credentials":{"AccessKeyId":"ASIA1","SecretAccessKey":"(sensitive)","SessionToken":"(sensitive)"}}""")]
    [InlineData("ssm", "GetParameters", """{"Parameters":[{"Type":"String","Value":"a"},{"Type":"SecureString","Value":"s3cret"},{"Value":"s3cret"}]}""",
        """{"Parameters":[{"Type":"String","Value":"a"},{"Type":"SecureString","Value":"(sensitive)"},{"Value":"(sensitive)"}]}""")]
    [InlineData("ssm", "StartSession", """{"SessionId":"s","TokenValue":"t0ken"}""", """{"SessionId":"s","TokenValue":"(sensitive)"}""")]
    [InlineData("ec2", "CreateKeyPair", """{"KeyName":"k","KeyMaterial":"-----BEGIN"}""", """{"KeyName":"k","KeyMaterial":"(sensitive)"}""")]
    [InlineData("ecs", "DescribeTaskDefinition",
        """{"taskDefinition":{"containerDefinitions":[{"name":"web","environment":[{"name":"DB","value":"s3cret"}],"secrets":[{"name":"K","valueFrom":"arn"}]}]}}""",
        """{"taskDefinition":{"containerDefinitions":[{"name":"web","environment":[{"name":"DB","value":"(sensitive)"}],"secrets":[{"name":"K","valueFrom":"arn"}]}]}}""")]
    [InlineData("ecs", "DescribeTasks", """{"tasks":[{"attachments":[{"details":[{"name":"subnetId","value":"subnet-1"}]}]}]}""",
        """{"tasks":[{"attachments":[{"details":[{"name":"subnetId","value":"subnet-1"}]}]}]}""")]
    [InlineData("lambda", "GetFunction",
        """{"Configuration":{"Environment":{"Variables":{"DB":"s3cret"}}},"Code":{"RepositoryType":"S3","Location":"https://signed"}}""",
        """{"Configuration":{"Environment":{"Variables":{"DB":"(sensitive)"}}},"Code":{"RepositoryType":"S3","Location":"(sensitive)"}}""")]
    [InlineData("codebuild", "BatchGetProjects",
        """{"projects":[{"environment":{"environmentVariables":[{"name":"A","value":"s3cret","type":"PLAINTEXT"},{"name":"B","value":"/b","type":"PARAMETER_STORE"},{"name":"C","value":"s3cret"}]}}]}""",
        """{"projects":[{"environment":{"environmentVariables":[{"name":"A","value":"(sensitive)","type":"PLAINTEXT"},{"name":"B","value":"/b","type":"PARAMETER_STORE"},{"name":"C","value":"(sensitive)"}]}}]}""")]
    [InlineData("api-gateway", "GetApiKeys", """{"items":[{"id":"a","value":"k3y","name":"n"}]}""", """{"items":[{"id":"a","value":"(sensitive)","name":"n"}]}""")]
    [InlineData("eventbridge", "DescribeConnection",
        """{"AuthParameters":{"InvocationHttpParameters":{"HeaderParameters":[{"Key":"a","Value":"v","IsValueSecret":false},{"Key":"b","Value":"s3cret","IsValueSecret":true}]}}}""",
        """{"AuthParameters":{"InvocationHttpParameters":{"HeaderParameters":[{"Key":"a","Value":"v","IsValueSecret":false},{"Key":"b","Value":"(sensitive)","IsValueSecret":true}]}}}""")]
    [InlineData("cloudformation", "DescribeStacks", """{"Stacks":[{"Parameters":[{"ParameterKey":"a","ParameterValue":"b"}]}]}""",
        """{"Stacks":[{"Parameters":[{"ParameterKey":"a","ParameterValue":"b"}]}]}""")]
    [InlineData("sfn", "DescribeStateMachine", """{"definition":"{}"}""", """{"definition":"{}"}""")]
    [InlineData("cloudfront", "GetDistributionConfig", """{"DistributionConfig":{"Comment":"c"}}""", """{"DistributionConfig":{"Comment":"c"}}""")]
    [InlineData("ec2", "CreateVpc", """{"Vpc":{"VpcId":"vpc-1"}}""", """{"Vpc":{"VpcId":"vpc-1"}}""")]
    public void What_is_sensitive_in_an_answer_is_hidden(string service, string operation, string answer, string expected)
    {
        var whole = JsonNode.Parse(answer)!.AsObject();

        Assert.Equal(expected, _catalog.Redact(_catalog.Operation(service, operation), whole).ToJsonString());
        Assert.Equal(answer, whole.ToJsonString());
    }

    [Theory]
    [InlineData("AccessKey.SecretAccessKey", "$.AccessKey.SecretAccessKey: AccessKey.SecretAccessKey is sensitive: it is never kept")]
    [InlineData("AccessKey", "$.AccessKey.SecretAccessKey: ")]
    [InlineData("", "$.AccessKey.SecretAccessKey: ")]
    [InlineData("AccessKey.AccessKeyId", null)]
    public void Nothing_can_refer_to_what_is_hidden(string path, string? expected)
    {
        var problem = _catalog.CheckOutputPath(_catalog.Operation("iam", "CreateAccessKey"), path);

        Assert.Equal(expected is null, problem is null);
        Assert.StartsWith(expected ?? "", problem is null ? "" : $"{problem.Path}: {problem.Message}", StringComparison.Ordinal);
    }

    /// <summary>An environment variable may hold a secret and mostly does not: a plan may have either, answers never show it.</summary>
    [Fact]
    public void Members_that_may_hold_a_secret_take_a_literal_and_a_reference()
    {
        var environment = Values("lambda", "UpdateFunctionConfiguration", """{"FunctionName":"f","Environment":{"Variables":{"A":"b"}}}""");
        var parameter = Values("cloudformation", "CreateStack", """{"StackName":"s","Parameters":[{"ParameterKey":"a","ParameterValue":"b"}]}""");
        var password = Values("rds", "ModifyDBInstance", """{"DBInstanceIdentifier":"d","MasterUserPassword":"p"}""");

        Assert.Equal([("$.Environment.Variables.A", true)], environment);
        Assert.Equal([("$.Parameters[0].ParameterValue", true)], parameter);
        Assert.Equal([("$.MasterUserPassword", false)], password);
    }

    private IEnumerable<(string Path, bool MayBeLiteral)> Values(string service, string operation, string parameters) =>
        _catalog.SensitiveValues(_catalog.Operation(service, operation), JsonNode.Parse(parameters)!.AsObject()).Select(v => (v.Path, v.MayBeLiteral));

    private IEnumerable<string> Sensitive(string service, string operation, string parameters) =>
        _catalog.SensitiveValues(_catalog.Operation(service, operation), JsonNode.Parse(parameters)!.AsObject()).Select(value => value.Path);

    private static void AssertUnknown(string code, string start, Action act)
    {
        var refusal = Assert.Throws<AwsInputException>(act);

        Assert.Equal(code, refusal.Code);
        Assert.StartsWith(start, refusal.Message, StringComparison.Ordinal);
    }
}
