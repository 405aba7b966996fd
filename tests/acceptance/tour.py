#!/usr/bin/env python3
"""The way of a change, played in local mode on an emulator: docs/tour.md is what the server said. This script plays it again and compares.

    python3 -B tests/acceptance/tour.py            the last line is "N passed, M failed"; a difference is shown
    python3 -B tests/acceptance/tour.py --write    writes docs/tour.md anew
"""

import json
import subprocess
import sys

from lab import REGION, ROOT, Config, Emulator, Product, boto3, built
from steady import Steady
from transcript import Transcript

MOST_LINES = 72
HEAD = """# A tour

<!-- Made by tests/acceptance/tour.py; `python3 -B tests/acceptance/tour.py --write` makes it anew. -->

Every answer on this page is one that the server gave to a client in local mode, on the emulator; the script that made the page plays it again in `.ci/run` and compares.
Ids, hashes, times and ports stand for those of a run. A cut is marked with `[...]`. The calls are what an agent makes; what `./smcp` prints, its operator sees.
"""
NETWORK = [
    {"id": "vpc", "service": "ec2", "operation": "CreateVpc", "parameters": {"CidrBlock": "10.20.0.0/16"}},
    {"id": "subnet", "service": "ec2", "operation": "CreateSubnet", "parameters": {"VpcId": "${steps.vpc.output.Vpc.VpcId}", "CidrBlock": "10.20.1.0/24"}},
    {"id": "queue", "service": "sqs", "operation": "CreateQueue", "parameters": {"QueueName": "jobs"}}]


class Tour(Transcript):
    def __init__(self, product, emulator):
        super().__init__("docs/tour.md", HEAD, Steady((product.data, "DATA"), (str(ROOT), ".")))
        self.product = product
        self.ec2 = boto3.client("ec2", region_name=REGION, endpoint_url=emulator.url, aws_access_key_id="tour", aws_secret_access_key="tour",
                                config=Config(retries={"max_attempts": 0}))

    def show(self, command, answer, most=MOST_LINES):
        super().show(command, answer, most)

    def call(self, tool, most=MOST_LINES, seen=True, **arguments):
        """Shows the call and the text of its answer; gives its structured content."""
        result = self.product.client.request("tools/call", {"name": tool, "arguments": arguments}, tool)
        if seen:
            self.show(f"{tool} {json.dumps(arguments)}", "\n".join(block["text"] for block in result["content"]), most)
        return result["structuredContent"]

    def smcp(self, *arguments):
        done = subprocess.run([str(built("ServerlessMcp.Local")), *arguments, "--data", self.product.data], capture_output=True, text=True, timeout=60)
        self.show("./smcp " + " ".join(arguments), done.stdout + done.stderr)

    def start(self, plan, seen=True):
        return self.call("execute_plan", seen=seen, plan_id=plan["plan_id"], plan_hash=plan["plan_hash"])["execution_id"]

    def until(self, execution, *statuses):
        for _ in range(60):
            look = self.call("get_execution", seen=False, id=execution, wait_seconds=2)
            if look["status"] in statuses:
                return
        raise TimeoutError(f"{execution} is {look['status']}, and not {' or '.join(statuses)}")

    def tags(self, resource, **tags):
        self.ec2.create_tags(Resources=[resource], Tags=[{"Key": key, "Value": value} for key, value in tags.items()])


