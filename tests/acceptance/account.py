"""What is in the account beyond inventory.py, read with boto3: everything that a blueprint can make, whole, but for the members that
move by themselves. python3 account.py --endpoint URL prints it."""

import argparse
import json

import boto3
from botocore.config import Config

REGION = "eu-west-1"

# Members that differ although nobody changed the thing, each with its reason.
IGNORED = {
    "LastModified": "a time",
    "RevisionId": "changes with every write of a function",
    "RoleLastUsed": "AWS notes it by itself",
    "StateUpdatedTimestamp": "an alarm is judged again and again",
    "StateReason": "an alarm is judged again and again",
    "StateReasonData": "an alarm is judged again and again",
    "StateValue": "an alarm is judged again and again",
    "storedBytes": "counted by AWS",
    "AvailableIpAddressCount": "counted by AWS",
    "createdAt": "a time",
    "runningCount": "counted by AWS",
    "registeredContainerInstancesCount": "counted by AWS",
}

# kind: client, operation, its arguments, the list in its answer
READS = {
    "vpcs": ("ec2", "describe_vpcs", {}, "Vpcs"),
    "subnets": ("ec2", "describe_subnets", {}, "Subnets"),
    "route tables": ("ec2", "describe_route_tables", {}, "RouteTables"),
    "internet gateways": ("ec2", "describe_internet_gateways", {}, "InternetGateways"),
    "addresses": ("ec2", "describe_addresses", {}, "Addresses"),
    "endpoints": ("ec2", "describe_vpc_endpoints", {}, "VpcEndpoints"),
    "NAT gateways": ("ec2", "describe_nat_gateways", {}, "NatGateways"),
    "security groups": ("ec2", "describe_security_groups", {}, "SecurityGroups"),
    "interfaces": ("ec2", "describe_network_interfaces", {}, "NetworkInterfaces"),
    "roles": ("iam", "list_roles", {}, "Roles"),
    "policies": ("iam", "list_policies", {"Scope": "Local"}, "Policies"),
    "log groups": ("logs", "describe_log_groups", {}, "logGroups"),
    "functions": ("lambda", "list_functions", {}, "Functions"),
    "event source mappings": ("lambda", "list_event_source_mappings", {}, "EventSourceMappings"),
    "alarms": ("cloudwatch", "describe_alarms", {}, "MetricAlarms"),
    "APIs": ("apigatewayv2", "get_apis", {}, "Items"),
    "task definitions": ("ecs", "list_task_definitions", {"status": "ACTIVE"}, "taskDefinitionArns"),
    "load balancers": ("elbv2", "describe_load_balancers", {}, "LoadBalancers"),
    "target groups": ("elbv2", "describe_target_groups", {}, "TargetGroups"),
    "databases": ("rds", "describe_db_instances", {}, "DBInstances"),
    "database subnet groups": ("rds", "describe_db_subnet_groups", {}, "DBSubnetGroups"),
    "database parameter groups": ("rds", "describe_db_parameter_groups", {}, "DBParameterGroups"),
    "database snapshots": ("rds", "describe_db_snapshots", {}, "DBSnapshots"),
    "secrets": ("secretsmanager", "list_secrets", {}, "SecretList"),
    "distributions": ("cloudfront", "list_distributions", {}, "DistributionList.Items"),
    "origin access controls": ("cloudfront", "list_origin_access_controls", {}, "OriginAccessControlList.Items"),
    "queues": ("sqs", "list_queues", {}, "QueueUrls"),
    "buckets": ("s3", "list_buckets", {}, "Buckets"),
}

# What is no more: AWS lists some things for a while after their end.
GONE = {"NAT gateways": lambda thing: thing["State"] == "deleted", "endpoints": lambda thing: thing["State"] == "deleted"}


def client(name, endpoint, region=REGION):
    return boto3.client(
        name, endpoint_url=endpoint, region_name=region, aws_access_key_id="account", aws_secret_access_key="account",
        config=Config(retries={"max_attempts": 2}, s3={"addressing_style": "path"}))


def take(endpoint, region=REGION):
    """By kind, a sorted list of canonical JSON texts; what lies inside things that carry their own list is in it too."""
    clients = {}
    found = {}
    for kind, (service, operation, arguments, path) in READS.items():
        source = clients.setdefault(service, client(service, endpoint, region))
        answer = getattr(source, operation)(**arguments)
        for name in path.split("."):
            answer = answer.get(name) or []
        things = [thing for thing in answer if kind not in GONE or not GONE[kind](thing)]
        found[kind] = sorted(json.dumps(without(thing), sort_keys=True, default=str) for thing in things)
    iam, ecs = clients["iam"], clients["ecs"]
    found["role policies"] = sorted(
        f"{role['RoleName']}: {iam.list_role_policies(RoleName=role['RoleName'])['PolicyNames']} "
        f"{iam.list_attached_role_policies(RoleName=role['RoleName'])['AttachedPolicies']}" for role in iam.list_roles()["Roles"])
    found["clusters"], found["services"] = containers(ecs)
    # The emulator keeps the interface of a NAT gateway that is gone, in a subnet that is gone.
    subnets = {json.loads(thing)["SubnetId"] for thing in found["subnets"]}
    found["interfaces"] = [thing for thing in found["interfaces"] if json.loads(thing)["SubnetId"] in subnets]
    return found


def containers(ecs):
    """What is deleted stays to be described for a while, INACTIVE; the emulator lists it too."""
    clusters = [c["clusterArn"] for c in ecs.describe_clusters(clusters=ecs.list_clusters()["clusterArns"])["clusters"] if c["status"] != "INACTIVE"]
    services = []
    for cluster in clusters:
        names = ecs.list_services(cluster=cluster)["serviceArns"]
        described = ecs.describe_services(cluster=cluster, services=names)["services"] if names else []
        services += [service["serviceArn"] for service in described if service["status"] != "INACTIVE"]
    return sorted(clusters), sorted(services)


def without(thing):
    if isinstance(thing, dict):
        return {name: without(value) for name, value in thing.items() if name not in IGNORED}
    return [without(item) for item in thing] if isinstance(thing, list) else thing


def difference(before, after):
    """One line for each thing that is in one of the two only."""
    lines = []
    for kind in sorted(before):
        lines += [f"- {kind}: {thing}" for thing in before[kind] if thing not in after[kind]]
        lines += [f"+ {kind}: {thing}" for thing in after[kind] if thing not in before[kind]]
    return lines


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--endpoint", required=True)
    arguments.add_argument("--region", default=REGION)
    options = arguments.parse_args()
    print(json.dumps(take(options.endpoint, options.region), indent=1, sort_keys=True))
