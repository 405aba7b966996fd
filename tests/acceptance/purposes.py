"""What each blueprint is for, checked with boto3 and, where it is code, by running the code."""

import hashlib
import json

import functions


class Wrong(Exception):
    """The purpose is not fulfilled."""


def expect(holds, what):
    if not holds:
        raise Wrong(what)


def network(lab, name):
    ec2 = lab.client("ec2")
    mine = {"Key": "smcp:blueprint", "Value": f"network/{name}"}
    vpc = [vpc for vpc in ec2.describe_vpcs()["Vpcs"] if mine in vpc.get("Tags", [])]
    expect(len(vpc) == 1, f"one VPC, found {len(vpc)}")
    inside = [{"Name": "vpc-id", "Values": [vpc[0]["VpcId"]]}]
    subnets = ec2.describe_subnets(Filters=inside)["Subnets"]
    tables = ec2.describe_route_tables(Filters=inside)["RouteTables"]
    of = {link["SubnetId"]: table for table in tables for link in table["Associations"] if "SubnetId" in link}
    tier = {subnet["SubnetId"]: tag["Value"] for subnet in subnets for tag in subnet["Tags"] if tag["Key"] == "tier"}
    zones = {kind: {s["AvailabilityZone"] for s in subnets if tier[s["SubnetId"]] == kind} for kind in ("public", "private")}
    expect(len(zones["public"]) > 1 and zones["public"] == zones["private"], f"both kinds of subnet in each zone: {zones}")
    expect(not any(subnet["MapPublicIpOnLaunch"] for subnet in subnets), "no subnet gives public addresses by itself")
    nats = {nat["NatGatewayId"]: nat["SubnetId"] for nat in ec2.describe_nat_gateways()["NatGateways"] if nat["State"] == "available"}
    for subnet, kind in tier.items():
        out = [r for r in of[subnet]["Routes"] if r.get("DestinationCidrBlock") == "0.0.0.0/0"]
        if kind == "public":
            expect(len(out) == 1 and out[0]["GatewayId"].startswith("igw-"), f"public subnet {subnet} has routes {out}")
        elif nats:
            expect(len(out) == 1 and tier[nats[out[0]["NatGatewayId"]]] == "public", f"private subnet {subnet} goes out by NAT: {out}")
        else:
            expect(not out, f"private subnet {subnet} has routes {out}")
    main = [t for t in tables if any(link.get("Main") for link in t["Associations"])]
    expect(all(r["GatewayId"] == "local" for r in main[0]["Routes"]), "what has no route table of its own is isolated")
    group = [g for g in ec2.describe_security_groups(Filters=inside)["SecurityGroups"] if g["GroupName"] == "default"][0]
    expect(not group["IpPermissionsEgress"], f"the default security group lets nothing out: {group}")
    endpoints = ec2.describe_vpc_endpoints(Filters=inside)["VpcEndpoints"]
    expect(len(endpoints) == 1 and set(endpoints[0]["RouteTableIds"]) == {t["RouteTableId"] for t in of.values()}, f"S3 from every subnet: {endpoints}")
    way = f"go out by {len(nats)} NAT" if nats else "have no way out"
    return f"{len(subnets)} subnets in {len(zones['public'])} zones; public ones reach the internet gateway, private ones {way}, all reach S3"


def serverless_api(lab, name):
    apis = lab.client("apigatewayv2")
    api = [one for one in apis.get_apis()["Items"] if one["Name"] == name][0]["ApiId"]
    route, integration, stage = (read(ApiId=api)["Items"][0] for read in (apis.get_routes, apis.get_integrations, apis.get_stages))
    expect(route["Target"] == f"integrations/{integration['IntegrationId']}", f"the route leads to the integration: {route}")
    arn = lab.client("lambda").get_function_configuration(FunctionName=name)["FunctionArn"]
    expect(integration["IntegrationUri"] == arn and integration["PayloadFormatVersion"] == "2.0", f"and that to the function: {integration}")
    expect(stage["AutoDeploy"] and stage["AccessLogSettings"]["DestinationArn"].endswith(f":/aws/apigateway/{name}"), f"with access logs: {stage}")
    allowed = json.loads(lab.client("lambda").get_policy(FunctionName=name)["Policy"])["Statement"]
    source = json.dumps(allowed)
    expect(len(allowed) == 1 and "apigateway.amazonaws.com" in source and f":{api}/*/*" in source, f"this API alone may call it: {allowed}")
    only_own_logs(lab, name, f"{name}-function", "function")
    said = functions.invoke(lab, name, functions.http_event("GET", "/orders"))
    expect(said["statusCode"] == 200 and json.loads(said["body"])["path"] == "/orders", f"the function answers: {said}")
    return f"GET /orders reaches the function, which answers {said['statusCode']} {said['body']}"


