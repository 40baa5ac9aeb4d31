"""Deletion, the only place where it happens, and the stages of new environments.

A verb first renames what it deletes into $MULTIVENV_HOME/.multivenv/trash, in one step. So an
interruption never leaves half of an environment that looks like a whole one.
"""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import contextmanager, suppress

from helper.base.compat import TYPE_CHECKING
from helper.base.detached import run_detached
from helper.base.errors import Failure
from helper.base.files import drop, listed
from helper.base.messages import quoted, report
from helper.store import locks
from helper.store.home import MARKS, Home
from helper.store.locks import locked

if TYPE_CHECKING:
    from typing import Iterator


def folder(home: Home, place: str = "trash") -> str:
    """The path of the trash, which this creates if necessary. Raises OSError."""
    path = home.state(place)
    os.makedirs(path, exist_ok=True)
    return path


def new_entry(home: Home, name: str, place: str = "trash") -> str:
    """An unused path in the trash for something of that name. Raises OSError."""
    token = f"{os.getpid():x}.{os.urandom(4).hex()}"
    entry = f"{token}-{name}"
    return f"{folder(home, place)}/{entry if len(os.fsencode(entry)) <= 255 else token}"


def new_stage(home: Home, name: str) -> str:
    """An unused path on the file system of the home, where a verb prepares something before it
    moves that to its place. Raises OSError.
    """
    return new_entry(home, name, "staging")


def take(home: Home, name: str, place: str | None = None) -> str | None:
    """Move an environment to the trash, and return its path there for `emptied`. Of a symlink this
    deletes the link, and returns None. place: a folder in the trash, see `deleting`.

    The caller holds its lock. Raises OSError, and then the environment stays where it was.
    """
    path = home.environment(name)
    if os.path.islink(path):
        os.unlink(path)
        for mark in MARKS:
            drop(home.state(mark, name))
        return None
    entry = new_entry(home, name) if place is None else f"{place}/{name}"
    try:
        os.rename(path, entry)
    except PermissionError:  # moving a folder changes its `..`, which takes write permission
        os.close(_open_folder(path, None))
        os.rename(path, entry)
    return entry


def emptied(entry: str | None) -> OSError | None:
    """Delete what `take` moved to the trash. Returns why that failed."""
    try:
        if entry is not None:
            delete(entry)
    except OSError as error:
        return error
    return None


def discard(home: Home, name: str) -> OSError | None:
    """Move an environment to the trash and delete it there: `take`, then `emptied`."""
    return emptied(take(home, name))


def put(home: Home, name: str, path: str) -> None:
    """Delete something of that name on the file system of the home, by way of the trash. A folder
    is deleted in the background.

    Raises OSError if it cannot be moved there. If it cannot be deleted, the next sweep tries again.
    """
    entry = new_entry(home, name)
    try:
        lock = _locked_folder(path)
    except BlockingIOError:  # of something else
        lock = None
    try:
        os.rename(path, entry)
        if lock is None:
            emptied(entry)
        else:
            _delete_in_background(entry, lock)
    finally:
        if lock is not None:
            os.close(lock)


@contextmanager
def deleting(home: Home, work: str) -> Iterator[str | None]:
    """A new folder in the trash, for `take`. At the end, one process in the background deletes it
    with all that is in it. None if it cannot be created, as on a full disk. work: the verb.
    """
    try:
        place = new_entry(home, work)
        os.mkdir(place)
    except OSError:
        yield None
        return
    lock = None
    try:
        with suppress(BlockingIOError):  # another process examines the new folder
            lock = _locked_folder(place)
        yield place
    finally:
        if lock is None or not listed(place):
            emptied(place)
        else:
            _delete_in_background(place, lock)
        if lock is not None:
            os.close(lock)


