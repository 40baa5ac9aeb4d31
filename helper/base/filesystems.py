"""File systems: of what kind the one of a path is, and what it can do. Nothing is written."""

from __future__ import annotations

import os
import re

from helper.base.compat import NamedTuple

TABLE = "/proc/self/mounts"
"""The table of the file systems, as proc_pid_mounts(5) has it: device, place, type, options, and
in octal what would be no part of a word.
"""
_BSD = re.compile(r".* on (/.*) \(([^,()]+)((?:, [^,()]+)*)\)")
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
    found = [_BSD.fullmatch(line) for line in text.split("\n")]
    return [Mount(row[1], row[2], tuple(row[3].split(", ")[1:])) for row in found if row]


def _plain(word: str) -> str:
    """The word that octal escapes stand in, such as 040 behind a backslash for a space."""
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
