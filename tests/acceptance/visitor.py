"""A person at a page, without a browser: keeps the cookie, fills in forms, and reads the page as text. Standard library only; loopback only."""

import html.parser
import http.client
import urllib.parse

BLOCKS = {"h1", "h2", "h3", "p", "li", "dd", "summary", "label", "button", "div", "section"}
SILENT = {"head", "script", "pre", "header"}


class Visitor:
    def __init__(self, origin):
        self.origin, self.cookie, self.path, self.page = urllib.parse.urlparse(origin), None, None, None

    def get(self, path):
        """The status and the page's text; the page is then the one that press() is on."""
        return self.ask("GET", path)

    def press(self, button, **fields):
        """Sends the form that has this button, with what stands in it and these fields, and follows where it leads: [(status, where to), (status, text)]."""
        form = next(one for one in self.page.forms if button in one["buttons"])
        body = urllib.parse.urlencode(form["fields"] | form["buttons"][button] | fields)
        status, text, where = self.ask("POST", form["action"], body, keep=True)
        return (status, where, *self.get(where)) if where else (status, None, status, text)

    def ask(self, method, path, body=None, keep=False):
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": "null", "Sec-Fetch-Site": "same-origin"}
        connection = http.client.HTTPConnection(self.origin.hostname, self.origin.port, timeout=30)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        markup = answer.read().decode()
        if answer.getheader("Set-Cookie"):
            self.cookie = answer.getheader("Set-Cookie").split(";")[0]
        where = answer.getheader("Location")
        connection.close()
        if not where:
            self.page = Page(markup)
        text = None if where else self.page.text()
        return (answer.status, text, where) if keep else (answer.status, text)


class Page(html.parser.HTMLParser):
    """Its lines, and its forms: {action, fields, buttons{text: {name: value}}}."""

    def __init__(self, markup):
        super().__init__()
        self.lines, self.forms, self.silent, self.skips, self.button = [""], [], 0, False, None
        self.feed(markup)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.skips = attributes.get("class") == "skip"
        self.silent += tag in SILENT
        if tag == "form":
            self.forms.append({"action": attributes["action"], "fields": {}, "buttons": {}})
        elif tag == "input" and attributes.get("type") == "hidden":
            self.forms[-1]["fields"][attributes["name"]] = attributes["value"]
        elif tag == "button":
            self.button = {attributes["name"]: attributes["value"]} if "name" in attributes else {}
        if not self.silent and (tag in BLOCKS or tag == "dt"):
            self.lines.append({"h1": "# ", "h2": "## ", "h3": "### ", "li": "- ", "dd": "  "}.get(tag, "") if tag != "dd" or not self.lines[-1].startswith("\t") else self.lines.pop()[1:] + ": ")
            self.lines[-1] = "\t" + self.lines[-1] if tag == "dt" else self.lines[-1]
        if tag == "q" and not self.silent:
            self.lines[-1] += "\u201c"

    def handle_endtag(self, tag):
        self.silent -= tag in SILENT
        if tag == "q" and not self.silent:
            self.lines[-1] += "\u201d"
        if tag == "button":
            self.button = None
        if tag in BLOCKS and not self.silent:
            self.lines.append("")

    def handle_data(self, data):
        text = "" if self.skips else " ".join(data.split())
        if self.button is not None and self.forms:
            self.forms[-1]["buttons"][text] = self.button
            text = f"[{text}]"
        if text and not self.silent:
            gap = " " if self.lines[-1] and not self.lines[-1].endswith((" ", "\t", "\u201c")) else ""
            self.lines[-1] += gap + text

    def text(self):
        return "\n".join(line.strip("\t") for line in self.lines if line.strip() not in ("", "#", "##", "###", "-"))
