#!/usr/bin/env python3
"""The four ways of saying yes, played in local mode on an emulator: docs/approval.md is what was said. This script plays them again and compares.

    python3 -B tests/acceptance/approval.py            the last line is "N passed, M failed"; a difference is shown
    python3 -B tests/acceptance/approval.py --write    writes docs/approval.md anew
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.parse

from lab import REGION, ROOT, Config, Emulator, Product, boto3, built
from mcp import META, MODERN, WHO
from pages import POLICY
from steady import Steady
from transcript import Transcript
from visitor import Visitor

PROSE = pathlib.Path(__file__).resolve().parent / "approval.txt"
ASKS = {"elicitation": {"form": {}}}
TASKS = {"extensions": {"io.modelcontextprotocol/tasks": {}}}


class Ways(Transcript):
    def __init__(self, product, emulator):
        steady = Steady((product.data, "DATA"), (emulator.url, "http://127.0.0.1:5000"))
        super().__init__("docs/approval.md", PROSE.read_text(), steady)
        self.product, self.last = product, 0
        self.origin = product.url.removesuffix("/mcp")
        self.sqs = boto3.client("sqs", region_name=REGION, endpoint_url=emulator.url, aws_access_key_id="ways", aws_secret_access_key="ways",
                                config=Config(retries={"max_attempts": 0}))
        self.ann = self.smcp("key", "create", "ann", "--owner", "ann", "--scopes", "read,approve", seen=False)
        self.ann = re.search(r"smcp_local_\w+", self.ann).group(0)
        pathlib.Path(product.data, "ann.key").write_text(self.ann)

    def show(self, command, answer, most=40):
        super().show(command, answer, most)

    def ask(self, method, parameters, name, capabilities):
        self.last += 1
        meta = {META + "protocolVersion": MODERN, META + "clientCapabilities": capabilities, META + "clientInfo": WHO}
        return self.product.client.send({"jsonrpc": "2.0", "id": self.last, "method": method, "params": parameters | {"_meta": meta}}, {"Mcp-Method": method, "Mcp-Name": name})["result"]

    def change(self, operation, capabilities, seen=True, **parameters):
        service = "ec2" if operation == "CreateVpc" else "sqs"
        arguments = {"service": service, "operation": operation, "parameters": parameters}
        answer = self.ask("tools/call", {"name": "aws_change", "arguments": arguments}, "aws_change", capabilities)
        if seen and "content" in answer:
            self.show(f"aws_change {json.dumps(arguments)}", answer["content"][0]["text"])
        return answer, arguments

    def ended(self, execution, seen=True):
        found = self.product.follow(execution)
        answer = self.ask("tools/call", {"name": "get_execution", "arguments": {"id": execution}}, "get_execution", {})
        if seen:
            self.show(f'get_execution {{"id": "{execution}"}}', answer["content"][0]["text"].split("\n")[0])
        return found["status"]

    def smcp(self, *arguments, seen=True):
        done = subprocess.run([str(built("ServerlessMcp.Local")), *arguments, "--data", self.product.data], capture_output=True, text=True, timeout=60)
        if seen:
            self.show("./smcp " + " ".join(arguments), done.stdout + done.stderr)
        return done.stdout

    def asked(self, execution):
        """Once the engine has seen that it waits."""
        for _ in range(100):
            found = self.product.call("get_execution", id=execution, detail="events")
            if any(one["kind"] == "gate_opened" for one in found["events"]):
                return
            time.sleep(0.1)
        raise TimeoutError(f"{execution} asks nobody")

    def queue(self, name):
        return self.sqs.create_queue(QueueName=name)["QueueUrl"]

    def look(self, visitor, path, most=40):
        status, text = visitor.get(path)
        self.show(f"GET {path}", f"{status}\n{text}", most)

    def press(self, visitor, button, most=0, **fields):
        """most: 0 shows where it led and not the page, which may be at any moment of what was begun."""
        said = "".join(f", {name} {'smcp_...' if name == 'key' else value}" for name, value in fields.items())
        status, where, then, text = visitor.press(button, **fields)
        self.show(f"[{button}]{said}", (f"{status} to {where}\n" if where else "") + (f"{then}\n{text}" if most else ""), most or 2)
        return where or ""


def play(ways):
    ways.tell("""
        ## Elicitation

        The client says that it can ask its user. The call is answered with the question, made from the stored plan; the client repeats the call with the answer.""")
    answer, arguments = ways.change("DeleteQueue", ASKS, QueueUrl=ways.queue("old-jobs"))
    key, question = next(iter(answer["inputRequests"].items()))
    ways.show(f"aws_change {json.dumps(arguments)}", f"{answer['resultType']}: {key}\n{question['params']['message']}")
    said = {"inputResponses": {key: {"action": "accept", "content": {"confirm": True}}}, "requestState": answer["requestState"]}
    again = ways.ask("tools/call", {"name": "aws_change", "arguments": arguments} | said, "aws_change", ASKS)
    ways.show(f"aws_change again, with {json.dumps(said['inputResponses'])}", again["content"][0]["text"])
    ways.ended(again["structuredContent"]["execution_id"])

    ways.tell("""
        ## The link

        This client cannot ask. The change waits, and the answer names the page and the command; nothing runs. To a client with the Tasks extension the task says the same in its
        `statusMessage`.""")
    answer, _ = ways.change("DeleteQueue", {}, QueueUrl=ways.queue("older-jobs"))
    execution = answer["structuredContent"]["execution_id"]
    ways.asked(execution)
    task = ways.ask("tasks/get", {"taskId": execution}, execution, TASKS)
    ways.show(f'tasks/get {{"taskId": "{execution}"}}', f"{task['status']}\n{task['statusMessage']}")
    ways.tell("""
        The user opens the link. It opens nothing by itself; they log in with their key, are led to the question, and confirm. What stands here is the page's text.""")
    link = urllib.parse.urlparse(re.search(r"http://\S+/page/\S+", answer["content"][0]["text"]).group(0))
    user = Visitor(ways.origin)
    ways.look(user, f"{link.path}?{link.query}")
    ways.press(user, "Log in", most=40, key=json.loads(pathlib.Path(ways.product.data, "keys.json").read_text())["operator"])
    ways.press(user, "Confirm")
    ways.ended(execution)

    ways.tell("""
        ## The command line

        Networks need another person here: `approve: ["ec2:CreateVpc"]` in the [policy](policy.md). The operator of this machine made the agent's key, so the two are one person.""")
    answer, _ = ways.change("CreateVpc", {}, CidrBlock="10.20.0.0/16")
    execution = answer["structuredContent"]["execution_id"]
    ways.asked(execution)
    ways.smcp("confirm", execution)
    ways.tell("""
        Ann is another person. Her key is in a file of hers.""")
    ways.smcp("confirm", execution, "--key-file", os.path.join(ways.product.data, "ann.key"))
    ways.ended(execution)

    ways.tell("""
        ## The page

        The same once more, on the page. The operator sees it and has no button for it.""")
    answer, _ = ways.change("CreateVpc", {}, seen=False, CidrBlock="10.30.0.0/16")
    execution = answer["structuredContent"]["execution_id"]
    ways.asked(execution)
    page = f"/page/executions/{execution}"
    status, text = user.get(page)
    ways.show(f"GET {page}, as the operator", f"{status}\n" + excerpt(text, "## Do you"))
    ann = Visitor(ways.origin)
    ann.get("/page")
    ways.press(ann, "Log in", most=10, key=ways.ann)
    ways.look(ann, page, most=60)
    ways.press(ann, "Approve")
    ways.ended(execution)
    ways.tell("""
        It is taken back there, too: the plan of the undo first, then its start.""")
    user.get(page)
    ways.press(user, "Roll back: show me the plan", most=30)
    undo = ways.press(user, "Yes, start it")
    for _ in range(100):
        if user.get(undo)[1].startswith("# Succeeded"):
            break
        time.sleep(0.1)
    ways.look(user, undo, most=3)


def excerpt(text, beginning):
    lines = text.split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith(beginning))
    return "\n".join(["[...]", *lines[at:at + 4], "[...]"])


def main():
    emulator = Emulator()
    policy = ROOT / "artifacts" / "acceptance-approval" / "policy.yaml"
    policy.parent.mkdir(parents=True, exist_ok=True)
    policy.write_text(POLICY)
    os.environ["POLICY_FILE"] = str(policy)
    product = Product(emulator.url)
    try:
        ways = Ways(product, emulator)
        play(ways)
    finally:
        product.stop()
        emulator.close()
    return ways.close("approval.py")


if __name__ == "__main__":
    sys.exit(main())
