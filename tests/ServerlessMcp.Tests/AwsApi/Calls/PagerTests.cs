using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Calls;
using ServerlessMcp.AwsApi.Catalog;

namespace ServerlessMcp.Tests.AwsApi.Calls;

public sealed class PagerTests
{
    private static readonly AwsCatalog Catalog = new();

    [Theory]
    [InlineData("ec2", "DescribeInstances", "{}", """{"NextToken":"t"}""", """{"NextToken":"t"}""")]
    [InlineData("ec2", "DescribeInstances", "{}", """{"Reservations":[]}""", null)]
    [InlineData("ec2", "DescribeInstances", "{}", """{"NextToken":""}""", null)]
    [InlineData("ec2", "DescribeVpcEndpointServices", "{}", """{"NextToken":"t"}""", """{"NextToken":"t"}""")]
    [InlineData("cloudwatch-logs", "GetLogEvents", """{"nextToken":"f"}""", """{"nextForwardToken":"f"}""", null)]
    [InlineData("eventbridge", "ListRules", "{}", """{"NextToken":"t"}""", """{"NextToken":"t"}""")]
    [InlineData("elastic-load-balancing-v2", "DescribeSSLPolicies", "{}", """{"NextMarker":"m"}""", """{"Marker":"m"}""")]
    [InlineData("dynamodb", "ListBackups", "{}", """{"LastEvaluatedBackupArn":"a"}""", """{"ExclusiveStartBackupArn":"a"}""")]
    [InlineData("dynamodb", "Scan", "{}", """{"LastEvaluatedKey":{"pk":{"S":"a"}}}""", """{"ExclusiveStartKey":{"pk":{"S":"a"}}}""")]
    [InlineData("cost-explorer", "GetTags", "{}", """{"NextPageToken":"t"}""", """{"NextPageToken":"t"}""")]
    [InlineData("s3", "ListBucketInventoryConfigurations", """{"ContinuationToken":"a"}""",
        """{"ContinuationToken":"a","NextContinuationToken":"b","IsTruncated":true}""", """{"ContinuationToken":"b"}""")]
    [InlineData("s3", "ListObjects", "{}", """{"IsTruncated":true,"Contents":[{"Key":"a"},{"Key":"b"}]}""", """{"Marker":"b"}""")]
    [InlineData("s3", "ListObjects", "{}", """{"IsTruncated":true,"NextMarker":"p/","Contents":[{"Key":"a"}]}""", """{"Marker":"p/"}""")]
    [InlineData("s3", "ListObjects", "{}", """{"IsTruncated":false,"Contents":[{"Key":"a"}]}""", null)]
    [InlineData("s3", "ListObjectVersions", """{"KeyMarker":"a","VersionIdMarker":"1"}""",
        """{"IsTruncated":true,"NextKeyMarker":"a","NextVersionIdMarker":"2"}""", """{"KeyMarker":"a","VersionIdMarker":"2"}""")]
    [InlineData("s3", "ListObjectVersions", """{"KeyMarker":"a","VersionIdMarker":"1"}""", """{"IsTruncated":true,"NextKeyMarker":"b"}""",
        """{"KeyMarker":"b"}""")]
    [InlineData("route-53", "ListResourceRecordSets", """{"HostedZoneId":"Z"}""",
        """{"IsTruncated":true,"NextRecordName":"a.","NextRecordType":"A","NextRecordIdentifier":"eu"}""",
        """{"HostedZoneId":"Z","StartRecordName":"a.","StartRecordType":"A","StartRecordIdentifier":"eu"}""")]
    [InlineData("sts", "GetCallerIdentity", "{}", """{"Account":"1"}""", null)]
    public void An_answer_says_what_asks_for_the_next_page(string service, string operation, string asked, string answer, string? next)
    {
        var parameters = JsonNode.Parse(asked)!.AsObject();
        var pager = new Pager(AwsCatalog.FindOperation(Catalog.Model(service), operation).PageKeys);

        var token = pager.Next(parameters, JsonNode.Parse(answer)!.AsObject());

        Assert.Equal(next, token is null ? null : token.In(parameters).ToJsonString());
    }

    /// <summary>A list that cannot be followed would end after its first page without a word.</summary>
    [Fact]
    public void Every_read_whose_answer_has_a_token_goes_on()
    {
        var stuck = from service in Catalog.Services
                    let model = Catalog.Model(service)
                    from name in model.OperationNames
                    let operation = AwsCatalog.FindOperation(model, name)
                    where operation is { Access: AwsAccess.Read or AwsAccess.List, Output: >= 0, PageKeys.Count: 0 }
                    where model.ShapeAt(operation.Output).Members.Any(member =>
                        member.Name.EndsWith("nextToken", StringComparison.OrdinalIgnoreCase) || member.Name.EndsWith("Marker", StringComparison.Ordinal)
                        || member.Name.StartsWith("LastEvaluatedK", StringComparison.Ordinal))
                    where !(service == "s3" && name.EndsWith("Object", StringComparison.Ordinal)) && name != "GetObjectAttributes"
                    select $"{service} {name}";

        Assert.Empty(stuck);
    }
}
