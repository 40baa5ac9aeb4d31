"""mvvenv: rename an environment, and rewrite every path to it."""

from __future__ import annotations

import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import same
from helper.base.messages import quoted, report, typed
from helper.base.options import parse
from helper.base.processes import interruptible
from helper.inspection import verdict
from helper.inspection.facts import Facts, machine
from helper.making import replacement
from helper.making.copy import copy, respell
from helper.making.create import check_free
from helper.outside import foreign
from helper.store import trash
from helper.store.home import check_new, why_not_new

if TYPE_CHECKING:
    from helper.making.context import Context


def run(context: Context, words: list[str]) -> int:
    """Rename it. The answer is the new name, whether it was active, and the old name."""
    _, names = parse("mvvenv", words)
    if len(names) != 2:
        raise Misuse("mvvenv needs an environment and its new name", "see mvvenv --help")
    old, new = names
    context.answer(None)
    source = context.find("mvvenv", old)
    old = source.name
    foreign.check_ours(source.path, f"did not rename {quoted(old)}")
    check_new("mvvenv", new)
    if old == new:
        raise Failure(f"{quoted(old)} already has that name")
    active = same(context.home.environment(old), context.active)
    trash.folder(context.home)
    trash.sweep(context.home)
    if context.home.spelled(new) == old:  # they differ only in case, and so have one lock
        with context.locked(old, "mvvenv"):
            failed = _respell(context, source, new)
    else:
        first, second = sorted((old, new))
        with context.locked(first, "mvvenv"), context.locked(second, "mvvenv"):
            failed = _rename(context, source, new)
    context.progress.clear()
    for line in failed:
        report(line)
    undo = f" (undo: mvvenv {typed(new)} {typed(old)})" if why_not_new(old) is None else ""
    report(f"renamed {quoted(old)} to {quoted(new)}{undo}")
    context.answer([new, "active" if active else "", old])
    return 1 if failed else 0


def _check_finished(source: Facts) -> None:
    if source.unfinished:
        judged = verdict.judge(source, machine(sys.executable))
        raise Failure(f"{quoted(source.name)} is {judged.status}: {judged.reason}")


def _respell(context: Context, source: Facts, new: str) -> list[str]:
    """Rename it to a name that differs only in case, where such names are one. Returns messages
    about what still leads to the old name.
    """
    _check_finished(source)
    failed: list[str] = []
    with interruptible(f"stopped: {quoted(source.name)} keeps its name"):
        respell(context, source, new, failed)
    return failed


def _rename(context: Context, source: Facts, new: str) -> list[str]:
    """Rename it. Returns messages about what still leads to the old name."""
    _check_finished(source)
    check_free(context, new)
    if source.target is not None:  # the target of the link stays as it is
        return replacement.rename_link(context.links, source.name, new)
    failed: list[str] = []
    with interruptible(f"stopped: {quoted(source.name)} keeps its name"), replacement.renaming(
        context, source.name, new, failed
    ) as whole:
        copy(context, source, new, whole)
    return failed
