"""cpvenv: create a copy of an environment, with the same Python and the same packages."""

from __future__ import annotations

import os
import sys
import time

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import expanded
from helper.base.messages import quoted
from helper.base.options import parse
from helper.base.processes import interruptible
from helper.inspection import verdict
from helper.inspection.facts import Facts, machine, read_at, read_one
from helper.making.copy import copy
from helper.making.create import check_free
from helper.store import trash
from helper.store.home import check_new

if TYPE_CHECKING:
    from helper.making.context import Context


def run(context: Context, words: list[str]) -> int:
    """Create the copy, and answer with its name if --use."""
    start = time.monotonic()
    given, names = parse("cpvenv", words)
    if len(names) != 2:
        raise Misuse("cpvenv needs an environment and a new name", "see cpvenv --help")
    source, name = _source(context, names[0]), names[1]
    check_new("cpvenv", name)
    if source.unfinished or (source.target is not None and not source.target_exists):
        judged = verdict.judge(source, machine(sys.executable))
        raise Failure(f"{quoted(source.name)} is {judged.status}: {judged.reason}")
    trash.folder(context.home)
    context.answer(None)
    trash.sweep(context.home)
    with context.locked(name, "cpvenv"):
        check_free(context, name)
        with interruptible(f"stopped: {quoted(name)} was not made"):
            copy(context, source, name)
    done = f"copied {quoted(source.name)} to {quoted(name)}"
    context.progress.done(f"{done} in {time.monotonic() - start:.1f} s")
    context.run_hook("precpvirtualenv", source.path, name)
    context.run_hook("premkvirtualenv", name)
    if "--use" in given:
        context.answer([name])
    return 0


def _source(context: Context, word: str) -> Facts:
    """The environment of that name, or at that path; `.venv` is a path unless it is a name."""
    dotted = word.startswith(".") and read_one(context.home, word) is None
    if not (dotted or "/" in word):
        return context.find("cpvenv", word)
    path = os.path.abspath(expanded(word))
    found = read_at(path)
    if found is None:
        raise Failure(f"{quoted(path)} is not an environment")
    return found
