"""judge: what usevenv asks when something looks amiss."""

from __future__ import annotations

import os
import sys

import verdict
from errors import Failure
from facts import machine, read_one
from home import Home
from messages import quoted, tell
from tuples import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Mapping


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Say what is amiss with the environment at a path; 0 if it may be activated, else 1."""
    folder, name = os.path.split(words[0])
    found = read_one(Home(folder), name)
    if found is None:
        raise Failure(f"{quoted(name)} is no environment")
    status, why = judged = verdict.judge(found, machine(sys.executable))
    what_next = verdict.advice(found, judged)
    if status in verdict.REFUSED:
        raise Failure(f"{quoted(name)} is {status}: {why} ({what_next})")
    if status in verdict.WARNED:
        tell(f"{quoted(name)} is {status}: {why} ({what_next})")
    return 0
