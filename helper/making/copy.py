"""A second environment like another one: its files with their paths rewritten, or made anew."""

from __future__ import annotations

import os
import time

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.messages import quoted
from helper.base.processes import interruptible
from helper.base.urls import path_of, url_of
from helper.inspection.facts import Facts
from helper.making import create, relink, relocate, repair
from helper.making.context import Means
from helper.store import records, temporary, trash
from helper.store.home import LAST_USED, OPEN, PROJECT, RECORD

if TYPE_CHECKING:
    from typing import Callable

    from helper.inspection.distributions import Distribution
    from helper.inspection.verdict import Verdict

    Whole = Callable[[str], None]


def make(
    means: Means, source: Facts, judged: Verdict, name: str, lock: int, whole: Whole | None = None
) -> None:
    """Make an environment of that name from another one: a second one, or one in its place. whole
    is for the latter, and is called with its folder when nothing is left to do but to give it its
    name.

    The caller holds the lock of the name, which is free. Raises Failure and OSError, and then
    there is nothing of it.
    """
    home = means.shop.home
    path = home.environment(name)
    with interruptible(f"stopped: {quoted(name)} was not made"):
        if not _copied(means, source, judged, path, whole):
            _made_anew(means, source, name, lock, whole)


def _copied(means: Means, source: Facts, judged: Verdict, path: str, whole: Whole | None) -> bool:
    """Copy the files. False if that would not be right: the interpreter is another one than the
    packages are for, or a program has the path in it.
    """
    home, name = means.shop.home, os.path.basename(path)
    if judged.status not in ("ok", "drifted", "moved"):
        return False
    if not (relocate.is_tame(path) and relocate.is_tame(source.path)):
        return False
    means.shop.progress.show(f"copying {quoted(source.name)} to {quoted(name)}")
    entry = trash.new_entry(home, name)
    try:
        relocate.copy(source.target or source.path, entry, share=whole is not None)
        left = []
        olds = {old for old in (source.made_at, source.target, source.path) if old}
        for old in sorted(olds, key=len, reverse=True):
            if old != path:
                left += relocate.rewrite(entry, old, path)
        if left and whole is None:
            return False
        for file in left:
            means.shop.progress.tell(f"{quoted(file)} is no text, and has the old path in it")
        relink.forget_soundness(entry)
        _keep_record(entry, source, whole is None)
        if whole is None:
            _forget_use(entry)
        else:
            whole(entry)
        os.rename(entry, path)
    finally:
        trash.delete(entry)
    return True


def _keep_record(entry: str, source: Facts, new: bool) -> None:
    """What was temporary lasts by its new name."""
    if source.record is not None:
        record = _aged(temporary.lasting(source.record), new)
        if record != source.record:
            records.write(f"{entry}/{RECORD}", record, f"{entry}/{RECORD}.new")


def _aged(record: records.Record, new: bool) -> records.Record:
    """A record with the age that its environment is to have: a copy has its own."""
    return {**record, "created": records.timestamp(time.time())} if new else record


def _forget_use(path: str) -> None:
    """A copy has not the original's project."""
    for name in (PROJECT, OPEN, LAST_USED):
        if os.path.lexists(f"{path}/{name}"):
            os.unlink(f"{path}/{name}")


def _made_anew(means: Means, source: Facts, name: str, lock: int, whole: Whole | None) -> None:
    base = repair.successor(means, source)
    if source.library is None:
        raise Failure(f"{quoted(source.name)} has no packages to be read")
    path = means.shop.home.environment(name)
    found = [_within(each, source.path, path) for each in repair.to_install(source, base)]
    request = repair.request_like(means, source, base, found)
    request = request._replace(
        name=name,
        record=_aged(temporary.lasting(request.record), whole is None),
        project=source.project if whole else None,
        carry=source.path,
    )
    create.make_whole(means.shop, request, lock)
    if relocate.is_tame(path) and relocate.is_tame(source.path):
        relocate.rewrite(path, source.path, path)  # what came along beside the packages
    if whole is None:
        _forget_use(path)
    else:
        whole(path)


def _within(each: Distribution, old: str, new: str) -> Distribution:
    """A distribution that comes from a folder in the environment comes from that of the new one."""
    where = path_of(str((each.origin or {}).get("url", "")))
    if each.origin is None or not where.startswith(f"{old}/"):
        return each
    return each._replace(origin={**each.origin, "url": url_of(new + where[len(old) :])})
