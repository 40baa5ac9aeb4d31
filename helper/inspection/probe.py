"""Verdicts on the environments of a home; deep ones start each interpreter, with a time limit."""

from __future__ import annotations

import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.messages import shown
from helper.inspection.facts import Reader, machine
from helper.inspection.verdict import REFUSED, Verdict, judge

if TYPE_CHECKING:
    from typing import Iterable, Iterator

    from helper.inspection.facts import Facts
    from helper.store.home import Home

TIME_LIMIT = 10
"""Seconds for an interpreter to start."""

# prints its environment, and loads modules that pip and scripts need
_TEST = "import encodings, os, sys, zlib; print(sys.prefix)"


def judge_each(home: Home, children: Iterable[tuple[str, bool]]) -> Iterator[tuple[Facts, Verdict]]:
    """The facts and the verdict of each environment among Home.children."""
    reader, here = Reader(home), machine(sys.executable)
    for name, link in children:
        facts = reader.read(name, link)
        if facts is not None:
            yield facts, judge(facts, here)


def judge_deep(facts: Facts, judged: Verdict) -> Verdict:
    """The verdict after a start of the interpreter: `broken` if that fails."""
    if judged.status in REFUSED:
        return judged
    problem = _why_not_starting(f"{facts.path}/bin/python")
    return Verdict("broken", problem) if problem else judged


def _why_not_starting(python: str) -> str | None:
    import subprocess

    try:
        ended = subprocess.run(
            [python, "-I", "-S", "-c", _TEST],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"bin/python did not start within {TIME_LIMIT} seconds"
    except OSError as error:
        return f"bin/python does not start: {error.strerror}"
    if ended.returncode == 0:
        return None
    last_line = ended.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2].strip()
    why = shown(last_line) or f"exit status {ended.returncode}"
    return f"bin/python does not start: {why}"
