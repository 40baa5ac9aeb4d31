"""Files: reading small ones in few system calls, writing in one step, copying; and file systems."""

from __future__ import annotations

import os
import stat

from helper.base.compat import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Callable, Iterator, Mapping

SIZE = 8192
"""Bytes that a read takes by default, more than pyvenv.cfg or a first line has. A larger buffer
costs more than the read itself."""

_FICLONE = 0x40049409
"""The request of ioctl_ficlone(2) on most processors; elsewhere it fails, and files are copied."""


# ---- reading -------------------------------------------------------------------------------------


def read(path: str, size: int = SIZE) -> bytes:
    """The first bytes of a file. Raises OSError."""
    # O_NONBLOCK: a FIFO in place of a file must not block a listing
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
    """The first line of a file, without its end; None if the file has none, or holds no text."""
    line = read_or_nothing(path).partition(b"\n")[0].rstrip(b"\r")
    return os.fsdecode(line) if line and b"\0" not in line else None


def is_utf8(text: str) -> bool:
    """Whether a name or the text of a file was UTF-8: other bytes are surrogates in it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def modified(path: str) -> float | None:
    """When a file was last modified, in seconds since the epoch; None if it does not exist."""
    try:
        return os.stat(path).st_mtime
    except OSError:
        return None


def listed(folder: str) -> list[str]:
    """The names in a folder, sorted; none if it does not exist or cannot be read."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def walk(path: str) -> Iterator[tuple[str, list[str]]]:
    """Each folder below a path, parents first, as its path below that one (`` for the path itself,
    else `/lib/...`), with the names of its files and links. Raises OSError.
    """
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(f"{path}{folder}") as entries:
            found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
        yield folder, [name for name, is_folder in found if not is_folder]
        folders += [f"{folder}/{name}" for name, is_folder in reversed(found) if is_folder]


