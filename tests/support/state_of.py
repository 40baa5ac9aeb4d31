"""Usage: state_of.py FOLDER...

Prints a line for each folder, link and file in folders: kind, permissions, size and time of
modification, checksum or target, and path.
"""

import os
import stat
import sys
import zlib
from typing import Tuple


def main() -> None:
    for path in sys.argv[1:]:
        for folder, folders, files in os.walk(path):
            folders.sort()
            for name in sorted(folders + files):
                file = os.path.join(folder, name)
                print(*facts(file), os.path.relpath(file, path))


def facts(file: str) -> Tuple[object, ...]:
    found = os.lstat(file)
    mode = f"{stat.S_IMODE(found.st_mode):o}"
    if stat.S_ISLNK(found.st_mode):
        return "link", os.readlink(file)
    if stat.S_ISDIR(found.st_mode):
        return "folder", mode
    with open(file, "rb") as opened:
        return "file", mode, found.st_size, found.st_mtime_ns, zlib.crc32(opened.read())


main()
