#!/usr/bin/env python3
"""A rule-following agent finishes its jobs with no knowledge of the tools but what tools/list and the answers say. It reasons about nothing:

1. It begins with the tool whose description says "Call it first".
2. An answer or an error names calls: `next`, and `options`. It makes the one whose `why` shares most words with the job, `next` where none does better.
   An option is taken once a job. Where there is nothing to make, the job is over.
3. Arguments in `fill` and `may_fill` it takes from the job's facts, by the last name of the path; `query` is the job in its own words.
4. A job of several parts is one plan: it holds each part's `create_plan` call and makes one call of their steps, in order.
5. What `first` says is done by the job's user: here a process that types the command.

The end states are read from the emulator with boto3. Usage: python3 -B tests/acceptance/agent.py [-v]
"""

import json
import re
import subprocess
import sys

from lab import REGION, Config, Emulator, FaultProxy, Product, boto3, built
from mcp import ToolError

MOST_CALLS = 30
DEAD = f"arn:aws:sqs:{REGION}:123456789012:jobs-dead"
POLICY = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::agent-files/*",
     "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}


class Agent:
    def __init__(self, product, job, user):
        self.product, self.job, self.user = product, job, user
        self.words = set(words(job))
        self.taken, self.calls, self.answers = set(), [], []

    def work(self, parts):
        """parts: [(in its own words, facts)]; gives the last answer."""
        answer = None
        if len(parts) > 1:
            held = [self.follow(says, facts, hold="create_plan") for says, facts in parts]
            steps = [step | {"id": f"{step['id']}{n}"} for n, call in enumerate(held) for step in call["arguments"]["steps"]]
            answer = self.make({"tool": "create_plan", "arguments": held[0]["arguments"] | {"title": self.job, "steps": steps}})
        return self.follow(*parts[0], answer)

    def follow(self, says, facts, answer=None, hold=None):
        """Makes call after call; ends with the last answer, or before a call of the tool to hold."""
        answer = answer or self.make({"tool": self.beginning(), "arguments": {}})
        while call := self.choose(answer, hold):
            call = self.filled(call, facts | {"query": says})
            if call["tool"] == hold:
                return call
            if call.get("first"):
                self.user(call["first"])
            answer = self.make(call)
        if hold:
            raise AssertionError(f"nothing led to {hold}: {json.dumps(answer)[:1500]}")
        return answer

    def beginning(self):
        return next(name for name, tool in self.product.client.tools().items() if "Call it first" in tool["description"])

    def choose(self, answer, hold):
        options = answer.get("options", [])
        if hold in [option["tool"] for option in options]:
            return next(option for option in options if option["tool"] == hold)
        go_on = answer.get("next")
        shared = {id(call): len(self.words & set(words(call["why"]))) for call in [go_on, *options] if call}
        best = max((option for option in options if option["tool"] not in self.taken), key=lambda one: shared[id(one)], default=None)
        if best and shared[id(best)] > (shared[id(go_on)] if go_on else 0):
            self.taken.add(best["tool"])
            return best
        return go_on

    def filled(self, call, facts):
        arguments = json.loads(json.dumps(call["arguments"]))
        for path in call.get("fill", []) + call.get("may_fill", []):
            name = path.split(".")[-1]
            if name in facts:
                put(arguments, path, facts[name])
            elif path in call.get("fill", []):
                raise AssertionError(f"the job has no fact for {path} of {call['tool']} {json.dumps(arguments)}")
        return call | {"arguments": arguments}

    def make(self, call):
        assert len(self.calls) < MOST_CALLS, f"no end after {self.calls}"
        self.calls.append(call["tool"])
        if "-v" in sys.argv:
            print(f"   {call['tool']} {json.dumps(call['arguments'])[:300]}")
        try:
            self.answers.append(self.product.call(call["tool"], **call["arguments"]))
        except ToolError as error:
            self.answers.append(error.content)
        return self.answers[-1]


def words(text):
    """Of four letters at least, without their ends: "undoes" is "undo", "changed" is "change"."""
    return [re.sub(r"(es|ed|d|s)$", "", word) for word in re.findall(r"[a-z]{4,}", text.lower())]


def put(arguments, path, value):
    """path: steps[0].parameters.Bucket"""
    at, names = arguments, re.findall(r"\w+", path)
    for name in names[:-1]:
        at = at[int(name)] if name.isdigit() else at.setdefault(name, {})
    at[names[-1]] = value


class Lab:
    """The emulator, the product before it, and the eyes that look past the product."""

    def __init__(self):
        self.emulator = Emulator()
        self.proxy = FaultProxy(self.emulator.url)
        self.product = Product(self.proxy.url)
        settings = {"endpoint_url": self.emulator.url, "region_name": REGION, "aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self.ec2, self.s3, self.sqs = (
            boto3.client(name, config=Config(s3={"addressing_style": "path"}), **settings) for name in ("ec2", "s3", "sqs"))

    def agent(self, job, *parts):
        """The last answer, and the agent."""
        agent = Agent(self.product, job, self.type_command)
        return agent.work(list(parts)), agent

    def type_command(self, first):
        verb, execution = re.search(r"'smcp (confirm) (ex_[a-z2-7]+)'", first).groups()
        subprocess.run([str(built("ServerlessMcp.Local")), verb, execution, "--data", self.product.data], check=True, timeout=30, stdout=subprocess.DEVNULL)

    def close(self):
        self.product.stop()
        self.proxy.close()
        self.emulator.close()


def power_off(lab):
    image = lab.ec2.describe_images()["Images"][0]["ImageId"]
    instance = lab.ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    answer, _ = lab.agent("Power off our server and tell me the hour", ("power off a server", {"InstanceIds": [instance]}))
    assert answer["status"] == "succeeded", answer
    assert lab.ec2.describe_instances(InstanceIds=[instance])["Reservations"][0]["Instances"][0]["State"]["Name"] == "stopped"
    return f"stopped at {answer['ended_at']}"


def two_queues(lab):
    redrive = json.dumps({"deadLetterTargetArn": DEAD, "maxReceiveCount": 5})
    answer, _ = lab.agent(
        "A queue for jobs with a dead letter queue behind it",
        ("make a queue", {"QueueName": "jobs-dead"}), ("make a queue", {"QueueName": "jobs", "Attributes": {"RedrivePolicy": redrive}}))
    assert answer["status"] == "succeeded" and answer["step_count"] == 2, answer
    url = lab.sqs.get_queue_url(QueueName="jobs")["QueueUrl"]
    attributes = lab.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"] == DEAD, attributes
    return "jobs leads to jobs-dead"


def look_at_queues(lab):
    answer, agent = lab.agent("Which queues are there", ("list queues", {}))
    found = {url.split("/")[-1] for url in answer["data"]["QueueUrls"]}
    assert found == {"jobs", "jobs-dead"}, answer
    return f"{len(found)} queues in {len(agent.calls)} calls"


def refused_and_rolled_back(lab):
    lab.proxy.decide = lambda call: ("refuse", "MalformedPolicy", "Policy has invalid resource") if (call.service, call.operation) == ("s3", "PutPolicy") else None
    answer, _ = lab.agent(
        "A private bucket for files, with a policy that asks for TLS",
        ("create a bucket", {"Bucket": "agent-files", "CreateBucketConfiguration": {"LocationConstraint": REGION}}),
        ("put a policy on a bucket", {"Bucket": "agent-files", "Policy": json.dumps(POLICY)}))
    assert answer["status"] == "rolled_back" and "MalformedPolicy" in answer["failure"]["code"], answer
    assert buckets(lab) == set(), "the bucket was left"
    return f"{answer['failure']['code']}, and no bucket is left"


def why_and_again(lab):
    lab.proxy.decide = lambda call: None  # somebody has put right what AWS refused
    answer, agent = lab.agent("Find out why my last change failed, and try it again", ("", {}))
    why = next(seen["failure"]["message"] for seen in agent.answers if "failure" in seen)
    assert answer["status"] == "succeeded" and "invalid resource" in why, (answer, why)
    assert json.loads(lab.s3.get_bucket_policy(Bucket="agent-files")["Policy"]) == POLICY
    return f"because: {why.splitlines()[0][:60]}; then done"


def undo_the_last(lab):
    assert buckets(lab) == {"agent-files"}
    answer, _ = lab.agent("Undo my last change", ("", {}))
    assert answer["status"] == "succeeded" and answer.get("undo_of"), answer
    assert buckets(lab) == set() and len(lab.sqs.list_queues()["QueueUrls"]) == 2
    return "the bucket is gone, the queues stand"


def buckets(lab):
    return {bucket["Name"] for bucket in lab.s3.list_buckets()["Buckets"]}


def main():
    lab, failed = Lab(), 0
    try:
        for job in (power_off, two_queues, look_at_queues, refused_and_rolled_back, why_and_again, undo_the_last):
            if "-v" in sys.argv:
                print(job.__name__)
            try:
                print(f"ok      {job.__name__}: {job(lab)}")
            except (AssertionError, KeyError, StopIteration, subprocess.SubprocessError) as error:
                failed += 1
                print(f"FAILED  {job.__name__}: {type(error).__name__}: {error}")
    finally:
        lab.close()
    print(f"{6 - failed} of 6 jobs done by following the answers")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
