namespace ServerlessMcp.Planning.Resources;

/// <summary>The types that <c>get_resource</c> knows how to read; for any other, what a step recorded serves.</summary>
/// <remarks>Source: the services' API references (error codes too). The models' part is checked by a test.</remarks>
public static class ResourceTypes
{
    public static IReadOnlyList<ResourceType> All { get; } =
    [
        Ec2("instance", "DescribeInstances", "InstanceIds", "Reservations[0].Instances[0]", "InvalidInstanceID.NotFound"),
        Ec2("internet-gateway", "DescribeInternetGateways", "InternetGatewayIds", "InternetGateways[0]", "InvalidInternetGatewayID.NotFound"),
        Ec2("route-table", "DescribeRouteTables", "RouteTableIds", "RouteTables[0]", "InvalidRouteTableID.NotFound"),
        Ec2("security-group", "DescribeSecurityGroups", "GroupIds", "SecurityGroups[0]", "InvalidGroup.NotFound"),
        Ec2("snapshot", "DescribeSnapshots", "SnapshotIds", "Snapshots[0]", "InvalidSnapshot.NotFound"),
        Ec2("subnet", "DescribeSubnets", "SubnetIds", "Subnets[0]", "InvalidSubnetID.NotFound"),
        Ec2("volume", "DescribeVolumes", "VolumeIds", "Volumes[0]", "InvalidVolume.NotFound"),
        Ec2("vpc", "DescribeVpcs", "VpcIds", "Vpcs[0]", "InvalidVpcID.NotFound"),
        new("cloudwatch", "alarm", "cloudwatch:{region}:{account}:alarm:{id}", "cloudwatch", "DescribeAlarms",
            """{"AlarmNames":["{id}"],"AlarmTypes":["MetricAlarm","CompositeAlarm"]}""", "MetricAlarms[0] || CompositeAlarms[0]"),
        new("dynamodb", "table", "dynamodb:{region}:{account}:table/{id}", "dynamodb", "DescribeTable",
            """{"TableName":"{id}"}""", "Table", "ResourceNotFoundException"),
        new("ecs", "service", "ecs:{region}:{account}:service/{id}", "ecs", "DescribeServices",
            """{"cluster":"{head}","services":["{tail}"]}""", "services[?status!='INACTIVE'] | [0]", "ClusterNotFoundException"),
        new("elasticloadbalancing", "loadbalancer", null, "elastic-load-balancing-v2", "DescribeLoadBalancers",
            """{"LoadBalancerArns":["{arn}"]}""", "LoadBalancers[0]", "LoadBalancerNotFound"),
        new("iam", "role", "iam::{account}:role/{id}", "iam", "GetRole",
            """{"RoleName":"{id}"}""", "Role", "NoSuchEntity", "NoSuchEntityException"),
        new("lambda", "function", "lambda:{region}:{account}:function:{id}", "lambda", "GetFunctionConfiguration",
            """{"FunctionName":"{id}"}""", "@", "ResourceNotFoundException"),
        new("logs", "log-group", "logs:{region}:{account}:log-group:{id}", "cloudwatch-logs", "DescribeLogGroups",
            """{"logGroupNamePrefix":"{id}"}""", "logGroups[?logGroupName=='{id}'] | [0]"),
        new("rds", "db", "rds:{region}:{account}:db:{id}", "rds", "DescribeDBInstances",
            """{"DBInstanceIdentifier":"{id}"}""", "DBInstances[0]", "DBInstanceNotFound", "DBInstanceNotFoundFault"),
        new("s3", "bucket", "s3:::{id}", "s3", "GetBucketLocation",
            """{"Bucket":"{id}"}""", "@", "NoSuchBucket"),
        new("secretsmanager", "secret", null, "secrets-manager", "DescribeSecret",
            """{"SecretId":"{arn}"}""", "@", "ResourceNotFoundException"),
        new("sns", "topic", "sns:{region}:{account}:{id}", "sns", "GetTopicAttributes",
            """{"TopicArn":"{arn}"}""", "Attributes", "NotFound", "NotFoundException"),
        new("sqs", "queue", "sqs:{region}:{account}:{id}", "sqs", "GetQueueUrl",
            """{"QueueName":"{id}"}""", "@", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"),
        new("ssm", "parameter", "ssm:{region}:{account}:parameter/{id}", "ssm", "DescribeParameters",
            """{"ParameterFilters":[{"Key":"Name","Values":["/{id}","{id}"]}]}""", "Parameters[0]"),
        new("states", "stateMachine", "states:{region}:{account}:stateMachine:{id}", "sfn", "DescribeStateMachine",
            """{"stateMachineArn":"{arn}"}""", "@", "StateMachineDoesNotExist"),
    ];

    public static ResourceType? Find(string @namespace, string name) =>
        All.FirstOrDefault(type => type.Namespace == @namespace && type.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static ResourceType Ec2(string name, string operation, string parameter, string select, string absent) => new(
        "ec2", name, $"ec2:{{region}}:{{account}}:{name}/{{id}}", "ec2", operation, $$"""{"{{parameter}}":["{id}"]}""", select,
        absent, absent.Replace(".NotFound", ".Malformed", StringComparison.Ordinal));
}
