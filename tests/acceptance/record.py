#!/usr/bin/env python3
"""Records `./smcp demo` as docs/demo.svg, or says whether the picture still is what the demo prints.

    python3 -B tests/acceptance/record.py            runs the demo and compares; the last line is "N passed, M failed"
    python3 -B tests/acceptance/record.py --write    runs it and writes the picture anew

The picture moves by CSS alone: no script, nothing loaded. Where nothing moves, its last screen stands. Ids, times and how often the demo looked while something
ran differ from run to run, and are not compared.
"""

import difflib
import os
import re
import subprocess
import sys
import time
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from lab import REGION, ROOT, built
from steady import Steady

PICTURE = ROOT / "docs" / "demo.svg"
NAMESPACE = "{http://www.w3.org/2000/svg}"
COLUMNS, ROWS, CELL, LINE, EDGE, BAR = 110, 34, 7.3, 16, 12, 28
SHORTEST, LONGEST, REST = 0.11, 1.6, 8.0  # seconds a line stays alone: at least, at most; and how long the end stays
PROGRESS = re.compile(r"^ +\d+\.\d s  (\w+)  ")
ENDED = ("succeeded", "rolled_back", "cancelled", "rejected", "rollback_failed")
STYLE = """
text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#d6dbe1;white-space:pre}
.p{fill:#7fd1ff;font-weight:700}.s{fill:#fff;font-weight:700}.a{fill:#7ee2a0}.c{fill:#f2cc60}.d{fill:#ff9a8d}.o{fill:#7ee2a0;font-weight:700}.q{fill:#9aa4b0}
"""


def record():
    """[(seconds, line)] of one run; the last one's time is the end."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "MCP_", "SMCP_"))} | {"AWS_REGION": REGION}
    started, lines = time.monotonic(), []
    with subprocess.Popen([str(built("ServerlessMcp.Local")), "demo"], stdout=subprocess.PIPE, text=True, env=environment) as demo:
        for line in demo.stdout:
            lines.append((time.monotonic() - started, cut(line.rstrip("\n"))))
    if demo.returncode != 0:
        sys.exit(f"The demo ended with {demo.returncode}:\n" + "\n".join(line for _, line in lines[-20:]))
    return lines


def cut(line):
    line = line.rstrip()
    return line if len(line) <= COLUMNS else line[:COLUMNS - 1] + "\u2026"


def comparable(lines):
    """Without what differs from run to run."""
    steady, kept = Steady(), []
    for line in lines:
        progress = PROGRESS.match(line)
        if progress and progress.group(1) not in ENDED:
            continue
        line = re.sub(r"\S*\u2026$", "\u2026", line)
        line = re.sub(r"\b(web|demo)-[a-z2-7]{6}-", r"\1-name-", line)
        kept.append(steady.text(progress.group(1) if progress else re.sub(r"\d+\.\d s", "0.1 s", line)))
    return kept


def shown():
    """The lines that the picture holds, without the prompt."""
    texts = ElementTree.parse(PICTURE).getroot().find(f".//{NAMESPACE}g[@id='lines']").findall(f"{NAMESPACE}text")
    rows = {round(float(text.get("y")) / LINE): text.text for text in texts}
    return [rows.get(row, "") for row in range(2, max(rows) + 1)]


def style_of(line):
    inner = line.removeprefix("  \u2502 ")
    if line.startswith("$ "):
        return "p"
    if line.startswith("== "):
        return "s"
    if line.startswith("ok "):
        return "o"
    if inner != line:
        return {"+": "a", "~": "c", "-": "d"}.get(inner[:1], "q")
    return ""


def paced(lines):
    """When each line comes, in seconds: as recorded, but slow enough to be read and without long waits."""
    at, times, before = 0.6, [], 0.0
    for seconds, _ in lines:
        at += min(max(seconds - before, SHORTEST), LONGEST)
        before = seconds
        times.append(at)
    return times


def frames(name, times, whole, place):
    """Key frames that jump to place(lines shown) when each line comes."""
    steps, last = [], None
    for number, at in enumerate([0.0, *times]):
        where = place(number + 1)
        if where != last:
            steps.append(f"{at / whole * 100:.2f}%{{transform:translateY({where}px)}}")
        last = where
    return f"@keyframes {name}{{{''.join(steps)}100%{{transform:translateY({last}px)}}}}\n"


def draw(lines):
    texts = ["$ ./smcp demo", *(line for _, line in lines)]
    times = paced(lines)
    whole = times[-1] + REST
    width, height = round(COLUMNS * CELL + 2 * EDGE), BAR + ROWS * LINE + EDGE
    end = -max(0, len(texts) - ROWS) * LINE
    moves = (frames("scroll", times, whole, lambda n: -max(0, n - ROWS) * LINE) + frames("cover", times, whole, lambda n: n * LINE)
             + f".scroll{{transform:translateY({end}px);animation:scroll {whole:.1f}s step-end infinite}}\n"
             + f".cover{{transform:translateY({len(texts) * LINE}px);animation:cover {whole:.1f}s step-end infinite}}\n"
             + "@media (prefers-reduced-motion:reduce){.scroll,.cover{animation:none}}\n")
    rows = []
    for number, line in enumerate(texts, 1):
        if line:
            kind = style_of(line)
            rows.append(f'<text y="{number * LINE}"{f""" class="{kind}" """.rstrip() if kind else ""} xml:space="preserve">{escape(line)}</text>')
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-labelledby="title desc">
<title id="title">./smcp demo, recorded</title>
<desc id="desc">A terminal. Four scenes on one machine: a plan of five steps is shown with its undo and succeeds; AWS refuses a step and what was done is taken back; an execution is cancelled midway; the first one is undone afterwards, but not over somebody else's change. Each scene compares the account before and after. Waits are shortened and lines slowed so that they can be read.</desc>
<style>{STYLE}{moves}</style>
<clipPath id="screen"><rect x="0" y="{BAR + 4}" width="{width}" height="{ROWS * LINE + 4}"/></clipPath>
<rect width="{width}" height="{height}" rx="8" fill="#161b22"/>
<circle cx="18" cy="14" r="5" fill="#57606a"/><circle cx="34" cy="14" r="5" fill="#57606a"/><circle cx="50" cy="14" r="5" fill="#57606a"/>
<g clip-path="url(#screen)"><g transform="translate({EDGE} {BAR})"><g class="scroll">
<g id="lines">
{chr(10).join(rows)}
</g>
<rect class="cover" x="-{EDGE}" y="4" width="{width}" height="{(len(texts) + ROWS) * LINE}" fill="#161b22"/>
</g></g></g>
</svg>
"""


def main():
    lines = record()
    if "--write" in sys.argv[1:]:
        PICTURE.write_text(draw(lines), encoding="utf-8")
    there, now = comparable(shown()), comparable(line for _, line in lines)
    print("\n".join(difflib.unified_diff(there, now, "docs/demo.svg", "this run", lineterm="")))
    print("1 passed, 0 failed" if there == now else "The demo prints other lines than the picture shows: python3 -B tests/acceptance/record.py --write\n0 passed, 1 failed")
    return there != now


if __name__ == "__main__":
    sys.exit(main())