def _locked_folder(path: str) -> int | None:
    """The descriptor of a folder that is to be deleted, with flock(2) on it: whoever else finds it
    in the trash leaves it alone while a process holds that. None if it cannot be locked. Raises
    BlockingIOError if another process holds the lock.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        if isinstance(error, BlockingIOError):
            raise
        return None
    return fd


def _is_being_deleted(path: str) -> bool:
    """Whether a process is deleting an entry."""
    try:
        fd = _locked_folder(path)
    except BlockingIOError:
        return True
    if fd is not None:
        os.close(fd)
    return False


def _delete_in_background(entry: str, lock: int) -> None:
    """Delete an entry of the trash in a process of low priority, which holds its lock."""

    def act() -> None:
        os.nice(10)
        emptied(entry)

    try:
        run_detached(act, lock)
    except OSError:  # no process can be started
        emptied(entry)


def delete(path: str) -> None:
    """Delete something in the trash. Raises OSError, and then parts of it may be left."""
    folder, name = os.path.split(path)
    try:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):  # so nothing is there
        return
    try:
        found = os.stat(name, dir_fd=fd, follow_symlinks=False)
        failed: list[OSError] = []
        deep = [name] if stat.S_ISDIR(found.st_mode) else []
        if not deep:
            os.unlink(name, dir_fd=fd)
        while deep:
            _delete_folder(deep.pop(), fd, fd, deep, failed)
        if failed:
            raise failed[0]
    except FileNotFoundError:
        pass
    finally:
        os.close(fd)


# Folders are opened, never named by their path, and no link is followed: whoever can write to an
# environment could put a link to somewhere else into a path while it is deleted.

_DEEP = 50
"""Folders that are open at a time."""


def _delete_folder(
    name: str, folder: int, top: int, deep: list[str], failed: list[OSError], depth: int = 0
) -> None:
    """Delete a folder in an open one. top: the trash; deep: gets the names of folders that were too
    deep, and were moved there; failed: gets what went wrong.
    """
    try:
        fd = _open_folder(name, folder)
        try:
            if depth == _DEEP:
                deep.append(f"{os.getpid():x}.{os.urandom(8).hex()}")
                os.rename(name, deep[-1], src_dir_fd=folder, dst_dir_fd=top)
                return
            with os.scandir(fd) as entries:
                found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
            for inner, is_folder in found:
                if is_folder:
                    _delete_folder(inner, fd, top, deep, failed, depth + 1)
                    continue
                try:
                    os.unlink(inner, dir_fd=fd)
                except OSError as error:
                    failed.append(error)
        finally:
            os.close(fd)
        os.rmdir(name, dir_fd=folder)
    except OSError as error:
        failed.append(error)


def _open_folder(name: str, folder: int | None) -> int:
    """Open a folder to delete what is in it, with all permissions for the user. Raises OSError."""
    flags = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        fd = os.open(name, os.O_RDONLY | flags, dir_fd=folder)
    except PermissionError:
        _permit(name, folder, flags)
        fd = os.open(name, os.O_RDONLY | flags, dir_fd=folder)
    if os.fstat(fd).st_mode & stat.S_IRWXU != stat.S_IRWXU:
        try:
            os.fchmod(fd, stat.S_IRWXU)
        except OSError:  # of another user; the deletion will say why it fails
            pass
    return fd


def _permit(name: str, folder: int | None, flags: int) -> None:
    """Give the user all permissions on a folder that cannot be read."""
    if not hasattr(os, "O_PATH"):
        os.chmod(name, stat.S_IRWXU, dir_fd=folder, follow_symlinks=False)
        return
    fd = os.open(name, os.O_PATH | flags, dir_fd=folder)
    try:
        os.chmod(f"/proc/self/fd/{fd}", stat.S_IRWXU)
    finally:
        os.close(fd)


def empty(path: str, kept: str) -> None:
    """Delete all in a folder but one name. Raises OSError."""
    for name in os.listdir(path):
        if name != kept:
            delete(f"{path}/{name}")


def clear_obstacles(home: Home) -> None:
    """Delete what is in the place of lock files. Best effort: failure to delete is ignored."""
    for path in locks.obstacles(home):
        try:
            put(home, os.path.basename(path), path)
        except OSError:
            pass


def entries(home: Home) -> list[tuple[str, str]]:
    """The entries of the trash, and the stages of killed verbs: path and name; without those that a
    process is deleting.
    """
    found = [
        (home.state(place, entry), entry.partition("-")[2] or entry)
        for place in ("staging", "trash")
        for entry in listed(home.state(place))
    ]
    return [(path, name) for path, name in found if not _is_being_deleted(path)]


def sweep(home: Home) -> None:
    """Delete what interrupted verbs left in the trash, and report the names."""
    for path, name in entries(home):
        try:
            with locked(home, name, "sweeping", patience=0):
                # its owner has deleted it meanwhile, or does so
                if not os.path.lexists(path) or _is_being_deleted(path):
                    continue
                delete(path)
        except (Failure, OSError):  # another process is deleting it, or it cannot be deleted
            continue
        report(f"deleted leftovers of {quoted(name)} from an interrupted command")
