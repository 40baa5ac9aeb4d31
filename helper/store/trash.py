"""Deletion, the only place where it happens.

What is to go is renamed into $MULTIVENV_HOME/.multivenv/trash first, in one step, and deleted
there: wherever it is interrupted, no half of an environment is left that looks like a whole one.
"""

from __future__ import annotations

import os
import stat

from helper.base.files import listed
from helper.base.messages import quoted, report
from helper.store.home import Home
from helper.store.locks import Busy, locked


def folder(home: Home) -> str:
    """The trash, made if it is not there. Raises OSError."""
    path = home.state("trash")
    os.makedirs(path, exist_ok=True)
    return path


def new_entry(home: Home, name: str) -> str:
    """An unused path in the trash for something of that name. Raises OSError."""
    return f"{folder(home)}/{_token(name)}"


def new_stage(home: Home, name: str) -> str:
    """An unused path on the same file system where a verb prepares a new environment, before it
    moves that to its place. Raises OSError.
    """
    path = home.state("staging")
    os.makedirs(path, exist_ok=True)
    return f"{path}/{_token(name)}"


def _token(name: str) -> str:
    token = f"{os.getpid():x}.{os.urandom(4).hex()}"
    entry = f"{token}-{name}"
    return entry if len(os.fsencode(entry)) <= 255 else token


def discard(home: Home, name: str) -> OSError | None:
    """Take an environment away: from one moment to the next it is gone, then it is deleted.

    As take, and then emptied.
    """
    return emptied(take(home, name))


def take(home: Home, name: str) -> str | None:
    """Take an environment away. Returns where it lies in the trash now, for emptied.

    The caller holds its lock. A symlink goes, and what it leads to stays. Raises OSError, and then
    the environment is where it was.
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
    """Delete what take has put into the trash. Returns what kept it from being deleted, if
    anything.
    """
    try:
        if entry is not None:
            delete(entry)
    except OSError as error:
        return error
    return None


def put(home: Home, name: str, path: str) -> None:
    """Delete something of that name that lies on the home's file system: first it is in the trash.

    Raises OSError if it could not be moved there.
    """
    entry = new_entry(home, name)
    os.rename(path, entry)
    try:
        delete(entry)
    except OSError:  # the next sweep tries again
        pass


def delete(path: str) -> None:
    """Delete what lies in the trash. Raises OSError; what could not be deleted stays there."""
    import shutil

    if not os.path.isdir(path) or os.path.islink(path):
        if os.path.lexists(path):
            os.unlink(path)
        return
    shutil.rmtree(path, ignore_errors=True)
    if os.path.lexists(path):
        _open_folders(path)
        shutil.rmtree(path)


def empty(path: str, kept: str) -> None:
    """Delete what is in a folder but for one name. Raises OSError."""
    with os.scandir(path) as entries:
        found = [(entry.path, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for each, is_folder in found:
        if os.path.basename(each) == kept:
            continue
        if is_folder:
            delete(each)
        else:
            os.unlink(each)


def entries(home: Home) -> list[tuple[str, str]]:
    """The entries of the trash, and the stages that killed verbs left: path and name of the
    environment.
    """
    return [
        (home.state(place, entry), entry.partition("-")[2] or entry)
        for place in ("staging", "trash")
        for entry in listed(home.state(place))
    ]


def sweep(home: Home) -> None:
    """Delete what interrupted verbs have left in the trash, and say of which names it was."""
    for path, name in entries(home):
        try:
            with locked(home, name, "sweeping", patience=0):
                if not os.path.lexists(path):  # its owner has had time to delete it
                    continue
                delete(path)
        except (Busy, OSError):  # another process is deleting it, or it cannot be deleted
            continue
        report(f"what an interrupted command left of {quoted(name)} is deleted now")


def _open_folders(path: str) -> None:
    """Give folders the permissions that it takes to delete what is in them."""
    try:
        os.chmod(path, stat.S_IRWXU)
        with os.scandir(path) as entries:
            folders = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for each in folders:
        _open_folders(each)
