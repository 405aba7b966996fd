"""The plans that the acceptance scripts run."""


def ten_steps(stamp):
    """Ten steps over six services, each but the first leaning on AWS's own answers where it can."""
    vpc = "${steps.vpc.output.Vpc.VpcId}"
    group = "${steps.group.output.GroupId}"
    return [
        step("vpc", "ec2", "CreateVpc", CidrBlock="10.40.0.0/16"),
        step("subnet", "ec2", "CreateSubnet", VpcId=vpc, CidrBlock="10.40.1.0/24"),
        step("group", "ec2", "CreateSecurityGroup", GroupName=f"web-{stamp}", Description="web", VpcId=vpc),
        step("rule", "ec2", "AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]),
        step("tags", "ec2", "CreateTags", Resources=[vpc], Tags=[{"Key": "team", "Value": "blue"}]),
        step("bucket", "s3", "CreateBucket", Bucket=f"acceptance-{stamp}", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}),
        step("queue", "sqs", "CreateQueue", QueueName=f"work-{stamp}"),
        step("topic", "sns", "CreateTopic", Name=f"news-{stamp}"),
        step("parameter", "ssm", "PutParameter", Name=f"/acceptance/{stamp}", Value="blue", Type="String"),
        step("table", "dynamodb", "CreateTable", TableName=f"things-{stamp}", BillingMode="PAY_PER_REQUEST",
             AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
             KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}]),
    ]


def five_steps(stamp, last_fails):
    """Four that work and a subnet that lies outside its VPC, or inside it."""
    vpc = "${steps.vpc.output.Vpc.VpcId}"
    return [
        step("vpc", "ec2", "CreateVpc", CidrBlock="10.41.0.0/16"),
        step("subnet", "ec2", "CreateSubnet", VpcId=vpc, CidrBlock="10.41.1.0/24"),
        step("group", "ec2", "CreateSecurityGroup", GroupName=f"db-{stamp}", Description="db", VpcId=vpc),
        step("queue", "sqs", "CreateQueue", QueueName=f"jobs-{stamp}"),
        step("last", "ec2", "CreateSubnet", VpcId=vpc, CidrBlock="10.99.1.0/24" if last_fails else "10.41.2.0/24"),
    ]


def five_steps_and_looks(stamp, last_fails, alarm):
    """The same five with a check, a question, a bake and a collect between them."""
    vpc, subnet, group, queue, last = five_steps(stamp, last_fails)
    made = ["${steps.vpc.output.Vpc.VpcId}"]
    return [
        vpc,
        {"id": "there", "kind": "check", "service": "ec2", "operation": "DescribeVpcs", "parameters": {"VpcIds": made}, "until": "Vpcs[0].State == 'available'"},
        subnet,
        {"id": "agreed", "kind": "approval", "decision": "confirm"},
        group,
        {"id": "quiet", "kind": "bake", "alarms": [alarm], "seconds": 1},
        queue,
        {"id": "seen", "kind": "collect", "reads": [
            {"name": "subnets", "service": "ec2", "operation": "DescribeSubnets", "parameters": {"Filters": [{"Name": "vpc-id", "Values": made}]},
             "select": "Subnets[].SubnetId"}]},
        last,
    ]


def step(name, service, operation, **parameters):
    return {"id": name, "service": service, "operation": operation, "parameters": parameters}
