#!/usr/bin/env python3
"""The pages in Debian's Chromium, on the built server with an emulator: browser/pages.mjs presses the buttons, this script prepares and looks at AWS.

    python3 -B tests/acceptance/pages.py               the last line is "N passed, M failed"
    python3 -B tests/acceptance/pages.py --shots DIR   writes the pictures of docs/approval.md into a folder, too

Needs chromium (apt-get install chromium) and, once, the npm registry.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from lab import REGION, ROOT, Config, Emulator, FaultProxy, Product, boto3, built

HERE = pathlib.Path(__file__).resolve().parent / "browser"
WORK = ROOT / "artifacts" / "acceptance-browser"
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\u001b[2J"
POLICY = """version: 1
rules:
  - {id: networks, approve: ["ec2:CreateVpc"], reason: networks are another person's business}
  - {id: deletes, confirm: ["*:Delete*"]}
  - {id: else, allow: ["*"]}
"""


def browser_program():
    """The pinned packages, in artifacts/."""
    WORK.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "pages.mjs"):
        shutil.copy(HERE / name, WORK / name)
    if not (WORK / "node_modules" / ".package-lock.json").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=WORK, check=True, stdout=subprocess.DEVNULL)
    return WORK / "pages.mjs"


class Stage:
    def __init__(self, product, emulator):
        self.product = product
        keys = {"region_name": REGION, "endpoint_url": emulator.url, "aws_access_key_id": "eye", "aws_secret_access_key": "eye", "config": Config(retries={"max_attempts": 0})}
        self.ec2, self.sns = boto3.client("ec2", **keys), boto3.client("sns", **keys)

    def smcp(self, *arguments):
        done = subprocess.run([str(built("ServerlessMcp.Local")), *arguments, "--data", self.product.data], capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise RuntimeError(f"smcp {arguments}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def key(self, name, scopes):
        return re.search(r"smcp_local_\w+", self.smcp("key", "create", name, "--owner", name, "--scopes", scopes)).group(0)

    def start(self, title, *steps, key=None):
        """Id, hash and the path of the link that the answer names, if it does."""
        self.product.client.key = key or self.product.key
        try:
            plan = self.product.call("create_plan", title=title, steps=[{"id": name, "service": service, "operation": operation, "parameters": parameters}
                                                                         for name, service, operation, parameters in steps])
            made = self.product.call("execute_plan", plan_id=plan["plan_id"], plan_hash=plan["plan_hash"])
        finally:
            self.product.client.key = self.product.key
        link = re.search(r"http://[^/ ]+(/page/\S+)", made.get("next", {}).get("first", ""))
        return {"id": made["execution_id"], "hash": plan["plan_hash"], "link": link and link.group(1)}

    def network(self, title, key=None):
        return self.start(title, ("topic", "sns", "CreateTopic", {"Name": re.sub(r"\W+", "-", title)[:40]}), ("vpc", "ec2", "CreateVpc", {"CidrBlock": "10.20.0.0/16"}), key=key)

    def topic(self, name):
        made = self.start(f"A topic {name}", ("topic", "sns", "CreateTopic", {"Name": name}))
        self.product.follow(made["id"])
        return made

    def topics(self):
        return {one["TopicArn"].split(":")[-1] for one in self.sns.list_topics()["Topics"]}

    def networks(self):
        return [vpc for vpc in self.ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]


def play(stage, chromium, shots):
    keys = {"agent": stage.product.key, "approver": stage.key("ann", "read,approve"), "watcher": stage.key("wim", "read,admin"),
            "both": stage.key("bo", "read,operate,approve"), "reader": stage.key("ray", "read")}
    asked = {"approve": stage.network("A topic and a network"), "deny": stage.network("To be denied"), "own": stage.network("Of one person", key=keys["both"]),
             "undo": stage.topic("goes-again"), "conflict": stage.topic("stays"), "hostile": stage.network(HOSTILE)}
    stays = next(one["TopicArn"] for one in stage.sns.list_topics()["Topics"] if one["TopicArn"].endswith(":stays"))
    stage.sns.set_topic_attributes(TopicArn=stays, AttributeName="DisplayName", AttributeValue="somebody-elses")
    told = {"origin": stage.product.url.removesuffix("/mcp"), "chromium": chromium, "keys": keys, "operator": stage.smcp("page"), "shots": shots} | asked
    done = subprocess.run(["node", str(browser_program())], input=json.dumps(told), capture_output=True, text=True, timeout=300)
    print(done.stdout + done.stderr, end="")
    counts = json.loads(done.stdout.strip().split("\n")[-1]) if done.returncode == 0 else {"passed": 0, "failed": 1}

    def check(what, holds):
        counts["passed" if holds else "failed"] += 1
        print(f"{'ok  ' if holds else 'FAIL'} {what}")

    status = {name: stage.product.call("get_execution", id=one["id"])["status"] for name, one in asked.items() if name != "own"}
    check(f"the ends are as they were pressed: {status}", status == {
        "approve": "succeeded", "deny": "rejected", "undo": "succeeded", "conflict": "succeeded", "hostile": "awaiting_approval"})
    check("AWS has one network, of the one that was approved", len(stage.networks()) == 1)
    check("and the topics that nobody took back", stage.topics() == {"A-topic-and-a-network", "stays"})
    audit = stage.smcp("audit", "show")
    check("every decision is in the audit", audit.count("gate_decided") >= 3 and audit.count("cancel_requested") == 1)
    return counts


def main():
    shots = sys.argv[sys.argv.index("--shots") + 1] if "--shots" in sys.argv else None
    chromium = shutil.which("chromium")
    if not chromium:
        print("chromium is missing: sudo apt-get install -y chromium\n0 passed, 1 failed")
        return 1
    emulator = Emulator()
    proxy = FaultProxy(emulator.url)
    proxy.decide = lambda call: ("delay", 0.7) if call.mutates else None  # so that a watcher sees each state
    policy = ROOT / "artifacts" / "acceptance-pages.yaml"
    policy.write_text(POLICY)
    os.environ["POLICY_FILE"] = str(policy)
    product = Product(proxy.url)
    try:
        counts = play(Stage(product, emulator), chromium, shots and str(pathlib.Path(shots).resolve()))
    finally:
        product.stop()
        proxy.close()
        emulator.close()
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    return counts["failed"] > 0


if __name__ == "__main__":
    sys.exit(main())
