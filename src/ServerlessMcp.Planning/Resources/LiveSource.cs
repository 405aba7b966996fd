namespace ServerlessMcp.Planning.Resources;

/// <summary>One list of what is in the account now, cheap to read: one AWS operation, and for some another for each item of the first.</summary>
/// <param name="Service">The first part of its address, such as <c>ec2</c> in <c>resources://ec2/instances</c>.</param>
/// <param name="Kind">The second.</param>
/// <param name="Type">The ARN's namespace and type of its rows, such as <c>ec2:instance</c>.</param>
/// <param name="First">Read first: each item that <paramref name="FirstSelect"/> names fills <c>{item}</c> in the parameters.</param>
/// <param name="Select">JMESPath over a page to rows <c>{arn?, id?, name?, state?, detail?, tags?}</c>; a row has an arn or an id.</param>
public sealed record LiveSource(
    string Service, string Kind, string Title, string Type, string Operation, string Parameters, string Select, string? First = null, string? FirstSelect = null)
{
    public string Uri => $"resources://{Service}/{Kind}";

    public static IReadOnlyList<LiveSource> All { get; } =
    [
        new("ec2", "instances", "EC2 instances", "ec2:instance", "DescribeInstances", """{"MaxResults":100}""",
            "Reservations[].Instances[].{id: InstanceId, name: Tags[?Key=='Name'] | [0].Value, state: State.Name, detail: InstanceType, tags: Tags}"),
        new("s3", "buckets", "S3 buckets", "s3:bucket", "ListBuckets", "{}", "Buckets[].{id: Name, name: Name, detail: CreationDate}"),
        new("rds", "databases", "RDS database instances", "rds:db", "DescribeDBInstances", """{"MaxRecords":100}""",
            "DBInstances[].{arn: DBInstanceArn, id: DBInstanceIdentifier, name: DBInstanceIdentifier, state: DBInstanceStatus, detail: Engine, tags: TagList}"),
        new("dynamodb", "tables", "DynamoDB tables", "dynamodb:table", "ListTables", """{"Limit":100}""", "TableNames[].{id: @, name: @}"),
        new("lambda", "functions", "Lambda functions", "lambda:function", "ListFunctions", """{"MaxItems":50}""",
            "Functions[].{arn: FunctionArn, id: FunctionName, name: FunctionName, state: State, detail: Runtime}"),
        new("ecs", "services", "ECS services", "ecs:service", "ListServices", """{"cluster":"{item}","maxResults":100}""",
            "serviceArns[].{arn: @}", First: "ListClusters", FirstSelect: "clusterArns"),
        new("cloudwatch", "alarms", "CloudWatch alarms", "cloudwatch:alarm", "DescribeAlarms",
            """{"MaxRecords":100,"AlarmTypes":["MetricAlarm","CompositeAlarm"]}""",
            "[MetricAlarms, CompositeAlarms][].{arn: AlarmArn, id: AlarmName, name: AlarmName, state: StateValue, detail: MetricName}"),
    ];
}
