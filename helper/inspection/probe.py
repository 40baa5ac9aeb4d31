"""Verdicts on the environments of a home; deep ones start each interpreter, with a time limit."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import same
from helper.base.formats import parse_version, version_text
from helper.base.messages import shown
from helper.inspection.damage import combined
from helper.inspection.facts import Reader, machine
from helper.inspection.verdict import REFUSED, Verdict, hollow, judge

if TYPE_CHECKING:
    from typing import Iterable, Iterator

    from helper.base.formats import Version
    from helper.inspection.facts import Facts, Machine
    from helper.store.home import Home

TIME_LIMIT = 10
"""Seconds for an interpreter to start."""

_MARK = "multivenv"

# prints what it is, imports modules that pip and scripts need, and prints where it finds modules.
# Runs in Python 2.7 too, which puts the current folder first
_TEST = f"""
import sys
sys.path = [path for path in sys.path if path]
version = "%d.%d.%d" % sys.version_info[:3]
print("{_MARK}\\n%s\\n%s" % (sys.prefix, version))
sys.stdout.flush()
import encodings, json, logging, os, re, subprocess, zlib
import site
user_site = getattr(site, "getusersitepackages", str)  # the site.py of virtualenv 16 lacks it
print("\\n".join(sys.path + [user_site()]))
"""


class _Start(NamedTuple):
    """What an interpreter said when it was started."""

    problem: str | None
    """Why it does not start, or cannot import its standard library."""
    prefix: str = ""
    version: Version = ()
    path: tuple[str, ...] = ()
    """Where it finds modules, and the site-packages of the user."""
    errors: str = ""
    """The standard error."""


def judge_each(home: Home, children: Iterable[tuple[str, bool]]) -> Iterator[tuple[Facts, Verdict]]:
    """The facts and the verdict of each environment among Home.children."""
    reader, here = Reader(home), machine(sys.executable)
    for name, link in children:
        facts = reader.read(name, link)
        if facts is not None:
            yield facts, judge(facts, here)


def judge_fully(facts: Facts, here: Machine) -> tuple[Facts, Verdict]:
    """The facts with all damages that can be seen on disk, and the verdict. Starts no process."""
    from helper.inspection.contents import examined  # start-up time

    facts = examined(facts)
    return facts, judge(facts, here)


def judge_deep(facts: Facts, judged: Verdict) -> tuple[Facts, Verdict]:
    """The same after a start of the interpreter."""
    if judged.status in REFUSED:
        return facts, judged
    started = _started(f"{facts.path}/bin/python", facts.minor)
    worse = _failed(facts, started)
    if worse is not None or judged.status == "hollow":
        return facts, worse or judged
    from helper.inspection.contents import of_dependencies, of_start

    found = [facts.damage] if facts.damage else []
    found += of_start(facts, started.errors)
    found += of_dependencies(facts, started.path)
    facts = facts._replace(damage=combined(found))
    if facts.damage and judged.status in ("ok", "drifted"):
        return facts, Verdict("damaged", facts.damage.reason)
    known = facts.config.version
    if judged.status == "ok" and started.version[: len(known)] != known:
        reason = f"created with Python {version_text(known)}, but bin/python starts "
        return facts, Verdict("drifted", reason + version_text(started.version))
    return facts, judged


def _failed(facts: Facts, started: _Start) -> Verdict | None:
    """The verdict if the interpreter is not that of the environment."""
    if started.problem:
        return Verdict("broken", started.problem)
    if not same(started.prefix, facts.path):
        reason = f"bin/python does not use this environment: its prefix is {shown(started.prefix)}"
        return Verdict("broken", reason)
    if len(facts.minor) == 2 and started.version[:2] != facts.minor:
        return hollow(facts, started.version)
    return None


def _started(python: str, minor: Version) -> _Start:
    import subprocess

    # 2.7 lacks -I
    isolated = ["-E", "-s"] if minor[:1] == (2,) else ["-I", "-X", "utf8"]
    try:
        ended = subprocess.run(
            [python, *isolated, "-c", _TEST],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _Start(f"bin/python did not start within {TIME_LIMIT} seconds")
    except OSError as error:
        return _Start(f"bin/python does not start: {error.strerror}")
    # a sitecustomize may print too
    _, mark, answer = os.fsdecode(ended.stdout).partition(f"{_MARK}\n")
    errors = ended.stderr.decode("utf-8", "replace")
    prefix, version, *path = [*answer.split("\n"), "", ""]
    if ended.returncode == 0 and mark:
        return _Start(None, prefix, parse_version(version), tuple(filter(None, path)), errors)
    lines = errors.strip().split("\n")
    # a fatal error of Python ends with the threads
    last = next((line for line in reversed(lines) if "Error:" in line), lines[-1]).strip()
    code = ended.returncode
    why = shown(last) or (f"signal {-code}" if code < 0 else f"exit status {code}")
    problem = "cannot import its standard library" if mark else "does not start"
    return _Start(f"bin/python {problem}: {why}")
