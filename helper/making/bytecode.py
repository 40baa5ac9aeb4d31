"""Compiled modules of a copied tree: they name the times of their sources, which a file system with
coarse times changes. Python would compile such a module at each start where it cannot write.
"""

from __future__ import annotations

import os
import struct

from helper.base.compat import TYPE_CHECKING
from helper.base.files import listed, walk

if TYPE_CHECKING:
    from typing import Iterator

_CACHE = "__pycache__"


def correct(source: str, target: str) -> None:
    """Give the compiled modules of a tree the times that their sources have in it, where they were
    valid in the tree that it is a copy of. Best effort: Python compiles the others again.
    """
    for folder, _ in walk(target):
        if folder.endswith(f"/{_CACHE}"):
            for module, compiled in _modules(f"{target}{folder}"):
                where = folder[: -len(_CACHE)]
                try:
                    old, new = (
                        int(os.stat(f"{top}{where}{module}").st_mtime) for top in (source, target)
                    )
                    if old != new:
                        _change(f"{target}{folder}/{compiled}", old, new)
                except OSError:
                    continue


def _modules(folder: str) -> Iterator[tuple[str, str]]:
    """The names of source and file of each compiled module in a folder (PEP 3147)."""
    for name in listed(folder):
        if name.endswith(".pyc"):
            yield f"{name.split('.')[0]}.py", name


def _change(file: str, old: int, new: int) -> None:
    """Change the time in the head of a compiled module: the second field, or the third after flags
    of zero (PEP 552, from Python 3.7 on).
    """
    found = os.stat(file)
    fd = os.open(file, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        head = os.pread(fd, 12, 0)
        at = 8 if head[4:8] == bytes(4) else 4
        if head[at : at + 4] == struct.pack("<I", old & 0xFFFFFFFF):
            os.pwrite(fd, struct.pack("<I", new & 0xFFFFFFFF), at)
    finally:
        os.close(fd)
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))
