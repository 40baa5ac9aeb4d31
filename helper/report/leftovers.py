"""What killed verbs left in the home, and damage in the cache; and clearing it."""

from __future__ import annotations

import os
import time

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.messages import quoted, report
from helper.making import replacement, seeds
from helper.report.findings import Finding, leftover
from helper.report.tables import ago, bytes_text
from helper.store import locks, trash
from helper.store.home import Home

if TYPE_CHECKING:
    from typing import Any


class Leftover(NamedTuple):
    """One thing that was left behind."""

    kind: str
    """`journal`, `trash`, `lock`, `seed` or `interpreter`."""
    name: str
    """The environment that it is about, or the path."""
    who: str | None
    """Which verb it was, as far as it has said so."""
    since: float | None
    """Seconds since the epoch."""
    what: str
    """In words for the user."""

    @property
    def finding(self) -> Finding:
        """As something that is amiss."""
        return leftover(self.what)

    @property
    def element(self) -> dict[str, Any]:
        """As JSON has it."""
        from helper.store.records import timestamp

        since = timestamp(self.since) if self.since is not None else None
        return {"kind": self.kind, "name": self.name, "who": self.who, "since": since}


def at_work(home: Home) -> list[tuple[str, str]]:
    """The names that somebody is at work on, and who that is."""
    held = [(name, locks.holder(home, name)) for name in files.listed(home.state("locks"))]
    return [(name, who) for name, who in held if who is not None]


def find(home: Home, cache: str) -> list[Leftover]:
    """Everything that was left behind, and nobody is at work on."""
    return [*_begun(home), *_in_trash(home), *_locks(home), *_in_cache(cache)]


def clear(home: Home, cache: str) -> list[Leftover]:
    """Clear it away, as far as that can be done, and say so. Returns what is cleared."""
    found = find(home, cache)
    replacement.recover(home)
    trash.sweep(home)
    locks.clear_unheld(home)
    for each in _in_cache(cache):
        if each.kind == "seed":
            seeds.drop(each.name)
        else:
            files.drop(each.name)
    still = {(each.kind, each.name) for each in find(home, cache)}
    cleared = [each for each in found if (each.kind, each.name) not in still]
    for each in cleared:
        if each.kind in _DONE:  # the others have reported it
            report(_DONE[each.kind].format(quoted(each.name)))
    return cleared


_DONE = {
    "lock": "removed the lock of {}, which an interrupted verb left",
    "seed": "deleted {}, which was damaged",
    "interpreter": "forgot the helper's Python in {}, which no longer exists",
}


def _begun(home: Home) -> list[Leftover]:
    found = []
    for name in replacement.under_way(home):
        if locks.holder(home, name) is not None:
            continue
        work, since = replacement.work_on(home, name)
        what = f"{work} of {quoted(name)} was interrupted{_when(since)}"
        what += " and is neither finished nor undone"
        found.append(Leftover("journal", name, work, since, what))
    return found


def _in_trash(home: Home) -> list[Leftover]:
    found = []
    for path, name in trash.entries(home):
        if locks.holder(home, name) is not None:
            continue
        since = _moved(path)
        size = bytes_text(files.disk_usage(path))
        what = f"an interrupted verb left {size} of {quoted(name)} in the trash{_when(since)}"
        found.append(Leftover("trash", name, None, since, what))
    return found


def _locks(home: Home) -> list[Leftover]:
    found = []
    for name, who, since in locks.unheld(home):
        by = f" by {who}" if who else ""
        what = f"an interrupted verb left the lock of {quoted(name)}{_when(since)}{by}"
        found.append(Leftover("lock", name, who or None, since, what))
    return found


def _in_cache(cache: str) -> list[Leftover]:
    found = []
    for path in seeds.all_in(cache):
        if seeds.is_damaged(path):
            what = f"{quoted(path)} is damaged, so the next mkvenv takes seconds"
            found.append(Leftover("seed", path, None, files.modified(path), what))
    remembered = f"{cache}/helper-python"
    python = files.first_line(remembered)
    if python is not None and not os.access(python, os.X_OK):
        what = f"the helper's Python {quoted(python)} no longer exists"
        found.append(Leftover("interpreter", remembered, None, files.modified(remembered), what))
    return found


def _when(since: float | None) -> str:
    return f" {ago(time.time() - since)}" if since is not None else ""


def _moved(path: str) -> float | None:
    """When something was moved to where it is: that is what its status changed by last."""
    try:
        return os.lstat(path).st_ctime
    except OSError:
        return None
