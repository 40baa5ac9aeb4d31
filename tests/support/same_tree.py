"""Usage: same_tree.py ONE OTHER

Tells what differs between two environments, but for what has to: their own paths and names, times,
and with the times the heads of compiled files and the hashes of scripts in RECORD. To be run by
their interpreter (3.6 or newer): it reads the compiled files. Status 1 if something differs.
"""

import base64
import hashlib
import marshal
import os
import stat
import sys
import types
from typing import Any, Iterator, Tuple


def main(one: str, other: str) -> int:
    trees = [dict(entries(path)) for path in (one, other)]
    differing = 0
    for where in sorted(set(trees[0]) | set(trees[1])):
        pair = [tree.get(where) for tree in trees]
        if pair[0] != pair[1]:
            differing += 1
            print(where, *(repr(each)[:2000] for each in pair), sep="\n  ")
    print(f"{len(trees[0])} entries, {differing} differ")
    return 1 if differing or len(trees[0]) < 5 else 0


def entries(path: str) -> Iterator[Tuple[str, Any]]:
    for folder, folders, files in os.walk(path):
        for name in folders + files:
            file = os.path.join(folder, name)
            where = os.path.relpath(file, path)
            if name.startswith(".multivenv"):
                continue
            found = os.lstat(file)
            if stat.S_ISLNK(found.st_mode):
                yield where, ("link", os.readlink(file))
            elif stat.S_ISDIR(found.st_mode):
                yield where, ("folder", stat.S_IMODE(found.st_mode))
            else:
                yield where, ("file", stat.S_IMODE(found.st_mode), content(file, path))


def content(file: str, path: str) -> Any:
    with open(file, "rb") as opened:
        data = opened.read()
    if file.endswith(".pyc"):
        return compiled(data, file)
    if os.path.basename(file) == "RECORD":
        return [checked(line, file) for line in data.decode().splitlines(True)]
    return data.replace(os.fsencode(path), b"<path>").replace(
        os.fsencode(os.path.basename(path)), b"<name>"
    )


def checked(line: str, record: str) -> Any:
    """A line of RECORD; that of a file which names the environment only has to be right."""
    name, hashed, size = line.rstrip("\r\n").rsplit(",", 2)
    if not name.startswith("../") or not hashed:
        return line
    with open(os.path.join(os.path.dirname(os.path.dirname(record)), name), "rb") as opened:
        data = opened.read()
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    good = hashed == "sha256=" + digest and size == str(len(data))
    return name, good or (hashed, size), line[len(line.rstrip("\r\n")) :]


def compiled(data: bytes, file: str) -> Any:
    """What is in a .pyc; its head has to name the time and size of the source that lies there."""
    flags = int.from_bytes(data[4:8], "little") if sys.version_info >= (3, 7) else 0
    start = 16 if sys.version_info >= (3, 7) else 12
    folder, name = os.path.split(file)
    source = os.path.join(os.path.dirname(folder), name.split(".")[0] + ".py")
    found = os.stat(source)
    stamp = int(found.st_mtime).to_bytes(4, "little") + (found.st_size).to_bytes(4, "little")
    fresh = flags != 0 or data[start - 8 : start] == stamp
    return data[:4], flags, fresh, code(marshal.loads(data[start:]))


def code(thing: Any) -> Any:
    if isinstance(thing, types.CodeType):
        names = sorted(name for name in dir(thing) if name.startswith("co_"))
        left_out = ("co_filename", "co_lines", "co_positions", "co_lnotab", "co_branches")
        return [(name, code(getattr(thing, name))) for name in names if name not in left_out]
    if isinstance(thing, tuple):
        return tuple(code(each) for each in thing)
    if isinstance(thing, frozenset):
        return sorted(map(repr, thing))
    return repr(thing)


sys.exit(main(*map(os.path.abspath, sys.argv[1:])))