def only_own_logs(lab, name, role, policy):
    statements = lab.client("iam").get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]["Statement"]
    expect(all("*" not in action for s in statements for action in s["Action"]), f"no wildcard among the actions: {statements}")
    expect(all(s["Resource"] != "*" and f"{name}" in s["Resource"] for s in statements), f"nothing but its own: {statements}")
    days = {g["logGroupName"]: g.get("retentionInDays") for g in lab.client("logs").describe_log_groups()["logGroups"]}
    expect(days[f"/aws/lambda/{name}"] == 30, f"logs are kept 30 days: {days}")


def queue_worker(lab, name):
    sqs, functions_of = lab.client("sqs"), lab.client("lambda")
    queue, dead = (sqs.get_queue_url(QueueName=n)["QueueUrl"] for n in (name, f"{name}-dead"))
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    expect(attributes["SqsManagedSseEnabled"] == "true", "the queue is encrypted")
    arn = attributes["QueueArn"]
    mapping = functions_of.list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"][0]
    expect(mapping["State"] == "Enabled" and mapping["FunctionArn"].endswith(f":{name}"), f"the mapping leads to the worker: {mapping}")
    only_own_logs(lab, name, f"{name}-worker", "worker")
    sqs.send_message(QueueUrl=queue, MessageBody="hello")
    said = functions.invoke(lab, name, functions.queue_event(arn, "hello", ""))
    expect(said == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}, f"the worker takes one message and gives the empty one back: {said}")
    expect("Messages" not in sqs.receive_message(QueueUrl=queue), "what was sent has been delivered and is gone")
    tries = json.loads(attributes["RedrivePolicy"])["maxReceiveCount"]
    functions_of.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    sqs.send_message(QueueUrl=queue, MessageBody="poison")
    for _ in range(int(tries)):
        expect(sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0)["Messages"][0]["Body"] == "poison", "what was sent is received")
    expect("Messages" not in sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0), "after the last try it is gone")
    moved = sqs.receive_message(QueueUrl=dead)["Messages"][0]
    expect(moved["Body"] == "poison", "and lies in the dead letter queue")
    sqs.delete_message(QueueUrl=dead, ReceiptHandle=moved["ReceiptHandle"])
    functions_of.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    alarm = lab.client("cloudwatch").describe_alarms(AlarmNames=[f"{name}-dead"])["MetricAlarms"][0]
    expect(alarm["Dimensions"] == [{"Name": "QueueName", "Value": f"{name}-dead"}] and alarm["Threshold"] == 0, f"the alarm looks at it: {alarm}")
    return f"a message was delivered and worked on; one that failed {tries} times went to the dead letter queue, at which the alarm looks"


def database(lab, name):
    rds = lab.client("rds")
    made = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    wanted = {"StorageEncrypted": True, "PubliclyAccessible": False, "DeletionProtection": True, "BackupRetentionPeriod": 7, "DBInstanceStatus": "available"}
    expect({key: made.get(key) for key in wanted} == wanted, f"settings: {({key: made.get(key) for key in wanted})}")
    expect(made["MasterUserSecret"]["SecretArn"].startswith("arn:aws:secretsmanager:"), "AWS keeps the password")
    expect(made["Endpoint"]["Port"] == 5432 and made["DBSubnetGroup"]["DBSubnetGroupName"] == name, f"endpoint: {made['Endpoint']}")
    group = lab.client("ec2").describe_security_groups(GroupIds=[made["VpcSecurityGroups"][0]["VpcSecurityGroupId"]])["SecurityGroups"][0]
    sources = [pair["GroupId"] for rule in group["IpPermissions"] for pair in rule["UserIdGroupPairs"]]
    expect(sources == [lab.app_group] and not any(rule["IpRanges"] for rule in group["IpPermissions"]), f"only the given group may connect: {group}")
    try:
        rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
        raise Wrong("AWS deleted it although it is protected")
    except rds.exceptions.ClientError as refused:
        expect("protection" in str(refused).lower(), str(refused))
    return f"available at port {made['Endpoint']['Port']}, encrypted, not public, password in Secrets Manager, deletion refused; the given group alone may connect"


