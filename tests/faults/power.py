"""Usage: power.py [--seconds N]... [--case NAME]...

Cuts the power after verbs that write. Each verb runs in an ext4 file system on a loop device; N
seconds after the verb ended (default 0 and 6), the file system is shut down without writing data
that was not synced, as a power cut does, and mounted again. Every environment in it has to be
whole: as before the verb, or as the verb left it. Needs root and loop devices.

Prints a line for each cut, and the number of losses at the end. The exit status is 1 if there is a
loss, 2 if no file system can be mounted here.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HELPER = f"{ROOT}/helper/__main__.py"
MEGABYTES = 256

SHUTDOWN = 0x8004587D
"""The request of EXT4_IOC_SHUTDOWN; NO_FLUSH is its flag to leave the journal as it is."""
NO_FLUSH = 2


class Case(NamedTuple):
    """A verb, and how its home comes about."""

    name: str
    words: list[str]
    prepare: list[list[str]]
    damage: str | None = None


CASES = (
    Case("mkvenv", ["mkvenv", "web"], [["mkvenv", "other"]]),
    Case("rebuild", ["fixvenv", "-y", "web"], [["mkvenv", "web"]], "corrupt"),
    Case("rewrite", ["fixvenv", "-y", "web"], [["mkvenv", "old"]], "moved"),
    Case("relink", ["fixvenv", "-y", "web"], [["mkvenv", "web"]], "dangling"),
    Case("cpvenv", ["cpvenv", "web", "copy"], [["mkvenv", "web"]]),
    Case("mvvenv", ["mvvenv", "web", "moved"], [["mkvenv", "web"]]),
    Case("rmvenv", ["rmvenv", "-y", "web"], [["mkvenv", "web"]]),
    Case("restore", ["mkvenv", "--restore", "web"], [["mkvenv", "web"], ["rmvenv", "-y", "web"]]),
)


def helper(disk: str, cache: str, words: list[str]) -> subprocess.CompletedProcess[bytes]:
    environ = {
        "HOME": disk,
        "PATH": f"{os.path.dirname(sys.executable)}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "MULTIVENV_HOME": f"{disk}/venvs",
        "MULTIVENV_CACHE": cache,
        "MULTIVENV_PYTHON": sys.executable,
    }
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-X", "utf8", HELPER, *words],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )


def mounted(image: str, point: str) -> bool:
    os.makedirs(point, exist_ok=True)
    words = ["mount", "-o", "loop", image, point]
    return subprocess.run(words, stderr=subprocess.DEVNULL, check=False).returncode == 0


def unmount(point: str) -> None:
    for _ in range(20):
        if (
            subprocess.run(["umount", point], stderr=subprocess.DEVNULL, check=False).returncode
            == 0
        ):
            return
        time.sleep(0.2)


def shut_down(point: str) -> None:
    fd = os.open(point, os.O_RDONLY)
    try:
        fcntl.ioctl(fd, SHUTDOWN, struct.pack("=I", NO_FLUSH))
    finally:
        os.close(fd)


def sizes(disk: str) -> dict[str, dict[str, int]]:
    """The files of each environment and their sizes."""
    found: dict[str, dict[str, int]] = {}
    for name in sorted(os.listdir(f"{disk}/venvs")):
        top = f"{disk}/venvs/{name}"
        if name == ".multivenv" or not os.path.isdir(top):
            continue
        files = found.setdefault(name, {})
        for place, _, names in os.walk(top):
            for each in names:
                path = f"{place}/{each}"
                if "__pycache__" not in path and each not in (".last-used", ".multivenv-sound"):
                    files[path[len(top) :]] = os.lstat(path).st_size
    return found


def damage(disk: str, kind: str | None) -> None:
    web = f"{disk}/venvs/web"
    if kind == "corrupt":
        os.unlink(f"{web}/pyvenv.cfg")
    elif kind == "moved":
        os.rename(f"{disk}/venvs/old", web)
    elif kind == "dangling":
        os.unlink(f"{web}/bin/python")
        os.symlink("/nowhere/bin/python3", f"{web}/bin/python")


def losses(
    disk: str, cache: str, before: dict[str, dict[str, int]], after: dict[str, dict[str, int]]
) -> list[str]:
    """What is lost on the disk after the cut."""
    listed = helper(disk, cache, ["lsvenvs", "--json"])
    if listed.returncode != 0:
        return [f"lsvenvs failed: {listed.stderr.decode()[-200:]}"]
    statuses = {each["name"]: each["status"] for each in json.loads(listed.stdout)["environments"]}
    now = sizes(disk)
    problems = []
    for name in sorted(set(before) | set(after)):
        if now.get(name) in (before.get(name), after.get(name)):
            continue
        tree = now.get(name) or {}
        wanted = after.get(name) or before.get(name) or {}
        wrong = sorted(key for key in wanted if tree.get(key) != wanted[key])
        extra = sorted(key for key in tree if key not in wanted)
        problems.append(
            f"{name} ({statuses.get(name, 'gone')}): {len(wrong)} files lost or cut, such as"
            f" {wrong[:2]}; {len(extra)} more"
        )
    if before and after and not (set(now) & (set(before) | set(after))):
        problems.append("no environment is left")
    return problems


def cut(case: Case, seconds: float, base: str, cache: str) -> list[str] | None:
    """The losses after one cut; None if no file system can be mounted."""
    image, disk = f"{base}/image", f"{base}/disk"
    with open(image, "wb") as file:
        file.truncate(MEGABYTES << 20)
    eager = "lazy_itable_init=0,lazy_journal_init=0"
    subprocess.run(["mkfs.ext4", "-q", "-F", "-E", eager, image], check=True)
    if not mounted(image, disk):
        return None
    try:
        os.makedirs(f"{disk}/venvs")
        for words in case.prepare:
            done = helper(disk, cache, words)
            assert done.returncode == 0, done.stderr
        damage(disk, case.damage)
        os.sync()
        before = sizes(disk)
        done = helper(disk, cache, case.words)
        assert done.returncode == 0, done.stderr
        after = sizes(disk)
        time.sleep(seconds)
        shut_down(disk)
    finally:
        unmount(disk)
    assert mounted(image, disk)
    try:
        return losses(disk, cache, before, after)
    finally:
        unmount(disk)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, action="append")
    parser.add_argument("--case", action="append")
    given = parser.parse_args()
    base = tempfile.mkdtemp(prefix="power-")
    cache = f"{base}/cache"
    cuts = lost = 0
    try:
        for case in CASES:
            if given.case and case.name not in given.case:
                continue
            for seconds in given.seconds or (0.0, 6.0):
                found = cut(case, seconds, base, cache)
                if found is None:
                    print("no file system can be mounted here", file=sys.stderr)
                    return 2
                cuts, lost = cuts + 1, lost + bool(found)
                print(f"{case.name:<10} cut after {seconds:g} s: {'lost' if found else 'whole'}")
                for line in found:
                    print(f"    {line}")
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print(f"{cuts} power cuts, {lost} losses")
    return 1 if lost or not cuts else 0


sys.exit(main())
