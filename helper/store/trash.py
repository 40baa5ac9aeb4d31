"""Deletion, the only place where it happens, and the stages of new environments.

A verb first renames what it deletes into $MULTIVENV_HOME/.multivenv/trash, in one step. So an
interruption never leaves half of an environment that looks like a whole one.
"""

from __future__ import annotations

import os
import stat

from helper.base.files import listed
from helper.base.messages import quoted, report
from helper.store.home import Home
from helper.store.locks import Busy, locked


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


def take(home: Home, name: str) -> str | None:
    """Move an environment to the trash, and return its path there for `emptied`. Of a symlink this
    deletes the link, and returns None.

    The caller holds its lock. Raises OSError, and then the environment stays where it was.
    """
    path = home.environment(name)
    if os.path.islink(path):
        os.unlink(path)
        return None
    entry = new_entry(home, name)
    try:
        os.rename(path, entry)
    except PermissionError:  # moving a folder changes its `..`, which takes write permission
        os.chmod(path, stat.S_IRWXU)
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
    """Delete something of that name on the file system of the home, by way of the trash.

    Raises OSError if it cannot be moved there. If it cannot be deleted, the next sweep tries again.
    """
    entry = new_entry(home, name)
    os.rename(path, entry)
    emptied(entry)


def delete(path: str) -> None:
    """Delete something in the trash. Raises OSError, and then parts of it may be left."""
    import shutil

    if not os.path.isdir(path) or os.path.islink(path):
        if os.path.lexists(path):
            os.unlink(path)
        return
    shutil.rmtree(path, ignore_errors=True)
    if os.path.lexists(path):
        _permit_deletion(path)
        shutil.rmtree(path)


def _permit_deletion(path: str) -> None:
    """Give the user all permissions on a folder and the folders in it."""
    try:
        os.chmod(path, stat.S_IRWXU)
        with os.scandir(path) as found:
            folders = [entry.path for entry in found if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for each in folders:
        _permit_deletion(each)


def empty(path: str, kept: str) -> None:
    """Delete all in a folder but one name. Raises OSError."""
    for name in os.listdir(path):
        if name != kept:
            delete(f"{path}/{name}")


def entries(home: Home) -> list[tuple[str, str]]:
    """The entries of the trash, and the stages of killed verbs: path and name."""
    return [
        (home.state(place, entry), entry.partition("-")[2] or entry)
        for place in ("staging", "trash")
        for entry in listed(home.state(place))
    ]


def sweep(home: Home) -> None:
    """Delete what interrupted verbs left in the trash, and report the names."""
    for path, name in entries(home):
        try:
            with locked(home, name, "sweeping", patience=0):
                if not os.path.lexists(path):  # its owner has deleted it meanwhile
                    continue
                delete(path)
        except (Busy, OSError):  # another process is deleting it, or it cannot be deleted
            continue
        report(f"deleted leftovers of {quoted(name)} from an interrupted command")
