"""Cold start, warm time, memory and size of the Lambda program, as native code and compiled at run time, side by side in one run.

Lambda's side of the Runtime API is played here, on one core; the program runs on another. Every call takes from its rate limit, which is one write to the
table: a table that says yes to everything is played here too. Every figure is the median of --times starts.
Build first:
    dotnet publish src/ServerlessMcp.Lambda -c Release -r linux-x64 -p:PublishAot=true -o NATIVE
    dotnet publish src/ServerlessMcp.Lambda -c Release -r linux-x64 --self-contained false -o JIT
    python3 -B tests/acceptance/cold.py NATIVE JIT
The clock of the machine it runs on says little of Lambda's; the ratios are what is compared, by wall clock and by CPU time, which a busy machine changes less.
--strict fails when one is over its goal.
"""
import argparse, http.client, http.server, io, json, os, socket, statistics, subprocess, sys, threading, time, zipfile

VARIABLES = {
    "SMCP_TABLE": "smcp", "SMCP_BLOBS": "smcp-blobs", "AWS_REGION": "eu-west-1",
    "SMCP_MACHINE": "arn:aws:states:eu-west-1:123456789012:stateMachine:smcp", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
}
GOALS = {"cold, native / run time": 0.10, "cold by CPU, native / run time": 0.10, "zip, MB": 16.0}


def message(method):
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientInfo": {"name": "cold", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}}}})


def headers(method):
    return {"content-type": "application/json", "accept": "application/json, text/event-stream", "host": "localhost",
            "mcp-protocol-version": "2026-07-28", "mcp-method": method}


