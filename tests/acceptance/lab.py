"""What the acceptance scripts stand on. Nothing here is the product's code: an emulator, a proxy that fails on demand,
and the server as a process, spoken to by the client of mcp.py. Everything listens on 127.0.0.1, on ports asked of the system."""

import http.client
import http.server
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

from mcp import McpClient, ToolError

ROOT = pathlib.Path(__file__).resolve().parents[2]
READ = re.compile(r"^(Describe|Get|List|Head)")
REGION = "eu-west-1"

try:
    import boto3
    from botocore.config import Config
except ImportError:
    sys.exit("boto3 is missing: python3 -m pip install boto3 'moto[server]==5.2.1'")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Emulator:
    """One moto_server, stopped with close()."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: urllib.request.urlopen(self.url + "/moto-api/data.json", timeout=5), 60, "the emulator")

    def reset(self):
        request = urllib.request.Request(self.url + "/moto-api/reset", method="POST")
        urllib.request.urlopen(request, timeout=30).read()

    def close(self):
        self.process.terminate()
        self.process.wait(20)


def wait_for(action, seconds, what):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return action()
        except OSError:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what} did not answer in {seconds} s")
            time.sleep(0.1)


class Call:
    """One request at the proxy: the operation is read from the wire, not from the product."""

    def __init__(self, handler, body):
        scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", handler.headers.get("Authorization", ""))
        self.service = scope.group(2) if scope else ""
        self.method, self.path, self.body = handler.command, handler.path, body
        target = handler.headers.get("X-Amz-Target")
        form = urllib.parse.parse_qs(body.decode("utf-8", "replace")) if not target else {}
        if target:
            self.operation = target.split(".")[-1]
        elif "Action" in form:
            self.operation = form["Action"][0]
        else:
            self.operation = self.rest_operation()
        self.mutates = not READ.match(self.operation)

    def rest_operation(self):
        path, _, query = self.path.partition("?")
        has_key = "/" in path.strip("/")
        sub = query.split("&")[0].split("=")[0] if query and not query.startswith("x-id") else ""
        kind = {"PUT": "Put" if sub or has_key else "Create", "GET": "Get", "HEAD": "Head", "DELETE": "Delete", "POST": "Post"}[self.method]
        return kind + (sub.capitalize() or ("Object" if has_key else "Bucket"))


class FaultProxy:
    """Stands between the product and the emulator; `decide(call)` answers None (forward) or one of
    ("refuse", code, message), ("drop_before",), ("drop_after",), ("kill_before", action), ("kill_after", action), ("delay", seconds)."""

    def __init__(self, target, account=None):
        """account: 12 digits; everything that comes this way is in that account of the emulator."""
        self.target, self.account = urllib.parse.urlparse(target), account
        self.decide = lambda call: None
        self.forwarded = []
        self.lock = threading.Lock()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                proxy.serve(self)

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_any

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def serve(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        call = Call(handler, body)
        with self.lock:
            verdict = self.decide(call)
        kind = verdict[0] if verdict else "forward"
        if kind == "refuse":
            return self.refuse(handler, call, verdict[1], verdict[2])
        if kind == "delay":
            time.sleep(verdict[1])
        if kind in ("drop_before", "kill_before"):
            if kind == "kill_before":
                verdict[1]()
            return self.cut(handler)
        status, headers, answer = self.forward(handler, body)
        with self.lock:
            self.forwarded.append((call.service, call.operation, status, answer))
        if kind in ("drop_after", "kill_after"):
            if kind == "kill_after":
                verdict[1]()
            return self.cut(handler)
        self.answer(handler, status, headers, answer)

    def forward(self, handler, body):
        connection = http.client.HTTPConnection(self.target.hostname, self.target.port, timeout=60)
        headers = {k: v for k, v in handler.headers.items() if k.lower() not in ("connection", "expect")}
        if self.account:
            headers["x-moto-account-id"] = self.account
        connection.request(handler.command, handler.path, body, headers)
        response = connection.getresponse()
        answer = response.read()
        kept = [(k, v) for k, v in response.getheaders() if k.lower() not in ("connection", "transfer-encoding", "content-length", "server", "date")]
        connection.close()
        return response.status, kept, answer

    def answer(self, handler, status, headers, body):
        try:
            handler.send_response(status)
            for name, value in headers:
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            if handler.command != "HEAD":
                handler.wfile.write(body)
        except OSError:
            pass  # the product was killed while it waited for this answer: that is the point of the test

    def refuse(self, handler, call, code, message):
        if call.service == "dynamodb" or handler.headers.get("X-Amz-Target"):
            headers, body = [("Content-Type", "application/x-amz-json-1.0")], json.dumps({"__type": code, "message": message})
        elif call.service == "ec2":
            headers = [("Content-Type", "text/xml")]
            body = f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>refused</RequestID></Response>"
        elif call.service == "s3":
            headers = [("Content-Type", "application/xml")]
            body = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>refused</RequestId></Error>"
        else:
            headers = [("Content-Type", "text/xml")]
            body = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>refused</RequestId></ErrorResponse>"
        self.answer(handler, 400, headers, body.encode())

    def cut(self, handler):
        handler.close_connection = True
        try:
            handler.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other side has gone already
        handler.connection.close()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Product:
    """The built server as a process of its own, on a data folder that outlives it."""

    def __init__(self, endpoint, data=None, crash_at_commit=None):
        """crash_at_commit: None is the server as people run it; a number is the crash host, 0 for one that does not die by itself."""
        self.endpoint = endpoint
        self.as_crash_host = crash_at_commit is not None
        self.folder = tempfile.TemporaryDirectory(prefix="smcp-acceptance-") if data is None else None
        self.data = data or self.folder.name
        self.start(crash_at_commit or 0)

    def start(self, crash_at_commit=0):
        serve = ["serve", "--port", "0", "--data", self.data, "--aws-endpoint", self.endpoint]
        if not self.as_crash_host:
            command = [str(built("ServerlessMcp.Local")), *serve]
        else:
            command = [str(built("ServerlessMcp.Conformance")), "crash-host", str(crash_at_commit), *serve]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")} | {"AWS_REGION": REGION}
        self.log = open(os.path.join(self.data, "server.log"), "ab")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, env=environment)
        for line in self.process.stdout:
            found = re.search(rb"Listening on (http://\S+)", line)
            if found:
                self.url = found.group(1).decode()
                self.key = self.agent_key()
                self.client = McpClient(self.url, self.key)
                threading.Thread(target=self.drain, args=(self.process.stdout,), daemon=True).start()
                return
        self.process.wait(30)
        if self.process.returncode != -signal.SIGKILL:
            raise RuntimeError(f"the server ended with {self.process.returncode}; see {self.log.name}:\n{pathlib.Path(self.log.name).read_text()[-3000:]}")

    @staticmethod
    def drain(pipe):
        for _ in pipe:
            pass

    @property
    def alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait(20)

    def stop(self):
        if self.alive:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        self.log.close()
        if self.folder:
            self.folder.cleanup()

    def speak(self, protocol):
        """From now on in this version of the protocol."""
        self.client = McpClient(self.url, self.key, protocol)
        self.client.connect()

    def call(self, tool, **arguments):
        """Structured content of a tool's answer; ToolError if it is an error, OSError if nobody answers."""
        return self.client.call(tool, **arguments)

    def agent_key(self):
        """The key that the first start made for the agent, from the file that a user would take it from."""
        path = pathlib.Path(self.data, "keys.json")
        if not path.exists():
            raise RuntimeError("the server listens and there is no keys.json: no client can get in")
        return json.loads(path.read_text())["agent"]

    def follow(self, execution_id, seconds=120):
        """The execution once it has ended; a TimeoutError says where it stood."""
        deadline = time.monotonic() + seconds
        while True:
            execution = self.call("get_execution", id=execution_id, wait_seconds=10, detail="steps")
            if execution["status"] not in ("running", "rolling_back", "awaiting_approval"):
                return execution
            if time.monotonic() > deadline:
                raise TimeoutError(json.dumps(execution)[:2000])


def built(project):
    found = sorted((ROOT / "artifacts" / "bin" / project).glob(f"*/{project}"), key=lambda p: p.stat().st_mtime)
    if not found:
        sys.exit(f"{project} is not built: dotnet build")
    return found[-1]