def container_service(lab, name):
    ecs, balancers, ec2 = lab.client("ecs"), lab.client("elbv2"), lab.client("ec2")
    service = ecs.describe_services(cluster=name, services=[name])["services"][0]
    expect(service["status"] == "ACTIVE" and service["desiredCount"] == 2 and service["launchType"] == "FARGATE", f"active: {service['status']}")
    asked = [json.loads(call.body) for call in lab.sent if call.operation == "CreateService"][-1]  # the emulator keeps less than it was told
    expect(asked["deploymentConfiguration"]["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}, "a bad deployment is taken back")
    network = asked["networkConfiguration"]["awsvpcConfiguration"]
    expect(network["assignPublicIp"] == "DISABLED" and network["subnets"] == lab.subnets, f"in the given network: {network}")
    task = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    container = task["containerDefinitions"][0]
    expect(container["portMappings"][0]["containerPort"] == 80 and container["logConfiguration"]["options"]["awslogs-group"] == f"/ecs/{name}", f"{container}")
    statements = lab.client("iam").get_role_policy(RoleName=f"{name}-execution", PolicyName="start")["PolicyDocument"]["Statement"]
    expect([s["Action"] for s in statements if s["Resource"] == "*"] == ["ecr:GetAuthorizationToken"], f"what may be done everywhere: {statements}")
    balancer = balancers.describe_load_balancers(Names=[name])["LoadBalancers"][0]
    listener = balancers.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"][0]
    target = listener["DefaultActions"][0]["TargetGroupArn"]
    expect(balancer["Scheme"] == "internal" and service["loadBalancers"][0]["targetGroupArn"] == target, f"the load balancer leads to the service: {listener}")
    rules = ec2.describe_security_groups(GroupIds=network["securityGroups"])["SecurityGroups"][0]["IpPermissions"]
    expect([pair["GroupId"] for rule in rules for pair in rule["UserIdGroupPairs"]] == balancer["SecurityGroups"] and not rules[0]["IpRanges"], f"only it: {rules}")
    return f"service with {service['desiredCount']} tasks behind an internal load balancer, which alone may call them"


def static_site(lab, name):
    s3, cloudfront = lab.client("s3"), lab.client("cloudfront")
    bucket = [b["Name"] for b in s3.list_buckets()["Buckets"] if b["Name"].startswith(f"{name}-site-")][0]
    page = s3.list_objects_v2(Bucket=bucket)["Contents"]
    expect([(o["Key"], o["ETag"].strip('"')) for o in page] == [("index.html", hashlib.md5(b"<h1>Shop</h1>").hexdigest())], f"the first page is there: {page}")
    try:
        s3.get_object(Bucket=bucket, Key="index.html")
        raise Wrong("the page is read without TLS")
    except s3.exceptions.ClientError as refused:
        expect(refused.response["ResponseMetadata"]["HTTPStatusCode"] == 403, str(refused))
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    expect(all(blocked.values()) and len(blocked) == 4, f"nothing can be made public: {blocked}")
    expect(s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled", "versioned")
    ids = [one["Id"] for one in cloudfront.list_distributions()["DistributionList"]["Items"]]
    configurations = {id: cloudfront.get_distribution_config(Id=id)["DistributionConfig"] for id in ids}
    id, site = [(id, one) for id, one in configurations.items() if one["Comment"] == name][0]
    arn = f"arn:aws:cloudfront::123456789012:distribution/{id}"  # as AWS writes it; the emulator leaves a colon out
    statements = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    allowed = [s for s in statements if s["Effect"] == "Allow"]
    expect(len(allowed) == 1 and allowed[0]["Condition"] == {"StringEquals": {"AWS:SourceArn": arn}}, f"{arn} alone: {statements}")
    origin = site["Origins"]["Items"][0]
    access = cloudfront.list_origin_access_controls()["OriginAccessControlList"]["Items"][0]["Id"]
    asked = [call.body.decode() for call in lab.sent if call.path.startswith("/2020-05-31/distribution") and call.method in ("POST", "PUT")]
    expect(origin["DomainName"].startswith(f"{bucket}.s3."), f"it reads the bucket: {origin}")
    expect(all(f"<OriginAccessControlId>{access}<" in body for body in asked) and len(asked) == 2, "with access control, which the emulator forgets")
    expect(site["Enabled"] and site["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https", "over HTTPS")
    return "the page is in a private bucket that this distribution alone may read; that CloudFront serves it is not proven, the emulator serves nothing"


PURPOSES = {
    "network": network, "queue-worker": queue_worker, "serverless-api": serverless_api, "database": database,
    "container-service": container_service, "static-site": static_site,
}
