"""One lock for each name, so that two verbs never work on the same environment.

The lock is flock(2) on a file of its own: the system lets go of it when the process ends, however
it ends, so there are no stale ones. The file's text says who holds it, for messages only.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from contextlib import contextmanager

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.files import drop, first_line, listed, modified
from helper.base.messages import quoted
from helper.store.home import Home

if TYPE_CHECKING:
    from typing import Callable, Iterator

PATIENCE = 60.0
"""Seconds to wait for the programs of a killed process, which hold its lock until they end."""

LEAVING = "leaving"
"""The work of who removes a temporary environment, which is worth waiting for."""

FOLDER_PATIENCE = 10.0
"""Seconds to wait for a folder's lock, which is held for as long as a small file is written."""


class Busy(Failure):
    """Another process is at work on the environment."""


def _ignore(text: str) -> None:
    pass


@contextmanager
def locked(
    home: Home,
    name: str,
    work: str,
    patience: float = PATIENCE,
    report: Callable[[str], None] = _ignore,
) -> Iterator[int]:
    """Hold the lock of a name; work says what for, such as `mkvenv`. Gives its file descriptor.

    Raises Busy if another process holds it, OSError if the lock's file cannot be made. tell is
    called with a text if it takes a while.
    """
    path = home.state("locks", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    fd = _acquire(path, name, patience, report)
    try:
        os.ftruncate(fd, 0)
        try:
            os.pwrite(fd, f"{work}{_here()}".encode(), 0)
        except OSError:  # a full disk: the lock holds without its text
            pass
        yield fd
    finally:
        drop(path)
        os.close(fd)


@contextmanager
def folder_locked(path: str) -> Iterator[None]:
    """Hold the lock of a folder outside the home: flock(2) on the folder itself, so that no file is
    left in it. Where folders cannot be locked it goes without.

    Raises Busy if another process holds it for long, OSError if the folder cannot be read.
    """
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    start = time.monotonic()
    try:
        while not _try(fd):
            if time.monotonic() - start >= FOLDER_PATIENCE:
                raise Busy(f"{quoted(path)} is locked by another process")
            time.sleep(0.01)
        yield
    finally:
        os.close(fd)


def owner(path: str) -> str | None:
    """Who holds the lock in a file; None if nobody does but this process."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if _try(fd):
            return None
        who = _text(fd) or "another process"
        return None if who.endswith(_here()) else who
    finally:
        os.close(fd)


def holder(home: Home, name: str) -> str | None:
    """Who is at work on a name; None if nobody is but this process."""
    return owner(home.state("locks", name))


def unheld(home: Home) -> list[tuple[str, str, float | None]]:
    """The locks that nobody holds any more, for whoever did was killed: the name, who it was, and
    since when, in seconds since the epoch.
    """
    names = listed(home.state("locks"))
    free = [name for name in names if holder(home, name) is None]
    paths = [home.state("locks", name) for name in free]
    return [(name, first_line(path) or "", modified(path)) for name, path in zip(free, paths)]


def clear_unheld(home: Home) -> None:
    """Take away the files of locks that nobody holds any more."""
    for name, _, _ in unheld(home):
        try:
            with locked(home, name, "doctor", patience=0):  # at its end the file goes
                pass
        except (Busy, OSError):
            continue


def _here() -> str:
    """How the text of this process's locks ends."""
    return f", process {os.getpid()} on {os.uname().nodename}"


def _acquire(path: str, name: str, patience: float, report: Callable[[str], None]) -> int:
    start = time.monotonic()
    while True:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            if _try(fd):
                # whoever had it before has unlinked it: then this is a lock on nothing
                if _is_file(fd, path):
                    return fd
            else:
                who = _text(fd)
                if time.monotonic() - start >= _patience_with(who, patience):
                    raise Busy(f"{quoted(name)} is being worked on ({who or 'another process'})")
                report(f"waiting for {_what(who)}")
                time.sleep(0.05)
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)


def _patience_with(who: str, patience: float) -> float:
    """Seconds to wait for a lock whose file has this text."""
    if not who:  # taken a moment ago, or for a moment, as by owner()
        return min(patience, 1)
    return patience if _is_dead(who) or who.startswith(f"{LEAVING},") else 0


def _what(who: str) -> str:
    return who if who.startswith(LEAVING) else f"what is left running of {who or 'another process'}"


def _text(fd: int) -> str:
    return os.pread(fd, 200, 0).decode("utf-8", "replace")


def _is_file(fd: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), os.stat(path))
    except FileNotFoundError:
        return False


def _is_dead(who: str) -> bool:
    """Whether the text of a lock names a process of this host that has ended."""
    words = who.split()
    if len(words) != 5 or words[4] != os.uname().nodename:
        return False
    try:
        os.kill(int(words[2]), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError):
        pass
    return False


def _try(fd: int) -> bool:
    """Take the lock, if nobody has it. A file system without locks counts as taken."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES)
    return True
