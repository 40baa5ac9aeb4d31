"""Replacing an environment: the old one stands aside until the new one is whole.

What is under way is written down first, in $MULTIVENV_HOME/.multivenv/journal/NAME: where the old
one will be. So whatever interrupts it, the next verb can tell what is to be done: a new one that is
whole stays, or else the old one comes back.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.files import first_line, in_folder_of, modified
from helper.base.messages import quoted, tell, typed, why
from helper.outside import linking, projects
from helper.store import records, trash
from helper.store.home import PROJECT, UNFINISHED, Home
from helper.store.locks import Busy, locked

if TYPE_CHECKING:
    from typing import Callable, Iterator


@contextmanager
def replacing(home: Home, name: str, work: str) -> Iterator[str]:
    """In the block the environment stands aside, at the path that this gives, and its name is free
    for a new one, which has to be there at the end. Unless the block comes to its end the old one
    is back afterwards.

    The caller holds the lock of the name. Raises OSError, and then it is where it was.
    """
    aside = home.state("aside", os.path.basename(trash.new_entry(home, name)))
    _write(home, name, {"work": work, "name": name, "aside": os.path.basename(aside)})
    try:
        in_folder_of(aside, lambda: os.rename(home.environment(name), aside))
        yield aside
    finally:
        _finish(home, name, aside)
        _close(home, name)


@contextmanager
def renaming(
    home: Home, place: str | None, old: str, new: str, tell: Callable[[str], None]
) -> Iterator[Callable[[str], None]]:
    """In the block the environment `new` is made of the environment `old`, which goes at the end;
    then what led to that leads to the new one, as follow has it. tell is called with what does not.

    This gives what is to be called with the folder of the new one when that is whole; from then on
    a verb that is killed is finished by the next one. The caller holds the locks of both names.
    Raises OSError.
    """
    record: records.Record = {"work": "mvvenv", "name": old, "new": new, "links": place}
    _write(home, old, record)

    def whole(folder: str) -> None:
        _write(home, old, {**record, "inode": os.stat(folder).st_ino})

    try:
        yield whole
        try:
            trash.put(home, old, home.environment(old))
        except OSError:
            trash.discard(home, new)
            raise
    finally:
        for line in follow(home, place, old, new):
            tell(line)
        _close(home, old)


def follow(home: Home, place: str | None, old: str, new: str) -> list[str]:
    """What leads to an environment, in its project and in the folder of the links, leads to it by
    its new name, once it has that. Returns what could not be done.
    """
    source, target = home.environment(old), home.environment(new)
    if os.path.lexists(source):
        return []
    project = first_line(f"{target}/{PROJECT}")
    return [*projects.follow(project, source, target), *linking.follow(home, place, old, new)]


@contextmanager
def removing(
    home: Home, name: str, project: str | None, place: str | None, linked: bool
) -> Iterator[list[str]]:
    """In the block an environment is taken away; once it is gone, what leads to it goes too: in its
    project, if there is something, and in the folder of the links. linked tells that there are
    such. This gives a list, which at the end has what is to be said of that.

    The caller holds the lock of the name.
    """
    told: list[str] = []
    noted = project is not None or linked
    if noted:
        try:
            record = {"work": "rmvenv", "name": name, "project": project, "links": place}
            _write(home, name, record)
        except OSError:  # on a full disk removing helps
            pass
    try:
        yield told
    finally:
        told += _take_along(home, name, project, place)
        if noted:
            _close(home, name)


def _take_along(home: Home, name: str, project: str | None, place: str | None) -> list[str]:
    if os.path.lexists(home.environment(name)):
        return []
    done = projects.take_away(project, home.environment(name))
    return [*done.did, *done.failed, *linking.taken(name, linking.take(home, place, name))]


def _write(home: Home, name: str, record: records.Record) -> None:
    entry = home.state("journal", name)
    in_folder_of(entry, lambda: records.write(entry, record, trash.new_entry(home, name)))


def under_way(home: Home) -> list[str]:
    """The environments with which something is begun, and not at its end: a verb is at work on
    them, or was interrupted.
    """
    # a power cut may have taken the journal, but not the environment that stands aside
    names = {entry.partition("-")[2] for entry in _listed(home.state("aside"))} - {""}
    return sorted(names | set(_listed(home.state("journal"))))


def work_on(home: Home, name: str) -> tuple[str, float | None]:
    """What is under way with an environment, such as `fixvenv`, and since when: seconds since the
    epoch, None if that is not known.
    """
    entry = home.state("journal", name)
    return _work(records.read(entry) or {}), modified(entry)


def _work(record: records.Record) -> str:
    return str(record.get("work") or "fixvenv")


def recover(home: Home) -> None:
    """Finish or undo what interrupted verbs have begun, and say so."""
    for name in under_way(home):
        try:
            with locked(home, name, "recovering", patience=0):
                _recover(home, name)
        except Busy:
            continue
        except (Failure, OSError) as error:
            tell(f"what was begun with {quoted(name)} cannot be finished: {why(error)}")
    _tidy(home)


def _recover(home: Home, name: str) -> None:
    record = records.read(home.state("journal", name)) or {}
    if isinstance(record.get("new"), str):
        _recover_renamed(home, name, record["new"], record)
        return
    if record.get("work") == "rmvenv":
        project, place = record.get("project"), record.get("links")
        for line in _take_along(home, name, _text(project), _text(place)):
            tell(line)
        _close(home, name)
        return
    known = str(record.get("aside"))
    entries = [
        each
        for each in _listed(home.state("aside"))
        if each == known or each.partition("-")[2] == name  # a long name is not in it
    ]
    work = _work(record)
    outcome = ""
    for entry in sorted(entries, key=lambda each: each != known)[:1]:
        outcome = _finish(home, name, home.state("aside", entry))
    _close(home, name)
    if outcome == "new":
        tell(f"{work} of {quoted(name)} was interrupted when all was done; it is finished now")
    elif outcome == "old":
        again = f"{work} {typed(name)}"
        tell(f"{work} of {quoted(name)} was interrupted; it is as it was before ({again})")


def _recover_renamed(home: Home, old: str, new: str, record: records.Record) -> None:
    """Take the old one away if the new one is whole, else what there is of the new one."""
    source, target = home.environment(old), home.environment(new)
    with locked(home, new, "recovering", patience=0):
        done = os.path.isdir(target) and os.stat(target).st_ino == record.get("inode")
        if not done and os.path.lexists(f"{target}/{UNFINISHED}"):
            trash.put(home, new, target)
        if done and os.path.lexists(source):
            trash.put(home, old, source)
        if done:
            for line in follow(home, _text(record.get("links")), old, new):
                tell(line)
        _close(home, old)
    if done:
        tell(f"mvvenv of {quoted(old)} was interrupted when all was done; it is {quoted(new)} now")
    else:
        again = f"mvvenv {typed(old)} {typed(new)}"
        tell(f"mvvenv of {quoted(old)} was interrupted; it is as it was before ({again})")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _close(home: Home, name: str) -> None:
    """Strike a name from the journal."""
    entry = home.state("journal", name)
    try:
        if os.path.isdir(entry):
            trash.put(home, name, entry)
        else:
            os.unlink(entry)
    except FileNotFoundError:
        pass
    _tidy(home)


def _tidy(home: Home) -> None:
    """Empty folders go: the shell looks for that of the journal."""
    for folder in ("journal", "aside"):
        try:
            os.rmdir(home.state(folder))
        except OSError:
            pass


def _finish(home: Home, name: str, aside: str) -> str:
    """Keep the new one if it is whole, else bring back the old one. Returns which it was: `new`,
    `old`, or `` if the old one had not been moved yet, or had been deleted already.
    """
    path = home.environment(name)
    outcome = ""
    if os.path.lexists(aside):
        if os.path.isdir(path) and not os.path.lexists(f"{path}/{UNFINISHED}"):
            outcome = "new"
            trash.put(home, name, aside)
        else:
            outcome = "old"
            if os.path.lexists(path):
                trash.put(home, name, path)
            os.rename(aside, path)
    return outcome
