"""A small MCP client over HTTP, standard library only, that shares no code with the product. It speaks two versions of the
protocol: 2025-11-25 (a handshake first) and 2026-07-28 (each request says all it needs). Loopback only.

    python3 mcp.py --url http://127.0.0.1:8000/mcp --key KEY [--protocol 2025-11-25] whoami
    python3 mcp.py --url ... --key KEY create_plan '{"title": "...", "steps": [...]}'
"""

import argparse
import http.client
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

MODERN, CLASSIC = "2026-07-28", "2025-11-25"
META = "io.modelcontextprotocol/"
WHO = {"name": "acceptance", "version": "1"}


class ToolError(Exception):
    """The tool answered with an error; `content` is what it said."""

    def __init__(self, content):
        super().__init__(json.dumps(content))
        self.content = content


class ProtocolError(Exception):
    """The server answered with a JSON-RPC error or an HTTP status that is one."""


class McpClient:
    def __init__(self, url, key=None, protocol=MODERN, timeout=60):
        if urllib.parse.urlparse(url).hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError("this client talks to loopback only")
        self.url, self.key, self.protocol, self.timeout = url, key, protocol, timeout
        self.last_id = 0

    def connect(self):
        """What the server says of itself."""
        if self.protocol == MODERN:
            return self.request("server/discover", {})
        found = self.request("initialize", {"protocolVersion": self.protocol, "capabilities": {}, "clientInfo": WHO})
        if found["protocolVersion"] != self.protocol:
            raise ProtocolError(f"asked for {self.protocol}, got {found['protocolVersion']}")
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"}, {})
        return found

    def tools(self):
        """All tools by name, page after page."""
        found, cursor = {}, None
        for _ in range(100):
            page = self.request("tools/list", {"cursor": cursor} if cursor else {})
            found |= {tool["name"]: tool for tool in page["tools"]}
            cursor = page.get("nextCursor")
            if not cursor:
                return found
        raise ProtocolError("tools/list does not end")

    def call(self, tool, **arguments):
        """Structured content of the tool's answer; ToolError if it is an error, OSError if nobody answers."""
        result = self.request("tools/call", {"name": tool, "arguments": arguments}, tool)
        if result.get("isError"):
            raise ToolError(result.get("structuredContent") or result["content"])
        return result["structuredContent"]

    def request(self, method, parameters, name=None):
        self.last_id += 1
        headers = {}
        if self.protocol == MODERN:
            headers = {"Mcp-Method": method} | ({"Mcp-Name": name} if name else {})
            parameters = parameters | {"_meta": {
                META + "protocolVersion": self.protocol, META + "clientCapabilities": {}, META + "clientInfo": WHO}}
        answer = self.send({"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": parameters}, headers)
        if "error" in answer:
            raise ProtocolError(json.dumps(answer["error"]))
        if answer.get("id") != self.last_id:
            raise ProtocolError(f"the answer to request {self.last_id} has the id {answer.get('id')}")
        return answer["result"]

    def send(self, body, headers):
        headers = headers | {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        if body["method"] != "initialize":
            headers["MCP-Protocol-Version"] = self.protocol
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url, json.dumps(body).encode(), headers), timeout=self.timeout) as answer:
                return last_message(answer.read().decode())
        except urllib.error.HTTPError as refused:
            raise ProtocolError(f"HTTP {refused.code} {refused.read().decode()[:1000]}")
        except http.client.HTTPException as broken:
            raise OSError(str(broken))


def last_message(text):
    """The body is one JSON message, or a stream of events whose last message is the answer; {} if there is none."""
    if text.startswith("{"):
        return json.loads(text)
    found = [line[5:] for line in text.splitlines() if line.startswith("data:")]
    return json.loads(found[-1]) if found else {}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--url", required=True)
    arguments.add_argument("--key")
    arguments.add_argument("--protocol", default=MODERN, choices=(MODERN, CLASSIC))
    arguments.add_argument("tool", help="a tool's name, or 'tools' for the list")
    arguments.add_argument("arguments", nargs="?", default="{}", help="a JSON object")
    options = arguments.parse_args()
    client = McpClient(options.url, options.key, options.protocol)
    try:
        client.connect()
        found = sorted(client.tools()) if options.tool == "tools" else client.call(options.tool, **json.loads(options.arguments))
    except (ToolError, ProtocolError, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
