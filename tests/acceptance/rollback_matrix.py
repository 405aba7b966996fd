"""A ten-step plan; for each k, step k fails in two ways: AWS refuses it, or it is done and the answer is lost.
The end must be right each time, as boto3 sees it: everything once, or nothing. The first way is driven in protocol 2026-07-28, the
second in 2025-11-25. Prints a line a case and "N of 20"."""

import sys
import time

import inventory
import plans
from lab import Emulator, FaultProxy, Product
from mcp import CLASSIC, MODERN

WAYS = {"refused": MODERN, "answer lost": CLASSIC}


def fail_once(operation, way, occurrence):
    seen = {"count": 0, "fired": False}

    def decide(call):
        if call.operation != operation or seen["fired"]:
            return None
        seen["count"] += 1
        if seen["count"] < occurrence:
            return None
        seen["fired"] = True
        return ("refuse", "UnauthorizedOperation", "refused on purpose") if way == "refused" else ("drop_after",)

    return decide, seen


def run_case(emulator, proxy, product, k, way, stamp):
    steps = plans.ten_steps(stamp)
    before = inventory.take(emulator.url)
    product.speak(WAYS[way])
    plan = product.call("create_plan", title=f"step {k} {way}", steps=steps)
    proxy.decide, seen = fail_once(steps[k - 1]["operation"], way, 1)
    started = product.call("execute_plan", plan_id=plan["plan_id"], plan_hash=plan["plan_hash"])
    execution = product.follow(started["execution_id"], 240)
    proxy.decide = lambda call: None
    after = inventory.take(emulator.url)
    status, added = execution["status"], {kind: len(after[kind]) - len(before[kind]) for kind in after}
    if not seen["fired"]:
        return False, "the fault never fired"
    if status == "rolled_back":
        return after == before, "nothing left" if after == before else f"left: {added}"
    expected = {"vpcs": 1, "subnets": 1, "security_groups": 2, "instances": 0, "buckets": 1, "queues": 1, "topics": 1, "parameters": 1, "tables": 1}
    if status == "succeeded":
        return way != "refused" and added == expected, f"all there, once: {added == expected}"
    return False, f"{status}: {execution.get('failure')} {execution.get('left')}"


def main():
    emulator = Emulator()
    proxy = FaultProxy(emulator.url)
    product = Product(proxy.url)
    right = 0
    try:
        for k in range(1, 11):
            for way in WAYS:
                began = time.monotonic()
                good, why = run_case(emulator, proxy, product, k, way, f"{k}-{list(WAYS).index(way)}-{int(time.time()) % 100000}")
                right += good
                print(f"{'ok  ' if good else 'FAIL'} step {k:2} {way:12} {time.monotonic() - began:5.1f} s  {why}", flush=True)
                emulator.reset()
    finally:
        product.stop()
        proxy.close()
        emulator.close()
    print(f"{right} of 20")
    return 0 if right == 20 else 1


if __name__ == "__main__":
    sys.exit(main())
