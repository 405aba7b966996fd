using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Catalog;

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

        Assert.InRange(unknown.Count, 1, 230);
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
    [InlineData("s3", "ListObjectsV2", AwsAccess.Read)]
    [InlineData("s3", "CopyObject", AwsAccess.Unknown)]
    [InlineData("s3", "HeadBucket", AwsAccess.Read)]
    [InlineData("sqs", "AddPermission", AwsAccess.PermissionsManagement)]
    [InlineData("dynamodb", "Scan", AwsAccess.Read)]
    [InlineData("dynamodb", "ExecuteStatement", AwsAccess.Unknown)]
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
    public void Every_waiter_looks_with_a_read() =>
        Assert.Empty(
            from service in _catalog.Services
            let model = _catalog.Model(service)
            from name in model.WaiterNames
            let operation = _catalog.Operation(service, model.FindWaiter(name)!.Operation)
            where operation.Access is not (AwsAccess.Read or AwsAccess.List)
            select $"{service} {name}");

    [GeneratedRegex("^(Get|List|Describe|Head)[A-Z]")]
    private static partial Regex ReadingVerb();

    [GeneratedRegex("^(Create|Delete|Put|Update|Modify|Start|Stop|Send|Receive|Run|Terminate|Attach|Detach|Add|Remove|Tag|Untag|Set|Enable|Disable|Generate|Execute|Publish|Assume)[A-Z]")]
    private static partial Regex ActingVerb();
}
