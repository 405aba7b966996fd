"""Each blueprint: planned through MCP, executed, its purpose checked, undone by rollback_execution, and the account as boto3 sees it is as before.
`python3 blueprints.py [NAME ...]` does only these cases. With --refused AWS refuses the last step of each, and the account is as before
all the same. Prints a line each and "N of N"."""

import argparse
import json
import os
import subprocess
import sys
import time
import urllib.request

from botocore.exceptions import ClientError

import account
from lab import Emulator, FaultProxy, Product, built
from mcp import ToolError
from purposes import PURPOSES, Wrong

# Each case: its blueprint and inputs. What begins with $ is made by boto3 beforehand.
CASES = {
    "network": ("network", {"name": "net", "zones": 3}),
    "network-nat": ("network", {"name": "nat", "nat": "single"}),
    "static-site": ("static-site", {"name": "shop", "index_html": "<h1>Shop</h1>"}),
    "serverless-api": ("serverless-api", {"name": "orders"}),
    "serverless-api-python": ("serverless-api", {"name": "bills", "runtime": "python3.13", "route": "GET /{proxy+}", "tracing": False}),
    "container-service": ("container-service", {"name": "web", "subnets": "$subnets", "load_balancer": True, "open_to": "10.77.0.0/16"}),
    "database": ("database", {"name": "ledger", "subnets": "$subnets", "allow_from_group": "$app_group"}),
    "queue-worker": ("queue-worker", {"name": "jobs", "max_receives": 3}),
}

# Not with --refused: the emulator keeps the interface and the address's association of a NAT gateway that is gone, so neither the address nor the
# subnet may be taken away. Undone after success it is, for there it is known that the same plan takes the gateway away.
NOT_REFUSED = ["network-nat"]


class Lab:
    """An emulator, the proxy that sees what is sent to it, and the product."""

    def __init__(self):
        os.environ["MOTO_ECS_SERVICE_RUNNING"] = "2"  # else no task of a service ever runs
        self.emulator = Emulator()
        settings = json.dumps({"lambda": {"use_docker": False}}).encode()
        urllib.request.urlopen(urllib.request.Request(
            self.emulator.url + "/moto-api/config", settings, {"Content-Type": "application/json"}), timeout=30).read()
        self.proxy = FaultProxy(self.emulator.url)
        self.sent = []
        self.proxy.decide = lambda call: self.sent.append(call) if call.mutates else None
        self.product = Product(self.proxy.url)

    def make_network(self):
        """The network that somebody has already, for the blueprints that take one."""
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
        zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
        self.subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.77.{n}.0/24", AvailabilityZone=zones[n])["Subnet"]["SubnetId"] for n in range(2)]
        self.app_group = ec2.create_security_group(GroupName="app", Description="app", VpcId=vpc)["GroupId"]

    def client(self, service):
        return account.client(service, self.emulator.url)

    def execute(self, plan):
        """The execution once it has ended well; the operator says yes where a rule asks for it."""
        return self.finish(self.product.call("execute_plan", plan_id=plan["plan_id"], plan_hash=plan["plan_hash"]))

    def undo(self, execution):
        return self.finish(self.product.call("rollback_execution", execution_id=execution["execution_id"]))

    def finish(self, started):
        if started["status"] == "awaiting_approval":
            subprocess.run(
                [str(built("ServerlessMcp.Local")), "confirm", started["execution_id"], "--data", self.product.data],
                check=True, capture_output=True, timeout=60)
        ended = self.product.follow(started["execution_id"], 300)
        if ended["status"] != "succeeded":
            raise Wrong(f"{ended['status']}: {json.dumps(ended.get('failure'))} {json.dumps(ended.get('left'))}")
        return ended

    def close(self):
        self.product.stop()
        self.proxy.close()
        self.emulator.close()


def run(lab, name, inputs):
    """A line about a blueprint; Wrong says what went wrong."""
    given = {"$subnets": lab.subnets, "$app_group": lab.app_group}
    inputs = {key: given.get(value, value) if isinstance(value, str) else value for key, value in inputs.items()}
    before = account.take(lab.emulator.url)
    lab.sent.clear()
    plan = lab.product.call("create_plan", blueprint=name, inputs=inputs)
    calls = [step for step in plan["steps"] if "operation" in step]  # the others only look
    unknown = [step["id"] for step in calls if step["class"] not in ("full", "partial")]
    if unknown or plan["verdict"]["is"] != ("confirm" if len(calls) > 20 else "allow"):
        raise Wrong(f"verdict {plan['verdict']}, without undo: {unknown}")
    execution = lab.execute(plan)
    if account.take(lab.emulator.url) == before:
        raise Wrong("nothing was made")
    purpose = PURPOSES[name](lab, inputs["name"])
    lab.undo(execution)
    left = account.difference(before, account.take(lab.emulator.url))
    if left:
        raise Wrong("after the undo:\n  " + "\n  ".join(left))
    return f"{len(plan['steps'])} steps ({plan['reversibility']}), made; {purpose}; undone, account equal"


def run_refused(lab, name, inputs):
    """The same, but AWS refuses the last step: all before it is taken back by itself."""
    given = {"$subnets": lab.subnets, "$app_group": lab.app_group}
    inputs = {key: given.get(value, value) if isinstance(value, str) else value for key, value in inputs.items()}
    before = account.take(lab.emulator.url)
    plan = lab.product.call("create_plan", blueprint=name, inputs=inputs)
    steps = len([step for step in plan["steps"] if "operation" in step])
    seen, let_pass = [], lab.proxy.decide

    def decide(call):
        seen.extend([call] if call.mutates else [])
        return ("refuse", "AccessDenied", "refused on purpose") if call.mutates and len(seen) == steps else None

    lab.proxy.decide = decide
    try:
        lab.execute(plan)
        raise RuntimeError("it succeeded although its last step was refused")
    except Wrong as ended:
        if not str(ended).startswith("rolled_back"):
            raise
    finally:
        lab.proxy.decide = let_pass
    left = account.difference(before, account.take(lab.emulator.url))
    if left:
        raise Wrong("after the rollback:\n  " + "\n  ".join(left))
    return f"{steps} steps, the last one refused; rolled back, account equal"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(CASES)}")
    arguments.add_argument("--refused", action="store_true", help="AWS refuses the last step of each")
    options = arguments.parse_args()
    way = run_refused if options.refused else run
    names = options.names or [name for name in CASES if not (options.refused and name in NOT_REFUSED)]
    lab = Lab()
    lab.make_network()
    right = 0
    try:
        for name in names:
            began = time.monotonic()
            try:
                line = way(lab, *CASES[name])
                right += 1
                print(f"ok   {name:21} {time.monotonic() - began:5.1f} s  {line}", flush=True)
            except (Wrong, ToolError, LookupError, TimeoutError, ClientError, subprocess.SubprocessError) as error:
                print(f"FAIL {name:21} {time.monotonic() - began:5.1f} s  {type(error).__name__}: {error}", flush=True)
                lab.emulator.reset()
                lab.make_network()
    finally:
        lab.close()
    print(f"{right} of {len(names)}")
    return 0 if right == len(names) else 1


if __name__ == "__main__":
    sys.exit(main())
