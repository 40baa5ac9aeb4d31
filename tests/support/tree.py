"""Usage: tree.py DIR

Prints a line for each thing in a folder, and one for the folder itself: its mode, the hash of its
content or where it leads, and its path in it. Two trees with the same lines are the same, but for
times.
"""

import hashlib
import os
import stat
import sys
from typing import Iterator


def main(path: str) -> int:
    for file in sorted(entries(path)):
        found = os.lstat(file)
        where = os.path.relpath(file, path)
        line = f"{stat.filemode(found.st_mode)} {content(file, found.st_mode)} {where}\n"
        sys.stdout.buffer.write(os.fsencode(line))
    return 0


def entries(path: str) -> Iterator[str]:
    yield path
    for folder, folders, files in os.walk(path):
        for name in folders + files:
            yield os.path.join(folder, name)


def content(file: str, mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "-> " + os.readlink(file)
    if not stat.S_ISREG(mode):
        return "-"
    with open(file, "rb") as opened:
        return hashlib.sha256(opened.read()).hexdigest()[:32]


sys.exit(main(sys.argv[1]))
