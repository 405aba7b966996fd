"""AWS is away for a while (two minutes unless told otherwise) at every step of a ten-step plan: forward, from the step's own call on,
and backward, from the call on that takes the step back. The end must be right as boto3 sees it: forward everything once and nothing
taken back; backward nothing left. Each case has an account, a proxy and a server of its own. Prints a line a case and "N of M".

    python3 outage.py [--seconds 120] [--at-once 10] [--every 1]
"""

import argparse
import concurrent.futures
import sys
import time

import inventory
import plans
from lab import Emulator, FaultProxy, Product

LAST = "CreateTable"
UNDOING = ["DeleteVpc", "DeleteSubnet", "DeleteSecurityGroup", "RevokeSecurityGroupIngress", "DeleteTags", "DeleteBucket", "DeleteQueue", "DeleteTopic", "DeleteParameter"]
MADE = {"vpcs": 1, "subnets": 1, "security_groups": 2, "instances": 0, "buckets": 1, "queues": 1, "topics": 1, "parameters": 1, "tables": 1}


class Outage:
    """From the first call of one operation on, nothing gets through for so many seconds. Every other case also loses that call's answer."""

    def __init__(self, operation, seconds, loses_answer, refuses_last):
        self.operation, self.seconds, self.loses_answer, self.refuses_last = operation, seconds, loses_answer, refuses_last
        self.began, self.held_back = None, 0

    def decide(self, call):
        if self.began is None and call.operation == self.operation:
            self.began = time.monotonic()
            return ("drop_after",) if self.loses_answer else ("drop_before",)
        if self.began is not None and time.monotonic() < self.began + self.seconds:
            self.held_back += 1
            return ("drop_before",)
        return ("refuse", "AccessDeniedException", "refused on purpose") if self.refuses_last and call.operation == LAST else None


def run_case(emulator, number, forward, step, seconds):
    loses_answer = number % 2 == 1
    proxy = FaultProxy(emulator.url, account=f"{number:012}")
    product = Product(proxy.url)
    try:
        before = inventory.take(proxy.url)
        steps = plans.ten_steps(f"outage-{number}")
        plan = product.call("create_plan", title=f"outage {number}", steps=steps)
        outage = Outage(steps[step]["operation"] if forward else UNDOING[step], seconds, loses_answer, refuses_last=not forward)
        proxy.decide = outage.decide
        started = product.call("execute_plan", plan_id=plan["plan_id"], plan_hash=plan["plan_hash"])
        execution = product.follow(started["execution_id"], seconds * 4 + 300)
        proxy.decide = lambda call: None
        after = inventory.take(proxy.url)
    finally:
        product.stop()
        proxy.close()
    wrong = verdict(execution, before, after, outage, forward, [operation for _, operation, _, _ in proxy.forwarded])
    name = f"{'forward ' if forward else 'backward'} step {step + 1:2} {outage.operation:28} {'answer lost' if loses_answer else 'not sent   '}"
    return wrong, f"{'FAIL' if wrong else 'ok  '} {name} {outage.held_back:3} calls held back  {execution['status']}{': ' + wrong if wrong else ''}"


def verdict(execution, before, after, outage, forward, forwarded):
    """Empty if all is right."""
    if outage.began is None:
        return "the outage never began"
    if execution["status"] != ("succeeded" if forward else "rolled_back"):
        return f"{execution.get('failure')} {execution.get('left')}"
    if not forward:
        return "" if after == before else "the inventory is not as before"
    added = {kind: len(after[kind]) - len(before[kind]) for kind in after}
    undone = [operation for operation in forwarded if operation in UNDOING]
    return f"there are {added}" if added != MADE else f"taken back although it was healthy: {undone}" if undone else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--at-once", type=int, default=10)
    parser.add_argument("--every", type=int, default=1, help="visit every Nth case only")
    options = parser.parse_args()
    cases = [(True, step) for step in range(10)] + [(False, step) for step in range(len(UNDOING))]
    cases = [(number, *case) for number, case in enumerate(cases, 1)][:: options.every]
    emulator = Emulator()
    right = 0
    try:
        with concurrent.futures.ThreadPoolExecutor(options.at_once) as pool:
            for done in concurrent.futures.as_completed([pool.submit(run_case, emulator, *case, options.seconds) for case in cases]):
                wrong, line = done.result()
                right += not wrong
                print(line, flush=True)
    finally:
        emulator.close()
    print(f"{right} of {len(cases)}")
    return 0 if right == len(cases) else 1


if __name__ == "__main__":
    sys.exit(main())
