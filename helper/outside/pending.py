"""Changes outside the home that a verb could not make: remembered, and made by a later verb.

After a renaming or a removal, a `.venv`, a .python-envs or a link on PATH may still lead to the old
name, because its folder was full, read-only or unreachable.
"""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.messages import quoted, reason, report
from helper.outside import projects
from helper.outside.links import Links
from helper.store import journal, records

if TYPE_CHECKING:
    from typing import Iterator

    from helper.store.home import Home

FOLDER = "pending"


class Change(NamedTuple):
    """What led to an environment leads to its new name, or is removed."""

    work: str
    """The verb."""
    name: str
    new: str | None
    """The new name; None if the environment was removed."""
    projects: tuple[str, ...]
    links: str | None
    """The folder of the links."""
    kernels: str | None = None
    """The folder of the kernels."""

    def make(self, home: Home) -> list[str]:
        """Make it as far as possible. Idempotent. Returns messages about what failed."""
        old, links = home.environment(self.name), Links(home, self.links, self.kernels)
        if os.path.lexists(old) and home.spelled(self.name) != self.new:  # it is in use again
            return []
        if self.new is not None and os.path.lexists(home.environment(self.new)):
            new = home.environment(self.new)
            traces = projects.rename_traces(self.projects, old, new)
            return [*traces, *links.follow(self.name, self.new)]
        return [*projects.remove_traces(self.projects, old).failed, *links.take(self.name).failed]


def remember(home: Home, change: Change) -> list[str]:
    """Remember a change that could not be made. Returns a message if that fails too."""
    try:
        journal.write(home, FOLDER, change.name, change._asdict())
    except OSError as error:
        return [f"cannot remember to change it later: {reason(error)}"]
    return []


def forget(home: Home, name: str) -> None:
    """Delete a remembered change. Raises OSError."""
    journal.close(home, FOLDER, name)
    try:
        os.rmdir(home.state(FOLDER))
    except OSError:  # it has other entries
        pass


def renamed(home: Home, old: str, new: str) -> None:
    """Changes to lead to an environment that is renamed lead to its new name."""
    for change in waiting(home):
        if change.new == old:
            remember(home, change._replace(new=new))


def waiting(home: Home) -> Iterator[Change]:
    """The remembered changes. A damaged entry is set aside."""
    for name in journal.names(home, FOLDER):
        try:
            record = journal.read(home, FOLDER, name)
        except OSError:
            continue
        if record:
            new, *places = (records.text(record, key) for key in ("new", "links", "kernels"))
            yield Change(str(record["work"]), name, new, projects_in(record), *places)


def projects_in(record: records.Record) -> tuple[str, ...]:
    """The directories in an entry, or the one in an entry of an earlier version."""
    one = records.text(record, "project")
    return tuple(records.texts(record, "projects")) or ((one,) if one is not None else ())


def retry(home: Home) -> None:
    """Make the remembered changes, and report those that are made now."""
    for change in waiting(home):
        try:
            if not change.make(home):
                forget(home, change.name)
                report(f"finished the {change.work} of {quoted(change.name)}: nothing leads to it")
        except OSError:
            continue
