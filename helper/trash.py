"""Deletion, the only place where it happens.

What is to go is renamed into $MULTIVENV_HOME/.multivenv/trash first, in one step, and deleted
there: wherever it is interrupted, no half of an environment is left that looks like a whole one.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from typing import Any

from home import Home
from locks import Busy, locked


def folder(home: Home) -> str:
    """The trash, made if it is not there. Raises OSError."""
    path = home.state("trash")
    os.makedirs(path, exist_ok=True)
    return path


def new_entry(home: Home, name: str) -> str:
    """A path in the trash that nothing else uses, for something of that name."""
    token = f"{os.getpid():x}.{os.urandom(4).hex()}"
    entry = f"{token}-{name}"
    return os.path.join(folder(home), entry if len(os.fsencode(entry)) <= 255 else token)


def discard(home: Home, name: str) -> None:
    """Take an environment away: from one moment to the next it is gone, then it is deleted.

    The caller holds its lock. A symlink goes, and what it leads to stays. Raises OSError, and then
    the environment is where it was.
    """
    path = home.environment(name)
    if os.path.islink(path):
        os.unlink(path)
        return
    entry = new_entry(home, name)
    try:
        os.rename(path, entry)
    except PermissionError:  # moving a folder changes its `..`, which takes write permission
        os.chmod(path, stat.S_IRWXU)
        os.rename(path, entry)
    delete(entry)


def delete(path: str) -> None:
    """Delete what lies in the trash, also below folders without write permission.

    What cannot be deleted stays there for the next sweep.
    """
    if sys.version_info >= (3, 12):
        shutil.rmtree(path, onexc=_make_writable)
    else:
        shutil.rmtree(path, onerror=_make_writable)


def sweep(home: Home) -> list[str]:
    """Delete what interrupted verbs have left in the trash. Returns the names it was of."""
    try:
        entries = os.listdir(home.state("trash"))
    except OSError:
        return []
    swept = []
    for entry in entries:
        _, _, name = entry.partition("-")
        try:
            with locked(home, name or entry, "sweeping"):
                delete(home.state("trash", entry))
        except (Busy, OSError):  # another process is deleting it right now
            continue
        if name:
            swept.append(name)
    return swept


def _make_writable(function: Any, path: str, error: Any) -> None:
    try:
        os.chmod(os.path.dirname(path), stat.S_IRWXU)
        if os.path.isdir(path) and not os.path.islink(path):
            os.chmod(path, stat.S_IRWXU)
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
    except OSError:
        pass
