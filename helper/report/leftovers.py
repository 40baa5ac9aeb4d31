"""Leftovers of killed verbs in the home, and damage in the cache: find them and clear them."""

from __future__ import annotations

import os
import time

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.messages import quoted, report
from helper.making import replacement, seeds
from helper.outside import pending
from helper.outside.links import Links, links_of
from helper.report.tables import ago, bytes_text
from helper.store import journal, locks, partial, trash
from helper.store.bindings import bound
from helper.store.records import timestamp

if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Mapping

    from helper.store.home import Home


FIX = "multivenv doctor --fix"
"""The advice for a problem that this fixes."""


class Leftover(NamedTuple):
    """Something that a killed verb left, or damage."""

    kind: str
    """`journal`, `change`, `damaged`, `file`, `trash`, `lock`, `obstacle`, `seed` or
    `interpreter`."""
    name: str
    """The environment concerned, or the path."""
    who: str | None
    """The verb, if known."""
    since: float | None
    """Seconds since the epoch."""
    what: str
    """For the user."""

    @property
    def element(self) -> dict[str, Any]:
        """As JSON."""
        since = timestamp(self.since) if self.since is not None else None
        return {"kind": self.kind, "name": self.name, "who": self.who, "since": since}


_CLEARED = {
    "damaged": "deleted a damaged journal entry, {}",
    "file": "deleted {}, which an interrupted verb left",
    "lock": "removed the lock of {}, which an interrupted verb left",
    "obstacle": "removed {}, which was not a lock file",
    "seed": "deleted {}, which was damaged",
    "interpreter": "forgot the helper's Python in {}, which no longer exists",
}
"""Messages by kind. The steps that clear the other kinds report it themselves."""


def at_work(home: Home) -> list[tuple[str, str]]:
    """The names that a process is working on, and that process."""
    held = [(name, locks.holder(home, name)) for name in files.listed(home.state("locks"))]
    return [(name, who) for name, who in held if who is not None]


def find_leftovers(home: Home, cache: str, environ: Mapping[str, str]) -> list[Leftover]:
    """All leftovers, without those that a process is working on."""
    return [
        *_interrupted(home),
        *_not_made(home),
        *_partial_files(home, links_of(home, environ)),
        *_in_trash(home),
        *_unheld_locks(home),
        *_in_cache(cache),
    ]


def clear(home: Home, cache: str, environ: Mapping[str, str]) -> list[Leftover]:
    """Clear them as far as possible, with messages. Returns those that were cleared."""
    found = find_leftovers(home, cache, environ)
    replacement.recover(home)
    pending.retry(home)
    for path, _ in journal.damaged(home):
        files.drop(path) if not os.path.isdir(path) else trash.put(home, "damaged", path)
    _clear_partial_files(home, links_of(home, environ))
    trash.clear_obstacles(home)
    trash.sweep(home)
    locks.clear_unheld(home)
    for each in _in_cache(cache):
        (seeds.delete_seed if each.kind == "seed" else files.drop)(each.name)
    still = {(each.kind, each.name) for each in find_leftovers(home, cache, environ)}
    cleared = [each for each in found if (each.kind, each.name) not in still]
    for each in cleared:
        if each.kind in _CLEARED:
            report(_CLEARED[each.kind].format(quoted(each.name)))
    return cleared


def _interrupted(home: Home) -> Iterator[Leftover]:
    for name in replacement.under_way(home):
        if locks.holder(home, name) is None:
            work, since = replacement.work_on(home, name)
            what = f"{work} of {quoted(name)} was interrupted{_when(since)}"
            what += " and is neither finished nor undone"
            yield Leftover("journal", name, work, since, what)


def _not_made(home: Home) -> Iterator[Leftover]:
    """The changes that wait to be made, and the damaged entries."""
    for change in pending.waiting(home):
        what = f"{change.work} of {quoted(change.name)} could not change all that led to it"
        yield Leftover("change", change.name, change.work, None, what)
    for path, name in journal.damaged(home):
        what = f"a damaged journal entry of {quoted(name)} is in {quoted(path)}"
        yield Leftover("damaged", path, None, files.modified(path), what)


def _partial_files(home: Home, links: Links) -> Iterator[Leftover]:
    elsewhere = [*links.partial(), *links.kernels.partial()]
    for path in [*partial.of_home(home), *_in_environments(home), *elsewhere]:
        since = _moved_at(path)
        what = f"an interrupted verb left {quoted(path)}{_when(since)}"
        yield Leftover("file", path, None, since, what)


def _in_environments(home: Home) -> Iterator[str]:
    """The temporary files in environments and in their projects."""
    projects: set[str] = set()
    for name, link in _environments(home):
        path = home.environment(name)
        if not link and locks.holder(home, name) is None:
            yield from partial.of_environment(path)
        projects.update(bound(path))
    for project in projects:
        yield from partial.of_project(project)


def _environments(home: Home) -> list[tuple[str, bool]]:
    try:
        return list(home.environments())
    except OSError:
        return []


def _clear_partial_files(home: Home, links: Links) -> None:
    """Delete them, under the lock of the folder that holds them."""
    partial.clear(partial.of_home(home))
    projects: set[str] = set()
    for name, link in _environments(home):
        projects.update(bound(home.environment(name)))
        try:
            with locks.locked(home, name, "doctor", patience=0):
                partial.clear([] if link else partial.of_environment(home.environment(name)))
        except (Failure, OSError):
            continue
    for project in projects:
        if partial.of_project(project):
            _clear_locked(project, partial.of_project, project)
    for each in (links, links.kernels):
        if each.partial():
            _clear_locked(str(each.place), each.partial)


def _clear_locked(folder: str, find: Callable[..., list[str]], *words: object) -> None:
    try:
        with locks.folder_locked(folder):
            partial.clear(find(*words))
    except (Failure, OSError):
        pass


def _in_trash(home: Home) -> Iterator[Leftover]:
    for path, name in trash.entries(home):
        if locks.holder(home, name) is None:
            since = _moved_at(path)
            size = bytes_text(files.disk_usage(path).size)
            what = f"an interrupted verb left {size} of {quoted(name)} in the trash{_when(since)}"
            yield Leftover("trash", name, None, since, what)


def _unheld_locks(home: Home) -> Iterator[Leftover]:
    for path in locks.obstacles(home):
        what = f"{quoted(path)} is not a lock file, so no verb can lock that name"
        yield Leftover("obstacle", path, None, files.modified(path), what)
    for name, who, since in locks.unheld(home):
        by = f": {who}" if who else ""
        what = f"an interrupted verb left the lock of {quoted(name)}{_when(since)}{by}"
        yield Leftover("lock", name, who or None, since, what)


def _in_cache(cache: str) -> list[Leftover]:
    found = [
        ("seed", path, f"{quoted(path)} is damaged, so the next mkvenv takes seconds")
        for path in seeds.all_in(cache)
        if not seeds.is_foreign(path) and seeds.is_damaged(path)
    ]
    remembered = f"{cache}/helper-python"
    python = files.first_line(remembered) if files.is_own(remembered) else None
    if python is not None and not os.access(python, os.X_OK):
        what = f"the helper's Python {quoted(python)} no longer exists"
        found.append(("interpreter", remembered, what))
    return [Leftover(kind, path, None, files.modified(path), what) for kind, path, what in found]


def _when(since: float | None) -> str:
    return f" {ago(time.time() - since)}" if since is not None else ""


def _moved_at(path: str) -> float | None:
    """When a file or folder was moved to its path, which changes its status (st_ctime)."""
    try:
        return os.lstat(path).st_ctime
    except OSError:
        return None
