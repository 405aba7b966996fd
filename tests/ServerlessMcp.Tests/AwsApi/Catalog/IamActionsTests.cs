using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.Planning.Undo;

namespace ServerlessMcp.Tests.AwsApi.Catalog;

/// <summary>Expectations from the services' pages in the Service Authorization Reference.</summary>
public sealed class IamActionsTests
{
    private static readonly AwsCatalog Catalog = new();

    [Theory]
    [InlineData("ec2", "StopInstances", "ec2:StopInstances")]
    [InlineData("s3", "DeleteBucketEncryption", "s3:PutEncryptionConfiguration")]
    [InlineData("s3", "CopyObject", "s3:GetObject,s3:PutObject")]
    [InlineData("cloudwatch", "PutMetricAlarm", "cloudwatch:PutMetricAlarm")]
    [InlineData("cloudwatch-logs", "CreateLogGroup", "logs:CreateLogGroup")]
    [InlineData("elastic-load-balancing-v2", "CreateListener", "elasticloadbalancing:CreateListener")]
    [InlineData("eventbridge", "PutRule", "events:PutRule")]
    [InlineData("resource-groups-tagging-api", "GetResources", "tag:GetResources")]
    [InlineData("apigatewayv2", "CreateRoute", "apigateway:POST")]
    [InlineData("apigatewayv2", "DeleteApi", "apigateway:DELETE")]
    [InlineData("lambda", "Invoke", "lambda:InvokeFunction")]
    public void An_operation_needs_these_actions(string service, string operation, string actions) =>
        Assert.Equal(actions.Split(','), Catalog.Actions(service, operation));

    [Theory]
    [InlineData("ec2:StopInstances", "arn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}")]
    [InlineData("s3:PutBucketPolicy", "arn:${Partition}:s3:::${BucketName}")]
    [InlineData("ec2:DescribeInstances", "")]
    [InlineData("ec2:NoSuchAction", null)]
    public void An_action_is_granted_on_these_resources(string action, string? arns) =>
        Assert.Equal(arns?.Split(',', StringSplitOptions.RemoveEmptyEntries), Catalog.ArnsOf(action));

    [Fact]
    public void A_waiter_looks_with_its_operation() => Assert.Equal("DescribeInstances", Catalog.LooksWith("ec2", "InstanceStopped"));

    [Fact]
    public void The_reference_knows_the_actions_of_the_undo_catalogue() =>
        Assert.Empty(UndoCatalogue.Load().Entries.SelectMany(entry => entry.Iam).Where(action => Catalog.ArnsOf(action) is null).Distinct());
}
