"""AWS goes away in the middle, forward and backward: the execution waits, says so, and goes on when AWS is back; a cancel
works meanwhile, too. Prints a line a case and "N of 3"."""

import sys
import time

import inventory
import plans
from lab import Emulator, FaultProxy, Product


def away_after(operation):
    """From this operation's first call on, nothing is forwarded until `back` is set."""
    state = {"away": False, "back": False}

    def decide(call):
        state["away"] |= call.operation == operation
        return ("drop_before",) if state["away"] and not state["back"] else None

    return decide, state


def await_busy(product, execution_id):
    """Until get_execution says that the execution waits for AWS."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        execution = product.call("get_execution", id=execution_id, detail="steps")
        if any(step.get("waits") for step in execution["steps"]):
            return execution["status"]
        time.sleep(0.5)
    raise TimeoutError(f"get_execution never said that it waits: {execution}")


def run_case(emulator, proxy, product, name, operation, last_fails, cancel, expected):
    before = inventory.take(emulator.url)
    plan = product.call("create_plan", title=name, steps=plans.five_steps(str(time.monotonic_ns() % 10**9), last_fails))
    proxy.decide, state = away_after(operation)
    started = product.call("execute_plan", plan_id=plan["plan_id"], plan_hash=plan["plan_hash"])
    while_away = await_busy(product, started["execution_id"])
    if cancel:
        product.call("cancel_execution", execution_id=started["execution_id"])
    state["back"] = True
    execution = product.follow(started["execution_id"], 240)
    after = inventory.take(emulator.url)
    whole = after == before if expected != "succeeded" else len(after["subnets"]) == len(before["subnets"]) + 2
    good = execution["status"] == expected and whole
    print(f"{'ok  ' if good else 'FAIL'} {name}: {while_away} while AWS was away, then {execution['status']}; inventory right: {whole}", flush=True)
    return good


def main():
    emulator = Emulator()
    proxy = FaultProxy(emulator.url)
    product = Product(proxy.url)
    cases = [
        ("away forward", "CreateSecurityGroup", False, False, "succeeded"),
        ("away backward", "DeleteSecurityGroup", True, False, "rolled_back"),
        ("cancelled while away", "CreateSecurityGroup", False, True, "cancelled"),
    ]
    try:
        right = sum(run_case(emulator, proxy, product, *case) for case in cases)
    finally:
        product.stop()
        proxy.close()
        emulator.close()
    print(f"{right} of {len(cases)}")
    return 0 if right == len(cases) else 1


if __name__ == "__main__":
    sys.exit(main())
