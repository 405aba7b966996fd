"""kill -9 at every commit of the server's database, and at the proxy before and after forwarding each mutating call of a
five-step plan; restart; the execution must end whole. `--every N` takes each Nth commit (from `--first`) and `--calls N` each Nth call;
`--only calls` or `--only commits` leaves the other out, so that a sweep can be shared out; `--succeeding` uses a plan without a failing step, `--looks` one with a check,
a question, a bake and a collect as well. Ends with "N points, N failed; N lost, N effects twice"."""

import argparse
import subprocess
import sys
import tempfile
import time

import account
import inventory
import plans
from lab import Emulator, FaultProxy, Product, ToolError, built

ALARM = "errors"
ONCE = ("CreateVpc", "CreateSubnet", "CreateSecurityGroup")


class Sweep:
    def __init__(self, last_fails, looks):
        self.last_fails = last_fails
        self.looks = looks
        self.emulator = Emulator()
        self.proxy = FaultProxy(self.emulator.url)
        self.points = self.failed = self.lost = self.twice = 0

    def run(self, name, decide=None, crash_at_commit=0):
        """One execution with one crash in it. True if the crash came before the end."""
        self.emulator.reset()
        if self.looks:
            self.quiet_alarm()
        self.proxy.forwarded.clear()
        before = inventory.take(self.emulator.url)
        crashed = {"yes": False}
        with tempfile.TemporaryDirectory(prefix="smcp-crash-") as data:
            product = Product(self.proxy.url, data, crash_at_commit)
            try:
                execution = self.drive(product, decide, crashed)
            finally:
                self.proxy.decide = lambda call: None
                product.stop()
        crashed["yes"] |= crash_at_commit > 0 and product.restarts > 0
        if crashed["yes"]:
            self.points += 1
            self.judge(name, before, execution)
        return crashed["yes"]

    def quiet_alarm(self):
        client = account.client("cloudwatch", self.emulator.url)
        client.put_metric_alarm(
            AlarmName=ALARM, Namespace="crash", MetricName="errors", Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
            ComparisonOperator="GreaterThanThreshold")
        client.set_alarm_state(AlarmName=ALARM, StateValue="OK", StateReason="quiet")

    def drive(self, product, decide, crashed):
        stamp = str(time.monotonic_ns() % 10**9)
        product.restarts = 0
        steps = plans.five_steps_and_looks(stamp, self.last_fails, ALARM) if self.looks else plans.five_steps(stamp, self.last_fails)
        plan = self.insist(product, "create_plan", title="crash", steps=steps)
        if decide:
            def kill():
                crashed["yes"] = True
                product.kill()
            self.proxy.decide = decide(kill)
        start = self.insist(product, "execute_plan", plan_id=plan["plan_id"], plan_hash=plan["plan_hash"])
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            execution = self.insist(product, "get_execution", id=start["execution_id"], wait_seconds=5, detail="steps")
            if execution["status"] == "awaiting_approval":
                self.confirm(product, execution["execution_id"])
            elif execution["status"] not in ("running", "rolling_back"):
                return execution
        return execution

    @staticmethod
    def confirm(product, execution_id):
        """The operator's yes. The server may die under it: then the next look at the execution starts it, and finds out whether it was kept."""
        subprocess.run(
            [str(built("ServerlessMcp.Local")), "confirm", execution_id, "--data", product.data], capture_output=True, timeout=60)

    @staticmethod
    def insist(product, tool, **arguments):
        """A call through a server that may die under it: it is started again and the call made again, as a client would."""
        for _ in range(8):
            try:
                if not product.alive:
                    product.restarts += 1
                    product.start()
                return product.call(tool, **arguments)
            except ToolError:
                raise
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"{tool} was not answered")

    def judge(self, name, before, execution):
        after = inventory.take(self.emulator.url)
        status = execution["status"]
        made = [operation for service, operation, code, answer in self.proxy.forwarded if operation in ONCE and code == 200]
        allowed = {"CreateVpc": 1, "CreateSubnet": 1 if self.last_fails else 2, "CreateSecurityGroup": 1}
        twice = [operation for operation in ONCE if made.count(operation) > allowed[operation]]
        whole = status == ("rolled_back" if self.last_fails else "succeeded")
        right = after == before if self.last_fails else len(after["subnets"]) - len(before["subnets"]) == 2
        self.lost += status in ("running", "rolling_back", "awaiting_approval")
        self.twice += len(twice)
        good = whole and right and not twice
        self.failed += not good
        if not good:
            print(f"FAIL {name}: {status}, failure {execution.get('failure')}, left {execution.get('left')}, inventory right: {right}, twice: {twice}", flush=True)

    def calls(self, every):
        """Kills at the proxy: before forwarding, then after forwarding, for each mutating call in turn."""
        for when in ("kill_before", "kill_after"):
            for n in range(1, 40, every):
                def decide(kill, n=n, when=when):
                    seen = {"n": 0}

                    def at(call):
                        if call.mutates:
                            seen["n"] += 1
                            if seen["n"] == n:
                                return (when, kill)
                        return None

                    return at
                if not self.run(f"{when} mutating call {n}", decide):
                    break

    def commits(self, first, every):
        n = first
        while self.run(f"commit {n}", crash_at_commit=n):
            n += every
        print(f"commits: {first} to {n} by {every}", flush=True)

    def close(self):
        self.proxy.close()
        self.emulator.close()


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--first", type=int, default=1)
    arguments.add_argument("--every", type=int, default=1)
    arguments.add_argument("--calls", type=int, default=1)
    arguments.add_argument("--only", choices=("calls", "commits"))
    arguments.add_argument("--succeeding", action="store_true")
    arguments.add_argument("--looks", action="store_true")
    options = arguments.parse_args()
    sweep = Sweep(last_fails=not options.succeeding, looks=options.looks)
    try:
        if options.only != "commits":
            sweep.calls(options.calls)
            print(f"at calls: {sweep.points} points", flush=True)
        if options.only != "calls":
            sweep.commits(options.first, options.every)
    finally:
        sweep.close()
    print(f"{sweep.points} points, {sweep.failed} failed; {sweep.lost} lost, {sweep.twice} effects twice")
    return 0 if sweep.failed == 0 and sweep.points > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
