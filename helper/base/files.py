"""Reading small files in few system calls: a listing reads four of them for each environment."""

from __future__ import annotations

import os
import stat

from helper.base.compat import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Callable, Mapping

SIZE = 8192
"""Bytes of a file that are read: more than files of this kind have, pyvenv.cfg or a first line.
A larger buffer costs more than the reading.
"""


def read(path: str, size: int = SIZE) -> bytes:
    """The first bytes of a file. Raises OSError."""
    # O_NONBLOCK: a FIFO in the place of a file must not hang the listing
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        return os.read(fd, size)
    finally:
        os.close(fd)


def read_or_nothing(path: str, size: int = SIZE) -> bytes:
    """The first bytes of a file; none if it cannot be read."""
    try:
        return read(path, size)
    except OSError:
        return b""


def first_line(path: str) -> str | None:
    """The first line of a file, without its end; None if there is none, or it is no text."""
    line = read_or_nothing(path).partition(b"\n")[0].rstrip(b"\r")
    return os.fsdecode(line) if line and b"\0" not in line else None


def is_utf8(text: str) -> bool:
    """Whether a name, or what was read from a file, is UTF-8: what is not came in as surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def modified(path: str) -> float | None:
    """When a file was last modified, in seconds since the epoch; None if it is not there."""
    try:
        return os.stat(path).st_mtime
    except OSError:
        return None


def current_folder(environ: Mapping[str, str]) -> str:
    """The current directory by the symlinks through which the user came, as the shell's own pwd
    has it. Raises OSError if it was deleted.
    """
    here = environ.get("PWD", "")
    return here if here.startswith("/") and same(here, ".") else os.getcwd()


def same(one: str, other: str) -> bool:
    """Whether two paths lead to the same file; False if one of them leads nowhere."""
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):  # a zero byte, read from a damaged file
        return False


def leads_to(path: str, place: str) -> bool:
    """Whether a path means a place, by whatever symlinks; the place need not be there any more."""
    try:
        return os.path.realpath(path) == os.path.realpath(place) or same(path, place)
    except ValueError:  # a zero byte
        return False


def is_gone(folder: str) -> bool:
    """Whether there certainly is no directory at an absolute path."""
    try:
        return not stat.S_ISDIR(os.stat(folder).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):  # on the way there is one that may not be entered
        return False


def expanded(typed: str) -> str:
    """A path that the user may have typed behind `=`, where not every shell knows `~`."""
    return os.path.expanduser(typed) if typed.startswith("~/") else typed


def replace(path: str, data: bytes, temporary: str, mode: int | None = None) -> None:
    """Write data to a temporary file on the same file system and rename it to path; mode is its
    permissions, if it is not to have those of a new one.

    Raises OSError; then path is as it was, and the temporary file is gone.
    """
    try:
        if os.path.lexists(temporary):  # of one that was killed
            os.unlink(temporary)
        with open(temporary, "xb") as file:
            file.write(data)
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, path)
    except OSError:
        drop(temporary)
        raise


def drop(path: str) -> None:
    """Delete a file, if it is there and can be deleted."""
    try:
        os.unlink(path)
    except OSError:
        pass


def in_folder_of(path: str, act: Callable[[], None]) -> None:
    """Act where the folder of a path has to be, which others remove when it is empty.

    Raises OSError.
    """
    for attempt in range(10):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            act()
            return
        except FileNotFoundError:  # it was removed at this very moment
            if attempt == 9:
                raise


def replace_link(path: str, target: str) -> None:
    """Let a symlink lead elsewhere, in one step. Raises OSError, and then it is as it was."""
    temporary = f"{path}.multivenv-new"
    if os.path.lexists(temporary):  # of one that was killed
        os.unlink(temporary)
    os.symlink(target, temporary)
    try:
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def disk_usage(path: str) -> int:
    """Bytes that a folder takes on disk, a file with several names counted once. What cannot be
    read is left out.
    """
    seen = set()
    total = 0
    folders = [path]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    found = entry.stat(follow_symlinks=False)
                    if found.st_nlink > 1 and not entry.is_dir(follow_symlinks=False):
                        if found.st_ino in seen:
                            continue
                        seen.add(found.st_ino)
                    total += found.st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except OSError:
            continue
    return total
