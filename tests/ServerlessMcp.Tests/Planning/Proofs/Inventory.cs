using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.EC2;
using Amazon.S3;
using ServerlessMcp.AwsApi;

namespace ServerlessMcp.Tests.Planning.Proofs;

/// <summary>
/// What there is in a region, as lines <c>service:kind/name/member = value</c>. Taken by AWS's own packages where there is one (ec2, s3, dynamodb),
/// so that the product's client cannot hide what it does wrong; by the product's client for sqs, sns and ssm.
/// </summary>
internal sealed class Inventory(AmazonEC2Client ec2, AmazonS3Client s3, AmazonDynamoDBClient dynamoDb, IAwsReads reads, AwsTarget target)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task<SortedDictionary<string, string>> TakeAsync()
    {
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await Ec2Async(lines);
        await RoutesAndVolumesAsync(lines);
        await S3Async(lines);
        await DynamoDbAsync(lines);
        await QueuesAsync(lines);
        await TopicsAsync(lines);
        await ParametersAsync(lines);
        return lines;
    }

    private async Task Ec2Async(SortedDictionary<string, string> lines)
    {
        foreach (var vpc in (await ec2.DescribeVpcsAsync(Token)).Vpcs ?? [])
        {
            Add(lines, $"ec2:vpc/{vpc.VpcId}", vpc);
        }

        foreach (var subnet in (await ec2.DescribeSubnetsAsync(Token)).Subnets ?? [])
        {
            Add(lines, $"ec2:subnet/{subnet.SubnetId}", subnet);
        }

        foreach (var group in (await ec2.DescribeSecurityGroupsAsync(Token)).SecurityGroups ?? [])
        {
            // Its rules are listed one by one below.
            (group.IpPermissions, group.IpPermissionsEgress) = ([], []);
            Add(lines, $"ec2:group/{group.GroupId}", group);
        }

        foreach (var rule in (await ec2.DescribeSecurityGroupRulesAsync(new(), Token)).SecurityGroupRules ?? [])
        {
            var to = rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.PrefixListId ?? rule.ReferencedGroupInfo?.GroupId;
            Add(lines, $"ec2:rule/{rule.GroupId} {rule.IsEgress} {rule.IpProtocol} {rule.FromPort}-{rule.ToPort} {to?.Replace('/', '|')}", rule);
        }

        // Terminated counts as absent.
        var instances = ((await ec2.DescribeInstancesAsync(Token)).Reservations ?? []).SelectMany(reservation => reservation.Instances);
        foreach (var instance in instances.Where(one => one.State.Name != InstanceStateName.Terminated))
        {
            Add(lines, $"ec2:instance/{instance.InstanceId}", instance);
        }
    }

    private async Task RoutesAndVolumesAsync(SortedDictionary<string, string> lines)
    {
        foreach (var gateway in (await ec2.DescribeInternetGatewaysAsync(Token)).InternetGateways ?? [])
        {
            Add(lines, $"ec2:gateway/{gateway.InternetGatewayId}", gateway);
        }

        foreach (var table in (await ec2.DescribeRouteTablesAsync(Token)).RouteTables ?? [])
        {
            Add(lines, $"ec2:routes/{table.RouteTableId}", table);
        }

        foreach (var address in (await ec2.DescribeAddressesAsync(Token)).Addresses ?? [])
        {
            Add(lines, $"ec2:address/{address.AllocationId}", address);
        }

        foreach (var volume in (await ec2.DescribeVolumesAsync(Token)).Volumes ?? [])
        {
            Add(lines, $"ec2:volume/{volume.VolumeId}", volume);
        }

        foreach (var snapshot in (await ec2.DescribeSnapshotsAsync(new() { OwnerIds = ["self"] }, Token)).Snapshots ?? [])
        {
            Add(lines, $"ec2:snapshot/{snapshot.SnapshotId}", snapshot);
        }
    }

    private async Task S3Async(SortedDictionary<string, string> lines)
    {
        foreach (var bucket in (await s3.ListBucketsAsync(Token)).Buckets ?? [])
        {
            var name = bucket.BucketName;
            Add(lines, $"s3:bucket/{name}", new { bucket.BucketName, bucket.CreationDate });
            if ((await s3.GetBucketLocationAsync(name, Token)).Location?.Value == target.Region)
            {
                await BucketAsync(lines, name);
            }
        }
    }

    private async Task BucketAsync(SortedDictionary<string, string> lines, string name)
    {
        Add(lines, $"s3:bucket/{name}/Versioning", (await s3.GetBucketVersioningAsync(name, Token)).VersioningConfig.Status?.Value);
        Add(lines, $"s3:bucket/{name}/Policy", await SetAsync(
            async () => await s3.GetBucketPolicyAsync(name, Token) is { HttpStatusCode: System.Net.HttpStatusCode.OK } found ? found.Policy : "none"));
        Add(lines, $"s3:bucket/{name}/Tags", await SetAsync(async () => (await s3.GetBucketTaggingAsync(new() { BucketName = name }, Token)).TagSet));
        Add(lines, $"s3:bucket/{name}/PublicAccess", await SetAsync(
            async () => (await s3.GetPublicAccessBlockAsync(new() { BucketName = name }, Token)).PublicAccessBlockConfiguration));
        Add(lines, $"s3:bucket/{name}/Encryption", await SetAsync(
            async () => (await s3.GetBucketEncryptionAsync(new() { BucketName = name }, Token)).ServerSideEncryptionConfiguration));
    }

    /// <summary>S3 answers with an error where a bucket has no policy, tags or the like.</summary>
    private static async Task<T?> SetAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (AmazonS3Exception none) when (none.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task DynamoDbAsync(SortedDictionary<string, string> lines)
    {
        foreach (var table in (await dynamoDb.ListTablesAsync(Token)).TableNames ?? [])
        {
            Add(lines, $"dynamodb:table/{table}", (await dynamoDb.DescribeTableAsync(table, Token)).Table);
        }
    }

    private async Task QueuesAsync(SortedDictionary<string, string> lines)
    {
        foreach (var url in (await ReadAsync("sqs", "ListQueues", []))["QueueUrls"] as JsonArray ?? [])
        {
            var queue = new JsonObject { ["QueueUrl"] = url!.ToString(), ["AttributeNames"] = new JsonArray("All") };
            AddNode(lines, $"sqs:queue/{url.ToString().Split('/')[^1]}", await ReadAsync("sqs", "GetQueueAttributes", queue));
        }
    }

    private async Task TopicsAsync(SortedDictionary<string, string> lines)
    {
        foreach (var topic in (await ReadAsync("sns", "ListTopics", []))["Topics"] as JsonArray ?? [])
        {
            var arn = topic!["TopicArn"]!.ToString();
            AddNode(lines, $"sns:topic/{arn.Split(':')[^1]}", await ReadAsync("sns", "GetTopicAttributes", new() { ["TopicArn"] = arn }));
        }
    }

    private async Task ParametersAsync(SortedDictionary<string, string> lines)
    {
        foreach (var parameter in (await ReadAsync("ssm", "DescribeParameters", []))["Parameters"] as JsonArray ?? [])
        {
            var name = parameter!["Name"]!.ToString();
            AddNode(lines, $"ssm:parameter/{name.Replace('/', '|')}", parameter);
            var value = await ReadAsync("ssm", "GetParameter", new() { ["Name"] = name });
            lines[$"ssm:parameter/{name.Replace('/', '|')}/Value"] = value["Parameter"]!["Value"]!.ToJsonString();
        }
    }

    private async Task<JsonObject> ReadAsync(string service, string operation, JsonObject parameters) =>
        (await reads.ReadAsync(target, service, operation, parameters, Token)).Output;

    private static void Add<T>(SortedDictionary<string, string> lines, string name, T value) =>
        AddNode(lines, name, JsonSerializer.SerializeToNode(value));

    private static void AddNode(SortedDictionary<string, string> lines, string path, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    AddNode(lines, $"{path}/{name}", value);
                }

                break;
            case JsonArray items:
                lines[path] = string.Join(' ', items.Select(item => item?.ToJsonString() ?? "null").Order(StringComparer.Ordinal));
                break;
            default:
                lines[path] = node?.ToJsonString() ?? "null";
                break;
        }
    }
}