def play(tour):
    tour.tell("""
        ## It starts

        `./smcp serve` starts the emulator, the server and its engine. A client's first call is `whoami`: its answer names the calls that go on from there, as every answer does.""")
    tour.call("whoami")
    tour.call("find_operations", query="make a virtual network", limit=1)

    tour.tell("""
        ## A plan

        Three steps; the subnet needs the network's id, which is known only when it has been made. Nothing has happened yet, and the plan says what will, what takes it back, and
        what nobody has checked.""")
    plan = tour.call("create_plan", title="A network and a queue", steps=NETWORK)

    tour.tell("""
        ## It is executed

        By id and hash: what runs is what was shown. The answer comes at once; the work goes on behind it, and through a crash of the server.""")
    execution = tour.start(plan)
    tour.until(execution, "succeeded")
    tour.call("get_execution", id=execution, detail="steps")

    tour.tell("""
        ## What is there now

        The server keeps which execution made what. The operator sees the whole of an execution on one screen: who asked, what was planned, each call with AWS's own request id.""")
    found = tour.call("find_resources", execution_id=execution)
    tour.smcp("trace", execution)

    tour.tell("""
        ## It is taken back, but not over somebody else's change

        In the meantime another hand sets a tag on the network. The undo is refused, and says what it would have overwritten.""")
    vpc = next(one["arn"] for one in found["resources"] if ":vpc/" in one["arn"]).split("/")[-1]
    tour.tags(vpc, team="green")
    tour.call("rollback_execution", execution_id=execution, most=8)
    tour.tell("""
        The other hand takes the tag away again. Now the undo is a plan as any other. It deletes, so that it waits for a person: a client that can ask asks its user;
        this one cannot, and is told the command to type.""")
    tour.ec2.delete_tags(Resources=[vpc], Tags=[{"Key": "team"}])
    undo = tour.call("rollback_execution", execution_id=execution)["execution_id"]
    tour.until(undo, "awaiting_approval")
    tour.smcp("confirm", undo)
    tour.until(undo, "succeeded")
    tour.call("get_execution", id=undo, detail="steps")

    tour.tell("""
        ## AWS refuses in the middle

        The last subnet lies outside its network. What was made before it goes again, last step first; nobody has to clean up.""")
    outside = NETWORK[:2] + [{"id": "outside", "service": "ec2", "operation": "CreateSubnet",
                              "parameters": {"VpcId": "${steps.vpc.output.Vpc.VpcId}", "CidrBlock": "10.99.0.0/24"}}]
    refused = tour.start(tour.call("create_plan", seen=False, title="A subnet outside its network", steps=outside))
    tour.until(refused, "rolled_back")
    tour.call("get_execution", id=refused, detail="steps")

    tour.tell("""
        ## Cancelled

        This plan asks a person between its steps. While it waits it is called off, and what was done goes.""")
    asking = tour.start(tour.call("create_plan", title="Ask before the subnet", steps=[NETWORK[0], {"id": "ask", "kind": "approval", "title": "Go on?"}, NETWORK[1]],
                                  most=12))
    tour.until(asking, "awaiting_approval")
    tour.call("cancel_execution", execution_id=asking, reason="not today")
    tour.until(asking, "cancelled")
    tour.call("get_execution", id=asking, detail="steps")

    tour.tell("""
        ## From requirements

        A blueprint turns a few inputs into steps with safe defaults. Without its inputs the answer says which it takes.""")
    tour.call("create_plan", blueprint="queue-worker", inputs={})
    tour.call("create_plan", blueprint="queue-worker", inputs={"name": "jobs"}, most=40)

    tour.tell("""
        ## Bad input

        All that is wrong is said at once, with the place of each and what would be right. Nothing was done.""")
    tour.call("create_plan", title="Wrong in three places", steps=[
        {"id": "vpc", "service": "ec2", "operation": "CreateVpcs", "parameters": {"CidrBlock": "10.20.0.0/16"}},
        {"id": "queue", "service": "sqs", "operation": "CreateQueue", "parameters": {"QueueNam": "jobs"}},
        {"id": "subnet", "service": "ec2", "operation": "CreateSubnet", "parameters": {"VpcId": "${steps.vcp.output.Vpc.VpcId}", "CidrBlock": "10.20.1.0/24"}}])
    tour.call("aws_read", service="s3", operation="DeleteBucket", parameters={"Bucket": "logs"})


def main():
    emulator = Emulator()
    product = Product(emulator.url)
    try:
        tour = Tour(product, emulator)
        play(tour)
    finally:
        product.stop()
        emulator.close()
    return tour.close("tour.py")


if __name__ == "__main__":
    sys.exit(main())
