using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.Tests.AwsApi.Catalog;

/// <summary>The gate between reads and changes: every operation of every service, looked at from the outside.</summary>
public sealed partial class AccessLevelTests
{
    private readonly AwsCatalog _catalog = new();

    private IEnumerable<AwsOperation> All => _catalog.Services.SelectMany(service =>
        _catalog.Model(service).OperationNames.Select(name => _catalog.Operation(service, name)));

    /// <summary>Without a level an operation counts as a change; these are all, each seen.</summary>
    [Fact]
    public void Operations_without_a_level_are_few_and_none_of_them_reads()
    {
        var unknown = All.Where(operation => operation.Access == AwsAccess.Unknown).Select(operation => $"{operation.Service} {operation.Name}").ToList();

        Assert.InRange(unknown.Count, 1, 45);
        Assert.DoesNotContain(unknown, name => ReadingVerb().IsMatch(name.Split(' ')[1]) && !name.StartsWith("s3 ", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_whose_name_changes_things_passes_as_a_harmless_read() =>
        Assert.Empty(All.Where(operation => operation.IsHarmlessRead && ActingVerb().IsMatch(operation.Name)).Select(o => $"{o.Service} {o.Name}"));

    [Fact]
    public void Every_describe_and_list_of_ec2_is_a_read()
    {
        var describes = All.Where(o => o.Service == "ec2" && o.Name.StartsWith("Describe", StringComparison.Ordinal)).ToList();

        Assert.InRange(describes.Count, 150, 400);
        Assert.Empty(describes.Where(o => o.Access is not (AwsAccess.Read or AwsAccess.List)).Select(o => o.Name));
    }

    [Theory]
    [InlineData("ec2", "StopInstances", AwsAccess.Write)]
    [InlineData("ec2", "CreateTags", AwsAccess.Tagging)]
    [InlineData("s3", "PutBucketPolicy", AwsAccess.PermissionsManagement)]
    [InlineData("s3", "ListObjectsV2", AwsAccess.List)]
    [InlineData("s3", "CopyObject", AwsAccess.Write)]
    [InlineData("s3", "DeleteBucketLifecycle", AwsAccess.Write)]
    [InlineData("s3", "HeadBucket", AwsAccess.List)]
    [InlineData("s3", "CreateSession", AwsAccess.Unknown)]
    [InlineData("sqs", "AddPermission", AwsAccess.PermissionsManagement)]
    [InlineData("dynamodb", "Scan", AwsAccess.Read)]
    [InlineData("dynamodb", "ExecuteStatement", AwsAccess.Write)]
    [InlineData("dynamodb", "TransactGetItems", AwsAccess.Read)]
    [InlineData("api-gateway", "GetRestApis", AwsAccess.Read)]
    [InlineData("api-gateway", "TestInvokeMethod", AwsAccess.Write)]
    [InlineData("api-gateway", "DeleteStage", AwsAccess.Write)]
    [InlineData("apigatewayv2", "ExportApi", AwsAccess.Read)]
    [InlineData("apigatewayv2", "ListRoutingRules", AwsAccess.List)]
    [InlineData("budgets", "DescribeBudgets", AwsAccess.Read)]
    [InlineData("budgets", "DeleteBudget", AwsAccess.Write)]
    [InlineData("cloudcontrol", "ListResources", AwsAccess.Read)]
    [InlineData("cloudcontrol", "DeleteResource", AwsAccess.Write)]
    [InlineData("lambda", "Invoke", AwsAccess.Write)]
    [InlineData("elastic-load-balancing-v2", "DescribeTargetHealth", AwsAccess.Read)]
    [InlineData("cloudwatch-logs", "DescribeLogGroups", AwsAccess.List)]
    [InlineData("kms", "Encapsulate", AwsAccess.Unknown)]
    [InlineData("sts", "AssumeRole", AwsAccess.Write)]
    [InlineData("iam", "CreateRole", AwsAccess.Write)]
    public void Levels_are_those_of_the_iam_reference(string service, string operation, AwsAccess access) =>
        Assert.Equal(access, _catalog.Operation(service, operation).Access);

    [Theory]
    [InlineData("sts", "GetSessionToken")]
    [InlineData("sts", "GetFederationToken")]
    [InlineData("ec2", "GetPasswordData")]
    [InlineData("ec2", "DescribeVpnConnections")]
    [InlineData("sqs", "ReceiveMessage")]
    [InlineData("s3", "GetObject")]
    [InlineData("iam", "GenerateCredentialReport")]
    [InlineData("acm", "ExportCertificate")]
    [InlineData("cloudformation", "DetectStackSetDrift")]
    [InlineData("cloudwatch-logs", "StartQuery")]
    [InlineData("codepipeline", "GetJobDetails")]
    [InlineData("cost-explorer", "GetCostAndUsage")]
    [InlineData("cost-explorer", "ListCostCategoryDefinitions")]
    [InlineData("ecr", "GetAuthorizationToken")]
    [InlineData("ecr", "GetDownloadUrlForLayer")]
    [InlineData("rds", "DownloadDBLogFilePortion")]
    [InlineData("s3", "SelectObjectContent")]
    [InlineData("secrets-manager", "GetRandomPassword")]
    public void Reads_that_show_secrets_or_have_side_effects_are_not_harmless(string service, string operation) =>
        Assert.False(_catalog.Operation(service, operation).IsHarmlessRead);

    [Fact]
    public void Reading_a_parameter_is_harmless_until_it_is_decrypted()
    {
        var get = _catalog.Operation("ssm", "GetParameter");

        Assert.True(get.IsHarmlessRead);
        Assert.False(get.IsSensitiveWith(JsonNode.Parse("""{"Name":"/a"}""")!.AsObject()));
        Assert.False(get.IsSensitiveWith(JsonNode.Parse("""{"Name":"/a","WithDecryption":false}""")!.AsObject()));
        Assert.True(get.IsSensitiveWith(JsonNode.Parse("""{"Name":"/a","WithDecryption":true}""")!.AsObject()));
    }

    [Fact]
    public void Logs_are_read_freely_as_long_as_what_is_masked_stays_masked()
    {
        var filter = _catalog.Operation("cloudwatch-logs", "FilterLogEvents");

        Assert.True(filter.IsHarmlessRead);
        Assert.False(filter.IsSensitiveWith(JsonNode.Parse("{}")!.AsObject()));
        Assert.True(filter.IsSensitiveWith(JsonNode.Parse("""{"unmask":true}""")!.AsObject()));
    }

    [Fact]
    public void Every_sensitive_read_says_why()
    {
        var silent = All.Where(o => (o.IsSensitive || o.SensitiveWhen is not null) && string.IsNullOrWhiteSpace(o.SensitiveBecause));

        Assert.Empty(silent.Select(o => $"{o.Service} {o.Name}"));
        Assert.Equal("bills each request", _catalog.Operation("ce", "GetCostForecast").SensitiveBecause);
        Assert.Null(_catalog.Operation("ec2", "DescribeInstances").SensitiveBecause);
    }

    /// <summary>A call's answer is stored and shown, so no read that shows contents may be one.</summary>
    [Fact]
    public void A_read_that_acts_shows_nothing()
    {
        var acting = All.Where(o => o.Acts).ToList();

        Assert.Contains(acting, o => o.Name == "GenerateCredentialReport");
        Assert.DoesNotContain(acting, o => o.SensitiveBecause!.StartsWith("shows", StringComparison.Ordinal) || !o.IsRead || o.IsHarmlessRead);
    }

    [Fact]
    public void Every_waiter_looks_with_a_read() =>
        Assert.Empty(
            from service in _catalog.Services
            let model = _catalog.Model(service)
            from name in model.WaiterNames
            let operation = _catalog.Operation(service, model.FindWaiter(name)!.Operation)
            where operation.Access is not (AwsAccess.Read or AwsAccess.List)
            select $"{service} {name}");

    /// <summary>
    /// A waiter that waits for an error by a name that its operation never says would wait until its end. Two codes no model names, and AWS's own
    /// waiters look for them.
    /// </summary>
    [Fact]
    public void Every_error_that_a_waiter_names_is_one_of_its_operation() =>
        Assert.Empty(
            from service in _catalog.Services
            let model = _catalog.Model(service)
            from name in model.WaiterNames
            let waiter = model.FindWaiter(name)
            let operation = model.FindOperation(waiter.Operation)
            where operation.Errors.Count > 0 && service != "s3"
            let errors = operation.Errors.Select(model.ShapeAt).SelectMany(error => new[] { error.Name, error.ErrorCode }).ToList()
            from acceptor in waiter.Acceptors
            where acceptor.Matcher == AcceptorMatcher.Error && acceptor.Expected is not ("ValidationError" or "InvalidInstance")
            where !errors.Contains(acceptor.Expected)
            select $"{service} {name}: {acceptor.Expected}");

    [GeneratedRegex("^(Get|List|Describe|Head)[A-Z]")]
    private static partial Regex ReadingVerb();

    [GeneratedRegex("^(Create|Delete|Put|Update|Modify|Start|Stop|Send|Receive|Run|Terminate|Attach|Detach|Add|Remove|Tag|Untag|Set|Enable|Disable|Generate|Execute|Publish|Assume)[A-Z]")]
    private static partial Regex ActingVerb();
}
