"""What is in the account, read with boto3: python3 inventory.py --endpoint URL prints it as canonical JSON."""

import argparse
import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

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
        "buckets": [bucket(s3, b["Name"]) for b in s3.list_buckets()["Buckets"]],
        "queues": [queue(sqs, url) for url in sqs.list_queues().get("QueueUrls", [])],
        "topics": [topic(sns, t["TopicArn"]) for t in sns.list_topics()["Topics"]],
        "parameters": [parameter(ssm, p["Name"]) for p in ssm.describe_parameters()["Parameters"]],
        "tables": [table(dynamodb, name) for name in dynamodb.list_tables()["TableNames"]],
    }
    return {kind: sorted(things) for kind, things in found.items()}


def bucket(s3, name):
    try:
        tagged = tags({"Tags": s3.get_bucket_tagging(Bucket=name)["TagSet"]})
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchTagSet":
            raise
        tagged = []
    return (name, s3.get_bucket_location(Bucket=name).get("LocationConstraint"), s3.get_bucket_versioning(Bucket=name).get("Status"), tagged)


def queue(sqs, url):
    """Without what moves by itself: counts and times."""
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    kept = sorted((k, v) for k, v in attributes.items() if not k.startswith("Approximate") and not k.endswith("Timestamp"))
    return (url.split("/", 3)[-1], kept, sorted(sqs.list_queue_tags(QueueUrl=url).get("Tags", {}).items()))


def topic(sns, arn):
    attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    return (arn, sorted(attributes.items()), tags(sns.list_tags_for_resource(ResourceArn=arn)))


def parameter(ssm, name):
    found = ssm.get_parameter(Name=name)["Parameter"]
    tagged = ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    return (name, found["Type"], found["Value"], found["Version"], tags({"Tags": tagged}))


def table(dynamodb, name):
    found = dynamodb.describe_table(TableName=name)["Table"]
    kept = {k: found.get(k) for k in ("KeySchema", "AttributeDefinitions", "TableStatus", "BillingModeSummary", "GlobalSecondaryIndexes")}
    return (name, json.dumps(kept, sort_keys=True, default=str), tags(dynamodb.list_tags_of_resource(ResourceArn=found["TableArn"])))


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
