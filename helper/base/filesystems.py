"""File systems: which one a path is on, and what it can do."""

from __future__ import annotations

import errno
import os
import re
from contextlib import suppress

from helper.base.compat import NamedTuple
from helper.base.errors import Failure
from helper.base.files import drop, listed, read_all, same
from helper.base.messages import quoted

TABLE = "/proc/self/mounts"
"""The file systems on Linux, in the format of proc_pid_mounts(5): device, mount point, type and
options, with spaces as `\\040`.
"""
_LARGEST = 1 << 22
"""Bytes of the largest table that is read."""
_BSD = r".* on (/.*) \(([^,()]+)((?:, [^,()]+)*)\)"
"""A line of mount(8) on macOS and BSD: `/dev/disk3s5 on /Volumes/a b (apfs, local)`."""
_LINKLESS = ("vfat", "msdos", "exfat")


class Mount(NamedTuple):
    """A mounted file system."""

    point: str
    type: str
    options: tuple[str, ...]


def mounts() -> list[Mount]:
    """The mounted file systems. Starts mount(8) where the system has no file that lists them."""
    try:
        return parse_table(os.fsdecode(read_all(TABLE, _LARGEST)))
    except OSError:
        pass
    import subprocess

    try:
        mount = subprocess.run(["/sbin/mount"], capture_output=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return parse_bsd(mount.stdout.decode("utf-8", "surrogateescape"))


def parse_table(text: str) -> list[Mount]:
    """The file systems in a text like that of TABLE."""
    rows = [line.split(" ") for line in text.split("\n")]
    return [Mount(_plain(row[1]), row[2], tuple(row[3].split(","))) for row in rows if len(row) > 3]


def _plain(word: str) -> str:
    """A word without octal escapes."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), word)


def parse_bsd(text: str) -> list[Mount]:
    """The file systems in the output of mount(8) on macOS and BSD."""
    found = [re.fullmatch(_BSD, line) for line in text.split("\n")]
    return [Mount(row[1], row[2], tuple(row[3].split(", ")[1:])) for row in found if row]


def mount_of(path: str, known: list[Mount]) -> Mount | None:
    """The file system of a path, which need not exist; None if unknown."""
    place = os.path.realpath(path) + "/"
    best: Mount | None = None
    for each in known:
        inside = place.startswith(each.point.rstrip("/") + "/")
        if inside and (not best or len(each.point) >= len(best.point)):  # a later one hides others
            best = each
    return best


def can_link(one: str, other: str, known: list[Mount]) -> bool:
    """Whether files below one path can have hard links below the other."""
    mount = mount_of(one, known)
    if mount != mount_of(other, known) or (mount is not None and mount.type in _LINKLESS):
        return False
    try:
        return os.stat(existing(one)).st_dev == os.stat(existing(other)).st_dev
    except OSError:
        return False


_REFUSALS = (errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
"""The errors of symlink(2) on a file system that has none."""

PROBE = ".probe.multivenv-new"
"""The link that has_symlinks() creates and deletes."""


def has_symlinks(folder: str) -> bool:
    """Whether symlinks are possible in a folder, which need not exist. True if that cannot be tried
    there: then nothing else can be created either.
    """
    folder = existing(folder)
    # in the home itself a link would look like an environment
    state = f"{folder}/.multivenv"
    folder = state if os.path.isdir(state) else folder
    probe = f"{folder}/{PROBE}"
    try:
        found = os.stat(folder)
        os.symlink("probe", probe)
    except FileExistsError:  # of a killed verb, or of one that looks right now
        return os.path.islink(probe)
    except OSError as error:
        if error.errno not in _REFUSALS:
            return True
    else:
        drop(probe)
        with suppress(OSError):
            os.utime(folder, ns=(found.st_atime_ns, found.st_mtime_ns))
        return True
    try:
        os.mkdir(probe)  # EPERM may concern the folder
        os.rmdir(probe)
    except OSError:
        return True
    return False


def check_symlinks(folder: str, doing: str, advice: str | None = None) -> None:
    """Check that symlinks are possible in a folder. doing: what needs one, such as `cannot link X`.
    Raises Failure.
    """
    if not has_symlinks(folder):
        raise Failure(f"{doing}: the file system of {quoted(folder)} has no symlinks", advice)


def ignores_case(folder: str) -> bool | None:
    """Whether names in a folder, which need not exist, are case-insensitive; None if no name there
    can tell.
    """
    for path in [*(f"{folder}/{name}" for name in listed(folder)), existing(folder)]:
        parent, name = os.path.split(path)
        if name.swapcase() != name and os.path.exists(path):
            return same(path, f"{parent}/{name.swapcase()}")
    return None


def existing(path: str) -> str:
    """The path itself if it exists, else the nearest folder above it that does."""
    while not os.path.lexists(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return path


def is_writable(folder: str) -> bool:
    """Whether the user can create files in a folder, or the folder itself."""
    folder = existing(folder)
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)
