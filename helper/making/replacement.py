"""Replacing, renaming and removing an environment, so that an interruption at any point loses none.

A verb writes a journal entry first, $MULTIVENV_HOME/.multivenv/journal/NAME, and sets the old
environment aside in .multivenv/aside. After an interruption the next verb reads the entry: if the
new environment is whole it keeps that, otherwise it restores the old one.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.files import (
    Copier,
    drop,
    in_folder_of,
    listed,
    modified,
    spelling,
    sync,
)
from helper.base.messages import quoted, reason, report, typed
from helper.outside import pending, projects
from helper.outside.links import Links
from helper.outside.outcome import Outcome
from helper.store import journal, kept, records, trash
from helper.store.bindings import bound
from helper.store.home import MARKS, UNFINISHED, USED, Home
from helper.store.locks import Busy, locked

if TYPE_CHECKING:
    from typing import Callable, Iterator

    from helper.making.context import Context


@contextmanager
def replacing(home: Home, name: str, work: str, keep: float = 0) -> Iterator[str]:
    """In the block, the environment is set aside at the path that this yields, and its name is free
    for a new one, which has to be there at the end. If the block fails, the old one is restored.
    keep: the days for which the old one is kept at the end. The caller holds the lock of the name.
    Raises OSError, and then it is where it was.
    """
    aside = home.state("aside", os.path.basename(trash.new_entry(home, name)))
    entry = {"work": work, "name": name, "aside": os.path.basename(aside), "keep": keep}
    journal.write(home, "journal", name, entry)
    try:
        in_folder_of(aside, lambda: os.rename(home.environment(name), aside))
        yield aside
    finally:
        _keep_whole(home, name, aside, keep)
        _close(home, name)


@contextmanager
def changing(home: Home, name: str, work: str, changed: list[str]) -> Iterator[None]:
    """In the block, files of the environment are replaced, created or removed, each in one step. If
    the block fails, they are restored. changed: their paths in the environment. The caller holds
    the lock of the name. Raises OSError, and then nothing changed.
    """
    path, stage = home.environment(name), trash.new_stage(home, name)
    aside = home.state("aside", os.path.basename(stage))
    changed = [each for each in changed if not _is_folder(f"{path}/{each}")]
    entry = {"work": work, "name": name, "aside": os.path.basename(aside), "changed": changed}
    folders = {os.path.dirname(f"{path}/{each}") for each in changed}
    times = [(folder, os.stat(folder)) for folder in folders if os.path.isdir(folder)]
    journal.write(home, "journal", name, entry)
    try:
        _save(path, stage, changed)
        in_folder_of(aside, lambda: os.rename(stage, aside))
        yield
    except BaseException:
        if os.path.lexists(aside):
            _restore(path, aside, changed)
        for folder, found in times:
            os.utime(folder, ns=(found.st_atime_ns, found.st_mtime_ns))
        raise
    finally:
        trash.delete(stage)
        if os.path.lexists(aside):  # in one step: half of it would restore half of the files
            deleted = trash.new_entry(home, name)
            os.rename(aside, deleted)
            trash.emptied(deleted)
        _close(home, name)


def _save(path: str, folder: str, changed: list[str]) -> None:
    """Save files of an environment in a new folder."""
    copier = Copier()
    os.mkdir(folder)
    for each in changed:
        if os.path.lexists(f"{path}/{each}"):
            os.makedirs(os.path.dirname(f"{folder}/{each}"), exist_ok=True)
            copier.copy(f"{path}/{each}", f"{folder}/{each}")


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _restore(path: str, saved: str, changed: list[str]) -> None:
    """Restore the saved files of an environment; remove those that did not exist. Idempotent."""
    copier = Copier()
    for each in changed:
        file, old = f"{path}/{each}", f"{saved}/{each}"
        folder, name = os.path.split(file)
        for temporary in (f"{file}.new", f"{file}.multivenv-new", f"{folder}/.{name}.new"):
            drop(temporary)  # a killed verb left it
        if not os.path.lexists(old):
            drop(file)
        elif not (os.path.lexists(file) and os.path.samestat(os.lstat(file), os.lstat(old))):
            new = f"{file}.multivenv-new"
            copier.copy(old, new)
            os.replace(new, file)


@contextmanager
def renaming(
    context: Context, old: str, new: str, failed: list[str]
) -> Iterator[Callable[[str], None]]:
    """In the block, the environment `new` is created from the environment `old`, which is removed
    at the end; then whatever led to the old one leads to the new one. This yields a function: call
    it with the folder of the new environment when only the last step is left, the one that makes it
    valid. From then on, the next verb finishes the renaming if this one is killed. failed: gets
    messages about what still leads to the old name. The caller holds both locks. Raises OSError.
    """
    home, links = context.home, context.links
    record: records.Record = {"work": "mvvenv", "name": old, "new": new, **links.folders}
    journal.write(home, "journal", old, record)

    def whole(folder: str) -> None:
        journal.write(home, "journal", old, {**record, "inode": os.stat(folder).st_ino})

    try:
        yield whole
        try:
            trash.put(home, old, home.environment(old))
        except OSError:
            trash.discard(home, new)
            raise
    except BaseException:
        if not os.path.lexists(home.environment(new)):  # else the next verb sees to it
            _close(home, old)
        raise
    failed += follow(links, old, new)
    _close(home, old)


@contextmanager
def respelling(context: Context, old: str, new: str, failed: list[str]) -> Iterator[str]:
    """The same for a new name that differs from the old one only in case, where such names are one:
    the old environment is set aside at the path that this yields, and deleted at the end. If the
    block fails, it is restored.
    """
    home, links = context.home, context.links
    aside = home.state("aside", os.path.basename(trash.new_entry(home, old)))
    record: records.Record = {"work": "mvvenv", "name": old, "new": new, **links.folders}
    journal.write(home, "journal", old, {**record, "aside": os.path.basename(aside)})
    try:
        in_folder_of(aside, lambda: os.rename(home.environment(old), aside))
        yield aside
    finally:
        done = _end_respelling(links, old, new, aside)
        failed += done or []
        _close(home, old)


def _end_respelling(links: Links, old: str, new: str, aside: str) -> list[str] | None:
    """Delete the old environment if the new one is whole, else restore it. Returns messages about
    what still leads to the old name; None if the environment keeps that. Idempotent.
    """
    home = links.home
    path = home.environment(new)
    if os.path.lexists(aside):
        if os.path.lexists(path):  # the new one was put there in one step
            sync(home.path)
            trash.put(home, old, aside)
        else:
            os.rename(aside, home.environment(old))
    if home.spelled(new) != new or not os.path.lexists(path):
        return None
    for folder in ("kept", *MARKS):
        place = home.state(folder)
        if spelling(place, new) != new:
            stage = trash.new_stage(home, new)
            os.rename(f"{place}/{new}", stage)
            os.rename(stage, f"{place}/{new}")
    return follow(links, old, new)


def rename_link(links: Links, old: str, new: str) -> list[str]:
    """Rename a symlinked environment, and what leads to it. Returns messages about what failed.
    Raises OSError, and then nothing changed.
    """
    home = links.home
    change = pending.Change("mvvenv", old, new, bound(home.environment(old)), **links.folders)
    noted = not pending.remember(home, change)  # for the next verb, if this one is killed
    os.rename(home.environment(old), home.environment(new))
    with suppress(OSError):  # it may never have been used
        os.rename(home.state(USED, old), home.state(USED, new))
    failed = follow(links, old, new)
    if noted and not failed:
        pending.forget(home, old)
    return failed


def follow(links: Links, old: str, new: str) -> list[str]:
    """Point what leads to a renamed environment, in its project and on PATH, to its new name.
    Returns messages about what failed; a later verb tries that again.
    """
    places = bound(links.home.environment(new))
    pending.renamed(links.home, old, new)
    return _make(links.home, pending.Change("mvvenv", old, new, places, **links.folders))


def _make(home: Home, change: pending.Change) -> list[str]:
    """Make a change now, or remember it. Returns messages about what failed."""
    failed = change.make(home)
    return [*failed, *(pending.remember(home, change) if failed else [])]


@contextmanager
def removing(links: Links, name: str, places: tuple[str, ...], linked: bool) -> Iterator[Outcome]:
    """In the block, an environment is removed; then what leads to it is removed too: in its
    projects, if something there does, and its links on PATH and its kernel. linked: whether it has
    any of those. This yields an outcome, which holds the messages at the end. The caller holds the
    lock of the name.
    """
    outcome = Outcome()
    noted = bool(places) or linked
    if noted:
        record = {"work": "rmvenv", "name": name, "projects": places, **links.folders}
        try:
            journal.write(links.home, "journal", name, record)
        except OSError:  # on a full disk, removing helps
            pass
    try:
        yield outcome
    finally:
        _remove_leads(links, name, places, outcome)
        if noted:
            _close(links.home, name)


def _remove_leads(links: Links, name: str, places: tuple[str, ...], outcome: Outcome) -> None:
    """Remove what leads to a removed environment; what fails is remembered."""
    path = links.home.environment(name)
    if os.path.lexists(path):
        return
    for each in (projects.remove_traces(places, path), links.take(name)):
        outcome.done += each.done
        outcome.failed += each.failed
    if outcome.failed:
        change = pending.Change("rmvenv", name, None, places, **links.folders)
        outcome.failed += pending.remember(links.home, change)


# ---- the journal ---------------------------------------------------------------------------------


def under_way(home: Home) -> list[str]:
    """The environments that a verb is changing, or was changing when it was interrupted."""
    # a power cut may have lost the journal, but not the environment that is set aside
    names = {entry.partition("-")[2] for entry in listed(home.state("aside"))} - {""}
    return sorted(names | set(listed(home.state("journal"))))


def work_on(home: Home, name: str) -> tuple[str, float | None]:
    """The verb that is changing an environment, and since when (seconds since the epoch)."""
    try:
        record = journal.peek(home, "journal", name) or {}
    except OSError:
        record = {}
    return str(record.get("work") or "fixvenv"), modified(home.state("journal", name))


def recover(home: Home) -> None:
    """Finish or undo the work of interrupted verbs, and report it."""
    for name in under_way(home):
        try:
            with locked(home, name, "recovering", patience=0):
                _recover(home, name)
        except Busy:
            continue
        except (Failure, OSError) as error:  # it must not stop any other verb
            report(f"cannot finish the interrupted work on {quoted(name)}: {reason(error)}")
    _remove_empty_folders(home)


def _recover(home: Home, name: str) -> None:
    (work, _), record = work_on(home, name), journal.read(home, "journal", name)
    links = Links(home, *(records.text(record, key) for key in ("links", "kernels")))
    new = records.text(record, "new")
    if new is not None and "aside" in record:
        _recover_respelled(links, name, new, str(record["aside"]))
    elif new is not None:
        _recover_renamed(links, name, new, record.get("inode"))
    elif record.get("work") == "rmvenv":
        outcome = Outcome()
        _remove_leads(links, name, pending.projects_in(record), outcome)
        for line in outcome.messages:
            report(line)
        _close(home, name)
    else:
        _recover_replaced(home, name, work, record)


def _recover_replaced(home: Home, name: str, work: str, record: records.Record) -> None:
    there, known = listed(home.state("aside")), record.get("aside")
    named = [each for each in there if each.partition("-")[2] == name]  # a long name is not in it
    entry = next((each for each in there if each == known), next(iter(named), None))
    outcome = ""
    if entry and "changed" in record:
        _restore(home.environment(name), home.state("aside", entry), record["changed"])
        trash.put(home, name, home.state("aside", entry))
        outcome = "old"
    elif entry:
        outcome = _keep_whole(home, name, home.state("aside", entry), record.get("keep", 0))
    _close(home, name)
    if outcome == "new":
        report(f"finished the interrupted {work} of {quoted(name)}: the new environment is whole")
    elif outcome == "old":
        again = f"{work} {typed(name)}"
        report(f"undid the interrupted {work} of {quoted(name)}: restored the old one ({again})")


def _recover_respelled(links: Links, old: str, new: str, aside: str) -> None:
    lines = _end_respelling(links, old, new, links.home.state("aside", aside))
    for line in lines or ():
        report(line)
    _close(links.home, old)
    _report_renamed(old, new, lines is not None)


def _recover_renamed(links: Links, old: str, new: str, inode: object) -> None:
    """Remove the old environment if the new one is whole, else what exists of the new one."""
    home = links.home
    source, target = home.environment(old), home.environment(new)
    with locked(home, new, "recovering", patience=0):
        unfinished = os.path.lexists(f"{target}/{UNFINISHED}")
        done = not unfinished and os.path.isdir(target) and os.stat(target).st_ino == inode
        if done and os.path.lexists(source):
            trash.put(home, old, source)
        elif unfinished:
            trash.put(home, new, target)
        for line in follow(links, old, new) if done else ():
            report(line)
        _close(home, old)
    _report_renamed(old, new, done)


def _report_renamed(old: str, new: str, done: bool) -> None:
    if done:
        report(f"finished the interrupted mvvenv of {quoted(old)}: it is {quoted(new)} now")
    else:
        again = f"mvvenv {typed(old)} {typed(new)}"
        report(f"undid the interrupted mvvenv of {quoted(old)}: it keeps its name ({again})")


def _keep_whole(home: Home, name: str, aside: str, keep: float = 0) -> str:
    """Keep the new environment if it is whole, else restore the old one. keep: days for which the
    old one is kept beside the new one. Returns which it was: `new`, `old`, or `` if the old one was
    not moved yet, or is already deleted.
    """
    path = home.environment(name)
    if not os.path.lexists(aside):
        return ""
    if os.path.isdir(path) and not os.path.lexists(f"{path}/{UNFINISHED}"):
        sync(home.path)  # the new one has to survive before the old one goes
        kept.keep(home, name, aside, keep)
        return "new"
    if os.path.lexists(path):
        trash.put(home, name, path)
    os.rename(aside, path)
    return "old"


def _close(home: Home, name: str) -> None:
    """Delete the journal entry of a name."""
    journal.close(home, "journal", name)
    _remove_empty_folders(home)


def _remove_empty_folders(home: Home) -> None:
    """The shell starts the helper to recover if it finds the folder of the journal."""
    for folder in ("journal", "aside"):
        try:
            os.rmdir(home.state(folder))
        except OSError:
            pass
