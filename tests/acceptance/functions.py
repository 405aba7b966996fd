"""Runs the code of a function that a plan has made: the package is taken from the wire as it was sent to AWS, its hash is compared with what AWS
says it has, and the handler is called with the event that AWS would pass. The emulator itself runs no code without containers."""

import base64
import hashlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile

RUNNERS = {
    "nodejs": ["node", "--input-type=module", "-e",
               "import { handler } from './index.mjs'; let text = ''; for await (const part of process.stdin) text += part;"
               "const log = console.log; console.log = console.error; log(JSON.stringify(await handler(JSON.parse(text), {})));"],
    "python": [sys.executable, "-c",
               "import contextlib, json, sys; sys.path.insert(0, '.'); import index\n"
               "with contextlib.redirect_stdout(sys.stderr): answer = index.handler(json.load(sys.stdin), None)\n"
               "print(json.dumps(answer))"],
}


def package(lab, name):
    """The zip that was sent for the function."""
    for call in lab.sent:
        if call.path.startswith("/2015-03-31/functions") and call.method == "POST" and b'"ZipFile"' in call.body:
            sent = json.loads(call.body)
            if sent["FunctionName"] == name:
                return base64.b64decode(sent["Code"]["ZipFile"])
    raise LookupError(f"no package was sent for {name}")


def invoke(lab, name, event):
    """What the handler answers."""
    configuration = lab.client("lambda").get_function_configuration(FunctionName=name)
    code = package(lab, name)
    digest = hashlib.sha256(code).digest()
    if configuration["CodeSha256"] not in (base64.b64encode(digest).decode(), digest.hex()):
        raise LookupError(f"AWS has {configuration['CodeSha256']} and {digest.hex()} was sent")
    runner = next(command for kind, command in RUNNERS.items() if configuration["Runtime"].startswith(kind))
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(code)).extractall(folder)
        expected = pathlib.Path(folder, "index.mjs" if runner[0] == "node" else "index.py")
        if configuration["Handler"] != "index.handler" or not expected.exists():
            raise LookupError(f"{configuration['Handler']} is not in the package")
        done = subprocess.run(runner, input=json.dumps(event), cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


def http_event(method, path):
    """Payload format 2.0."""
    return {"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "", "headers": {"host": "example.com"},
            "requestContext": {"http": {"method": method, "path": path}}, "isBase64Encoded": False}


def queue_event(arn, *bodies):
    return {"Records": [
        {"messageId": f"m-{n}", "receiptHandle": f"r-{n}", "body": body, "attributes": {}, "messageAttributes": {},
         "eventSource": "aws:sqs", "eventSourceARN": arn, "awsRegion": arn.split(":")[3]} for n, body in enumerate(bodies)]}
