"""Figures of the built server, each beside something measured in the same run, for machines differ and are noisy:
start to first answer (beside the same program printing its settings), memory after 10,000 calls (beside 100), `tools/list` in tokens,
transitions a second with full durability (beside bare SQLite commits on the same disk), 100 executions at once (beside one at a time).
Fails when a figure is beyond its bound; prints a line a figure and "N of 5".

    python3 figures.py [--calls 10000]
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

import boto3
from lab import REGION, Emulator, Product, built
from mcp import McpClient

STARTS, AT_ONCE, LIST_TOKENS = 5, 100, 8_000


def seconds(action):
    began = time.monotonic()
    action()
    return time.monotonic() - began


def start(endpoint):
    """Process start to the first answer of server/discover, beside the start of the same program that only prints its settings."""
    def serve():
        products.append(Product(endpoint))
        products[-1].client.connect()

    def settings():
        with tempfile.TemporaryDirectory() as data:
            subprocess.run([str(built("ServerlessMcp.Local")), "config", "show", "--data", data], stdout=subprocess.DEVNULL, check=True)

    products, pairs = [], []
    for _ in range(STARTS):
        pairs.append((seconds(serve), seconds(settings)))
        products.pop().stop()
    served, bare = (statistics.median(side) for side in zip(*pairs))
    return served / bare < 12, f"start to first answer: {served:.2f} s, {served / bare:.1f} times `config show` ({bare:.2f} s); median of {STARTS}"


def resident(product):
    """Bytes."""
    status = pathlib.Path(f"/proc/{product.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) * 1024


def memory(product, calls):
    def some(count):
        client = McpClient(product.url, product.key)
        for n in range(count):
            if n % 4 == 0:
                client.tools()
            else:
                client.call(("whoami", "list_executions", "whoami")[n % 4 - 1])

    def spread(count):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(some, count // 4) for _ in range(4)]:
                done.result()

    spread(100)
    early = resident(product)
    took = seconds(lambda: spread(calls))
    late = resident(product)
    return late / early < 2, f"memory after {calls:,} calls: {late / 2**20:.0f} MB, {late / early:.2f} times that after 100; {calls / took:.0f} calls/s"


def list_size(product):
    listed = product.client.send({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "figures", "version": "1"}}}}, {"Mcp-Method": "tools/list"})["result"]
    size = len(json.dumps(listed["tools"], separators=(",", ":"), ensure_ascii=False).encode())
    tokens = size / 4
    return tokens < LIST_TOKENS, f"tools/list: {len(listed['tools'])} tools, {size:,} bytes, about {tokens:,.0f} tokens (4 bytes each), {tokens / LIST_TOKENS:.2f} of the {LIST_TOKENS:,} allowed"


def bare_commits():
    """Commits a second of SQLite alone, WAL and synchronous=FULL as the server has it."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(os.path.join(folder, "bare.db"), isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, body TEXT)")
        count = 500
        took = seconds(lambda: [database.execute("INSERT INTO t (body) VALUES (?)", ("x" * 500,)) for _ in range(count)])
        database.close()
        return count / took


def transitions(product):
    with sqlite3.connect(f"file:{next(pathlib.Path(product.data).glob('*.db'))}?mode=ro", uri=True) as database:
        return database.execute("SELECT COALESCE(SUM(step), 0) FROM run").fetchone()[0]


def run(product, name):
    client = McpClient(product.url, product.key)
    change = client.call("aws_change", service="sns", operation="CreateTopic", parameters={"Name": name})
    while True:
        found = client.call("get_execution", id=change["execution_id"], wait_seconds=20)
        if found["status"] != "running":
            return found["status"]


def at_once(product, emulator):
    """Two figures of one load: executions and transitions."""
    run(product, "warm")
    alone = statistics.median(seconds(lambda: run(product, f"alone-{n}")) for n in range(5))
    before = transitions(product)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        began = time.monotonic()
        ends = list(pool.map(lambda n: run(product, f"many-{n}"), range(AT_ONCE)))
        took = time.monotonic() - began
    rate, bare = (transitions(product) - before) / took, bare_commits()
    sns = boto3.client("sns", endpoint_url=emulator.url, region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x")
    topics = [t for page in sns.get_paginator("list_topics").paginate() for t in page["Topics"] if ":many-" in t["TopicArn"]]
    right = ends.count("succeeded") == AT_ONCE == len(topics)
    return [
        (rate / bare > 0.02, f"transitions: {rate:.0f}/s, each a commit with synchronous=FULL; {rate / bare:.2f} of bare SQLite commits ({bare:.0f}/s)"),
        (right and took < alone * AT_ONCE, f"{AT_ONCE} executions at once: {ends.count('succeeded')} succeeded, {len(topics)} topics, {took:.1f} s; {alone * AT_ONCE / took:.1f} times as fast as one after the other ({alone:.2f} s each)"),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=10_000)
    options = parser.parse_args()
    emulator = Emulator()
    figures = []
    try:
        figures.append(start(emulator.url))
        product = Product(emulator.url)
        try:
            figures += at_once(product, emulator)
            figures += [list_size(product), memory(product, options.calls)]
        finally:
            product.stop()
    finally:
        emulator.close()
    for good, line in figures:
        print(f"{'ok  ' if good else 'FAIL'} {line}")
    print(f"{sum(good for good, _ in figures)} of {len(figures)}")
    return 0 if all(good for good, _ in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
