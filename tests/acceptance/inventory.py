"""What is in the account, read with boto3: python3 inventory.py --endpoint URL prints it as canonical JSON."""

import argparse
import json

import boto3
from botocore.config import Config

REGION = "eu-west-1"


def take(endpoint, region=REGION):
    """A dictionary of sorted lists; terminated instances count as absent."""
    def client(name):
        return boto3.client(
            name, endpoint_url=endpoint, region_name=region, aws_access_key_id="inventory", aws_secret_access_key="inventory",
            config=Config(retries={"max_attempts": 2}, s3={"addressing_style": "path"}))

    ec2, s3, sqs, sns, ssm, dynamodb = (client(name) for name in ("ec2", "s3", "sqs", "sns", "ssm", "dynamodb"))
    vpcs = [v for v in ec2.describe_vpcs()["Vpcs"] if not v.get("IsDefault")]
    ids = {v["VpcId"] for v in vpcs}
    found = {
        "vpcs": [(v["VpcId"], v["CidrBlock"], tags(v)) for v in vpcs],
        "subnets": [(n["SubnetId"], n["VpcId"], n["CidrBlock"], tags(n)) for n in ec2.describe_subnets()["Subnets"] if n["VpcId"] in ids],
        "security_groups": [
            (g["GroupId"], g["GroupName"], g.get("VpcId"), rules(g["IpPermissions"]), rules(g["IpPermissionsEgress"]), tags(g))
            for g in ec2.describe_security_groups()["SecurityGroups"] if g.get("VpcId") in ids],
        "instances": [
            (i["InstanceId"], i["State"]["Name"], tags(i))
            for r in ec2.describe_instances()["Reservations"] for i in r["Instances"] if i["State"]["Name"] != "terminated"],
        "buckets": [b["Name"] for b in s3.list_buckets()["Buckets"]],
        "queues": sqs.list_queues().get("QueueUrls", []),
        "topics": [t["TopicArn"] for t in sns.list_topics()["Topics"]],
        "parameters": [(p["Name"], p["Version"]) for p in ssm.describe_parameters()["Parameters"]],
        "tables": dynamodb.list_tables()["TableNames"],
    }
    return {kind: sorted(things) for kind, things in found.items()}


def tags(thing):
    return sorted((t["Key"], t["Value"]) for t in thing.get("Tags", []) if not t["Key"].startswith("aws:"))


def rules(permissions):
    return json.loads(json.dumps(sorted(permissions, key=lambda p: json.dumps(p, sort_keys=True)), sort_keys=True))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--endpoint", required=True)
    arguments.add_argument("--region", default=REGION)
    options = arguments.parse_args()
    print(json.dumps(take(options.endpoint, options.region), indent=1, sort_keys=True))
