"""cpvenv: a second environment with the same Python and the same packages."""

from __future__ import annotations

import os
import sys
import time

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import expanded
from helper.base.messages import quoted
from helper.base.options import HELP, parse
from helper.inspection import lookup, verdict
from helper.inspection.facts import Facts, machine, read_at, read_one
from helper.making import copy, create
from helper.making.context import gather
from helper.store import trash
from helper.store.home import Home
from helper.store.locks import locked
from helper.store.names import check_new

if TYPE_CHECKING:
    from typing import Mapping

OPTIONS = (HELP,)


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Make the copy. It is not activated."""
    start = time.monotonic()
    _, names = parse("cpvenv", words, OPTIONS)
    if len(names) != 2:
        raise Misuse("cpvenv needs an environment and a new name (see cpvenv --help)")
    source, name = _source(home, names[0]), names[1]
    check_new("cpvenv", name)
    judged = verdict.judge(source, machine(sys.executable))
    if source.unfinished or (source.target is not None and not source.target_exists):
        raise Failure(f"{quoted(source.name)} is {judged.status}: {judged.reason}")
    means = gather(home, environ, None)
    try:
        trash.folder(home)
        with locked(home, name, "cpvenv", tell=means.shop.progress.show) as lock:
            create.check_free(home, name, means.shop.progress)
            copy.make(means, source, judged, name, lock)
        done = f"copied {quoted(source.name)} to {quoted(name)}"
        means.shop.progress.done(f"{done} in {time.monotonic() - start:.1f} s")
    finally:
        means.shop.progress.clear()
        means.interpreters.save()
    return 0


def _source(home: Home, word: str) -> Facts:
    """The environment of that name, or at that path: `.venv` is one where no name is."""
    dotted = word.startswith(".") and read_one(home, word) is None
    if not (dotted or "/" in word):
        return lookup.find(home, "cpvenv", word)
    path = os.path.abspath(expanded(word))
    found = read_at(path)
    if found is None:
        raise Failure(f"{quoted(path)} is no environment")
    return found
