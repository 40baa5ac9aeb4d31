"""judge: what usevenv asks when something looks amiss."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.messages import quoted, tell
from helper.inspection import verdict
from helper.inspection.facts import machine, read_at
from helper.store.home import Home

if TYPE_CHECKING:
    from typing import Mapping


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Say what is amiss with the environment at a path; 0 if it may be activated, else 1."""
    path = words[0]
    found = read_at(path)
    if found is None:
        raise Failure(f"{quoted(os.path.basename(path))} is no environment")
    judged = verdict.judge(found, machine(sys.executable))
    text = verdict.told(found, judged)
    if os.path.dirname(path) != home.path:  # fixvenv has nothing to do with it
        text = f"{quoted(path)} is {judged.status}: {judged.reason}"
    if judged.status in verdict.REFUSED:
        raise Failure(text)
    if judged.status in verdict.WARNED:
        tell(text)
    return 0