def event(method):
    return json.dumps({
        "version": "2.0", "routeKey": "$default", "rawPath": "/mcp", "rawQueryString": "", "headers": headers(method),
        "requestContext": {"domainName": "localhost", "requestId": "r", "stage": "$default",
                           "http": {"method": "POST", "path": "/mcp", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"}},
        "body": message(method), "isBase64Encoded": False}).encode()


class Connection:
    """One keep-alive connection of the program, read by hand: no library stands between the clock and the bytes."""

    def __init__(self, accepted):
        self.socket, self.rest = accepted, b""
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        accepted.settimeout(60)

    def request(self):
        while b"\r\n\r\n" not in self.rest:
            self.receive()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
        while len(self.rest) < length:
            self.receive()
        body, self.rest = self.rest[:length], self.rest[length:]
        return head.split(b"\r\n")[0].decode(), body

    def receive(self):
        more = self.socket.recv(65536)
        if not more:
            raise EOFError("the program closed the connection")
        self.rest += more

    def next_event(self, payload, number):
        deadline = int(time.time() * 1000) + 30000
        self.socket.sendall(
            f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: r-{number}\r\nLambda-Runtime-Deadline-Ms: {deadline}\r\n"
            f"Content-Length: {len(payload)}\r\n\r\n".encode() + payload)

    def accepted(self):
        self.socket.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")


class Table(http.server.BaseHTTPRequestHandler):
    """DynamoDB whose every condition holds: the item of a rate limit, used a moment ago."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        item = json.dumps({"Attributes": {"tat": {"N": str(int(time.time() * 1000))}}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(item)))
        self.end_headers()
        self.wfile.write(item)

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass  # The program was ended while it asked.

    def log_message(self, *_):
        pass


def start(command, core, table, variables):
    environment = {**{k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "SMCP_"))}, **VARIABLES, **variables}
    return subprocess.Popen(["taskset", "-c", str(core), *command, "--emulator", table], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def resident(process):
    with open(f"/proc/{process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) / 1024


def computing(process):
    """Milliseconds of a core: what waits for its turn on a busy machine does not count."""
    return time.clock_gettime((~process.pid << 3) | 2) * 1000


def end(process):
    process.kill()
    process.wait()
    process.stdout.close()


def by_events(command, core, table, calls):
    """exec -> first question -> first answer, then calls answered warm; times in ms, memory in MB."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        began = time.perf_counter()
        process = start(command, core, table, {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.getsockname()[1]}"})
        try:
            program = Connection(server.accept()[0])
            program.request()
            asked = time.perf_counter()
            took, used = [], [computing(process)]
            for number in range(calls + 1):
                sent = time.perf_counter()
                program.next_event(event("server/discover"), number)
                line, body = program.request()
                took.append((time.perf_counter() - sent) * 1000)
                assert line.endswith("/response HTTP/1.1") and json.loads(body)["statusCode"] == 200, (line, body[:300])
                program.accepted()
                program.request()
                if number == 0:
                    used.append(computing(process))
                    early = resident(process)
            return {"cold": (asked - began) * 1000 + took[0], "CPU to the first question": used[0], "CPU to the first answer": used[1],
                    "warm p50": statistics.median(took[1:]), "CPU of a warm call": (computing(process) - used[1]) / calls,
                    "resident at first": early, "resident after all": resident(process)}
        finally:
            end(process)


def by_requests(command, core, table, calls):
    """The same program as a web server on loopback, asked directly: what stands behind a web adapter, without the adapter."""
    process = start(command, core, table, {"PORT": "0"})
    try:
        port = int(process.stdout.readline().decode().split(":")[-1].split("/")[0])
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        took = []
        for _ in range(calls + 1):
            sent = time.perf_counter()
            client.request("POST", "/mcp", message("server/discover"), headers("server/discover"))
            answer = client.getresponse()
            body = answer.read()
            took.append((time.perf_counter() - sent) * 1000)
            assert answer.status == 200, body[:300]
            if len(took) == 1:
                early = computing(process)
        return {"warm p50": statistics.median(took[1:]), "CPU of a warm call": (computing(process) - early) / calls}
    finally:
        end(process)


def zipped(folder):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(os.path.join(folder, "bootstrap"), "bootstrap")
    return len(held.getvalue()) / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("native", help="folder of the native program")
    parser.add_argument("jit", help="folder of the program that is compiled at run time")
    parser.add_argument("--times", type=int, default=9)
    parser.add_argument("--calls", type=int, default=1000, help="warm calls of each start")
    parser.add_argument("--strict", action="store_true")
    asked = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[0]})
    tables = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Table)
    threading.Thread(target=tables.serve_forever, daemon=True).start()
    native, jit = [os.path.join(asked.native, "bootstrap")], ["dotnet", os.path.join(asked.jit, "bootstrap.dll")]
    measured = {}
    for _ in range(asked.times):  # In turn: what else the machine does meets all of them.
        for name, way, command in (("native", by_events, native), ("run time", by_events, jit), ("native, Kestrel", by_requests, native), ("run time, Kestrel", by_requests, jit)):
            for what, value in way(command, cores[-1], f"http://127.0.0.1:{tables.server_port}", asked.calls).items():
                measured.setdefault(name, {}).setdefault(what, []).append(value)

    median = {name: {what: statistics.median(values) for what, values in figures.items()} for name, figures in measured.items()}
    for name, figures in median.items():
        print(f"{name:18} " + "  ".join(f"{what} {value:.2f}" for what, value in figures.items()), flush=True)
    ratios = {
        "cold, native / run time": median["native"]["cold"] / median["run time"]["cold"],
        "cold by CPU, native / run time": median["native"]["CPU to the first answer"] / median["run time"]["CPU to the first answer"],
        "warm p50, event / request to Kestrel": median["native"]["warm p50"] / median["native, Kestrel"]["warm p50"],
        "warm by CPU, event / request to Kestrel": median["native"]["CPU of a warm call"] / median["native, Kestrel"]["CPU of a warm call"],
        "resident, native / run time": median["native"]["resident after all"] / median["run time"]["resident after all"],
        "zip, MB": zipped(asked.native),
    }
    missed = 0
    for name, value in ratios.items():
        goal = GOALS.get(name)
        missed += goal is not None and value > goal
        print(f"{name:40} {value:8.3f}" + ("" if goal is None else f"   goal {goal}: {'kept' if value <= goal else 'MISSED'}"))
    return 1 if asked.strict and missed else 0


if __name__ == "__main__":
    sys.exit(main())
