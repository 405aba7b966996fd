"""A page of what was said in a run, in a form that the next run has too; written, or compared with the page that is there."""

import difflib
import re
import sys
import textwrap

from lab import ROOT

WIDEST = 150


class Transcript:
    def __init__(self, path, head, steady):
        """path: below the project's folder."""
        self.path, self.page, self.steady = path, [head], steady

    def tell(self, text):
        self.page.append(textwrap.dedent(text).strip("\n") + "\n")

    def show(self, command, answer, most):
        lines = [part for line in self.steady.text(answer).rstrip("\n").split("\n") for part in wrapped(line)]
        if len(lines) > most:
            lines = lines[:most] + [f"[...] {len(lines) - most} more lines"]
        self.page.append("```text\n" + "\n".join([*wrapped("> " + self.steady.text(command)), *lines]) + "\n```\n")

    def close(self, program):
        """Writes the page when the program was called with --write; gives whether the page is another than what was said."""
        made = re.sub(r"\n{3,}", "\n\n", "\n".join(self.page)).rstrip("\n") + "\n"
        page = ROOT / self.path
        if "--write" in sys.argv[1:]:
            page.write_text(made)
        there = page.read_text() if page.exists() else ""
        print("".join(difflib.unified_diff(there.splitlines(True), made.splitlines(True), self.path, "this run"))[:6000], end="")
        print("1 passed, 0 failed" if there == made
              else f"{self.path} is not what this run says: python3 -B tests/acceptance/{program} --write\n0 passed, 1 failed")
        return there != made


def wrapped(line):
    parts = textwrap.wrap(line, WIDEST, subsequent_indent="    ", break_on_hyphens=False, drop_whitespace=False) if len(line) > WIDEST else [line]
    return [part.rstrip() for part in parts]