def disk_usage(path: str) -> int:
    """Bytes that a folder takes on disk; a file with several names counts once. What cannot be read
    counts nothing.
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


# ---- paths ---------------------------------------------------------------------------------------


def current_folder(environ: Mapping[str, str]) -> str:
    """The current directory with the symlinks by which the user came, as the shell's own pwd
    prints it. Raises OSError if it was deleted.
    """
    here = environ.get("PWD", "")
    return here if here.startswith("/") and same(here, ".") else os.getcwd()


def expanded(word: str) -> str:
    """A path that the user may have typed behind `=`, where not every shell expands `~`."""
    return os.path.expanduser(word) if word.startswith("~/") else word


def same(one: str, other: str) -> bool:
    """Whether two paths lead to the same file; False if one of them leads nowhere."""
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):  # ValueError: a zero byte, read from a damaged file
        return False


def leads_to(path: str, place: str) -> bool:
    """Whether a path leads to a place, by any symlinks; the place need not exist anymore."""
    try:
        return os.path.realpath(path) == os.path.realpath(place) or same(path, place)
    except ValueError:  # a zero byte
        return False


def is_gone(folder: str) -> bool:
    """Whether there is certainly no directory at an absolute path."""
    try:
        return not stat.S_ISDIR(os.stat(folder).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):  # a folder on the way may not be entered
        return False


# ---- writing -------------------------------------------------------------------------------------


def write(path: str, data: bytes, temporary: str | None = None, mode: int | None = None) -> None:
    """Write a file in one step: write a temporary file on the same file system, then rename it.
    mode: its permissions, if it does not get those of a new file.

    Raises OSError; then path is as it was, and the temporary file is gone.
    """
    temporary = temporary or f"{path}.new"
    try:
        if os.path.lexists(temporary):  # a killed verb left it
            os.unlink(temporary)
        with open(temporary, "xb") as file:
            file.write(data)
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, path)
    except OSError:
        drop(temporary)
        raise


def replace_link(path: str, target: str, temporary: str | None = None) -> None:
    """Make path a symlink to target in one step, also where another link or a file is.

    Raises OSError; then path is as it was.
    """
    temporary = temporary or f"{path}.multivenv-new"
    if os.path.lexists(temporary):  # a killed verb left it
        os.unlink(temporary)
    os.symlink(target, temporary)
    try:
        os.replace(temporary, path)
    except OSError:
        drop(temporary)
        raise


def drop(path: str) -> None:
    """Delete a file if it exists. Best effort: failure to delete is ignored."""
    try:
        os.unlink(path)
    except OSError:
        pass


def in_folder_of(path: str, act: Callable[[], None]) -> None:
    """Act while the folder of a path exists, which other verbs remove when it is empty.

    Raises OSError.
    """
    for attempt in range(10):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            act()
            return
        except FileNotFoundError:  # another verb has just removed it
            if attempt == 9:
                raise


class Copier:
    """Copies files: by hard links while the file system allows that, else by reflinks, else by
    plain copies. Hard links share contents, so whoever changes such a file has to replace it.
    """

    def __init__(self, share: bool = True) -> None:
        self.share = share
        """Whether to make hard links."""
        self._clone = True

    def copy(self, source: str, target: str) -> None:
        """Copy a file or symlink with its mode and times. Raises OSError."""
        if self.share:
            try:
                os.link(source, target, follow_symlinks=False)
                return
            except FileNotFoundError:
                raise
            except OSError:  # another file system, or one without hard links, or too many of them
                self.share = False
        from shutil import copy2

        found = os.lstat(source)
        if self._clone and stat.S_ISREG(found.st_mode):
            self._clone = _cloned(source, target)
        if not (self._clone and stat.S_ISREG(found.st_mode)):
            copy2(source, target, follow_symlinks=False)  # fails for a FIFO, which open() waits for
            return
        os.chmod(target, stat.S_IMODE(found.st_mode))
        os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))


def _cloned(source: str, target: str) -> bool:
    """Whether target could be made a new file that shares the blocks of source (a reflink)."""
    from fcntl import ioctl

    with open(source, "rb") as old, open(target, "xb") as new:
        try:
            ioctl(new.fileno(), _FICLONE, old.fileno())
        except OSError:
            return False
    return True


# ---- file systems --------------------------------------------------------------------------------

TABLE = "/proc/self/mounts"
"""The table of the file systems, as proc_pid_mounts(5) has it: device, place, type, options, and
in octal what would be no part of a word.
"""
_BSD = r".* on (/.*) \(([^,()]+)((?:, [^,()]+)*)\)"
"""A line of what mount(8) prints on macOS and BSD: `/dev/disk3s5 on /Volumes/a b (apfs, local)`."""
_LINKLESS = ("vfat", "msdos", "exfat")


class Mount(NamedTuple):
    """A file system."""

    point: str
    type: str
    options: tuple[str, ...]


def table() -> list[Mount]:
    """All there are. Where the system has no file that tells, mount(8) is started."""
    try:
        with open(TABLE, encoding="utf-8", errors="surrogateescape") as file:
            return parse(file.read())
    except OSError:
        return parse_bsd(_mount())


def parse(text: str) -> list[Mount]:
    """The file systems in a text like that of TABLE."""
    rows = [line.split(" ") for line in text.split("\n")]
    return [Mount(_plain(row[1]), row[2], tuple(row[3].split(","))) for row in rows if len(row) > 3]


def parse_bsd(text: str) -> list[Mount]:
    """The file systems in what mount(8) has printed on macOS and BSD."""
    import re

    found = [re.fullmatch(_BSD, line) for line in text.split("\n")]
    return [Mount(row[1], row[2], tuple(row[3].split(", ")[1:])) for row in found if row]


def _plain(word: str) -> str:
    """The word that octal escapes stand in, such as 040 behind a backslash for a space."""
    import re

    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), word)


def _mount() -> str:
    import subprocess

    try:
        return subprocess.run(
            ["/sbin/mount"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=5,
            check=True,
        ).stdout.decode("utf-8", "surrogateescape")
    except (OSError, subprocess.SubprocessError):
        return ""


def mount_of(path: str, mounts: list[Mount]) -> Mount | None:
    """The file system that a path is on, or will be when it is made; None if not known."""
    place = os.path.realpath(path) + "/"
    best: Mount | None = None
    for each in mounts:
        inside = place.startswith(each.point.rstrip("/") + "/")
        if inside and (not best or len(each.point) >= len(best.point)):  # a later one lies on top
            best = each
    return best


def can_link(one: str, other: str, mounts: list[Mount]) -> bool:
    """Whether files below one path can have names below the other too: the same file system, by
    the same mount, and one that has hard links.
    """
    mount = mount_of(one, mounts)
    if mount != mount_of(other, mounts) or (mount is not None and mount.type in _LINKLESS):
        return False
    try:
        return os.stat(nearest(one)).st_dev == os.stat(nearest(other)).st_dev
    except OSError:
        return False


def ignores_case(folder: str) -> bool | None:
    """Whether upper and lower case are the same in a folder, or will be when it is made; None if
    there is nothing by which to tell.
    """
    try:
        names = os.listdir(folder)
    except OSError:
        names = []
    for path in [*(f"{folder}/{name}" for name in names), nearest(folder)]:
        parent, name = os.path.split(path)
        if name.swapcase() != name and os.path.exists(path):
            try:
                return os.path.samefile(path, f"{parent}/{name.swapcase()}")
            except OSError:
                return False
    return None


def nearest(path: str) -> str:
    """The path itself if it is there, else the nearest folder above it that is."""
    while not os.path.lexists(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return path


def is_writable(folder: str) -> bool:
    """Whether files can be made in a folder, or the folder itself."""
    folder = nearest(folder)
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)
