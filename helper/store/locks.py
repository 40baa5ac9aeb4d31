"""One lock per name, so that two verbs never work on the same environment.

A lock is flock(2) on a file of its own, which the system releases when the process ends, so no lock
is ever stale. The text of the file names the holder, for messages only.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from contextlib import contextmanager

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure
from helper.base.files import drop, first_line, listed, modified, open_regular
from helper.base.messages import quoted, typed
from helper.store.home import Home

if TYPE_CHECKING:
    from typing import Callable, Iterator

PATIENCE = 60.0
"""Seconds to wait for the programs of a killed verb, which hold its lock until they end."""

LEAVING = "leaving"
"""The work of a process that removes a temporary environment: others wait for that."""

FOLDER_PATIENCE = 10.0
"""Seconds to wait for the lock of a folder, which verbs hold while they write a small file."""


_OPENING = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
"""How the file of a lock is opened: writing through a link would destroy another file."""


class Busy(Failure):
    """Another process holds the lock."""


@contextmanager
def locked(
    home: Home,
    name: str,
    work: str,
    patience: float = PATIENCE,
    report: Callable[[str], None] | None = None,
    held: list[int] | None = None,
) -> Iterator[int]:
    """Hold the lock of a name, and yield its file descriptor. work: the verb. report gets a text
    while this waits. held: a list that contains the descriptor in the block.

    Raises Busy if another process holds the lock, Failure if something else is in the place of its
    file, OSError if that cannot be created or locked.
    """
    path = home.state("locks", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    fd = _acquire(path, name, patience, report)
    held = [] if held is None else held
    held.append(fd)
    try:
        os.ftruncate(fd, 0)
        try:
            os.pwrite(fd, f"{work}{_own_process()}".encode(), 0)
        except OSError:  # a full disk: the lock works without its text
            pass
        yield fd
    finally:
        held.remove(fd)
        drop(path)
        os.close(fd)


@contextmanager
def folder_locked(path: str) -> Iterator[None]:
    """Hold the lock of a folder outside the home: flock(2) on the folder itself, which leaves no
    file there. A file system without locks counts as locked.

    Raises Busy if another process holds it too long, OSError if the folder cannot be read.
    """
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    start = time.monotonic()
    try:
        while not _flock(fd, path):
            if time.monotonic() - start >= FOLDER_PATIENCE:
                raise Busy(f"{quoted(path)} is locked by another process")
            time.sleep(0.01)
        yield
    finally:
        os.close(fd)


@contextmanager
def file_locked(path: str) -> Iterator[None]:
    """Hold a lock that other tools know too: flock(2) on a file of its own, which stays there, as
    theirs does. A file system without locks counts as locked.

    Raises Busy if another process holds it too long, Failure if something else is in the place of
    the file, OSError if that cannot be created or locked.
    """
    start = time.monotonic()
    while True:
        fd = _open(path, f"rm {typed(path)}")
        try:
            taken = _flock(fd, path)
            if taken and _is_at(fd, path):
                break
            if not taken and time.monotonic() - start >= FOLDER_PATIENCE:
                raise Busy(f"{quoted(path)} is locked by another process")
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)
        time.sleep(0.01)
    try:
        yield
    finally:
        os.close(fd)


def holder(home: Home, name: str) -> str | None:
    """The holder of the lock of a name, such as `mkvenv, process 12 on host`; None if no other
    process holds it.
    """
    try:
        fd = open_regular(home.state("locks", name), os.O_RDONLY | _OPENING)
    except OSError:
        return None
    try:
        if _flock(fd):
            return None
        who = _holder_in(fd) or "another process"
        return None if who.endswith(_own_process()) else who
    except OSError:  # it cannot be locked: the file only says who tried that
        who = _holder_in(fd)
        return None if not who or _has_died(who) or who.endswith(_own_process()) else who
    finally:
        os.close(fd)


def unheld(home: Home) -> list[tuple[str, str, float | None]]:
    """The locks of killed verbs: name, last holder, and when that took it (seconds since the
    epoch).
    """
    others = {os.path.basename(path) for path in obstacles(home)}
    names = [name for name in listed(home.state("locks")) if name not in others]
    free = [name for name in names if holder(home, name) is None]
    paths = [home.state("locks", name) for name in free]
    return [(name, first_line(path) or "", modified(path)) for name, path in zip(free, paths)]


def clear_unheld(home: Home) -> None:
    """Delete the files of the locks of killed verbs."""
    for name, _, _ in unheld(home):
        try:
            with locked(home, name, "doctor", patience=0):  # this deletes the file at the end
                pass
        except (Failure, OSError):
            continue


def obstacles(home: Home) -> list[str]:
    """The paths of locks at which something else is: a link, a folder, a FIFO or the like."""
    paths = [home.state("locks", name) for name in listed(home.state("locks"))]
    return [path for path in paths if not _is_lock(os.lstat(path))]


def _is_lock(found: os.stat_result) -> bool:
    """Whether it can be the file of a lock: it is a file, and has no other name."""
    return stat.S_ISREG(found.st_mode) and found.st_nlink <= 1


def _open(path: str, remedy: str = "multivenv doctor --fix removes it") -> int:
    """Open the file of a lock, and create it if necessary. remedy: what to do if something else is
    in its place. Raises Failure and OSError.
    """
    try:
        if _is_lock(os.lstat(path)):
            fd = open_regular(path, os.O_RDWR | _OPENING)
            if _is_lock(os.fstat(fd)):
                return fd
            os.close(fd)
    except FileNotFoundError:
        try:
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _OPENING, 0o666)
        except FileExistsError:  # another process was faster
            return _open(path, remedy)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.EINVAL, errno.EISDIR, errno.ENXIO):
            raise
    raise Failure(f"{quoted(path)} is not a lock file", remedy)


def _acquire(path: str, name: str, patience: float, report: Callable[[str], None] | None) -> int:
    start = time.monotonic()
    while True:
        fd = _open(path)
        try:
            if _flock(fd, path):
                if _is_at(fd, path):  # else its last holder has deleted the file
                    return fd
            else:
                who = _holder_in(fd)
                if time.monotonic() - start >= _patience_with(who, patience):
                    raise Busy(f"{quoted(name)} is in use by {who or 'another process'}")
                if report:
                    report(f"waiting for {who or 'another process'}")
                time.sleep(0.05)
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)


def _patience_with(who: str, patience: float) -> float:
    """Seconds to wait for that holder."""
    if not who:  # it has just taken the lock, or holds it for a moment, as in holder()
        return min(patience, 1)
    return patience if _has_died(who) or who.startswith(f"{LEAVING},") else 0


def _has_died(who: str) -> bool:
    """Whether a holder is a process of this host that has ended; its children hold the lock."""
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


def _own_process() -> str:
    """The end of the text in locks of this process."""
    return f", process {os.getpid()} on {os.uname().nodename}"


def _holder_in(fd: int) -> str:
    return os.pread(fd, 200, 0).decode("utf-8", "replace")


def _is_at(fd: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), os.lstat(path))
    except FileNotFoundError:
        return False


def _flock(fd: int, path: str | None = None) -> bool:
    """Take a lock if it is free. A file system that has none counts as locked. Raises OSError if
    there should be locks, but the system cannot give one, as without the lock service of NFS.
    """
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno == errno.ENOLCK:
            raise OSError(error.errno, error.strerror, path) from error
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES)
    return True
