"""Usage: progress.py, started by modules.py

Runs programs with progress on a terminal of 30 columns, and compares what that shows. Prints
differences.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import unicodedata

COLUMNS = 30


def main() -> None:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    kept = os.dup(2)
    os.dup2(slave, 2)
    from helper.base.processes import Progress, run

    def shown() -> list[str]:
        sys.stderr.flush()
        data = b""
        while select.select([master], [], [], 0.2)[0]:
            data += os.read(master, 1 << 16)
        return data.decode().split("\r\033[K")[1:]

    progress = Progress()
    progress.begin("data", 2, 7)
    progress.show("x" * 99)
    progress.show("数据" * 20)
    found = shown()
    expected = ["[2/7] data", "x" * 27, "数据" * 6 + "数"]
    differ(found, expected)
    for line in found:
        wide = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)
        if wide > COLUMNS - 3:
            print(f"{line!r} has {wide} columns")

    counts = iter(range(9))
    progress.begin("data", 2, 7)
    words = ["sh", "-c", "echo one; sleep 0.1; echo two"]
    run(words, "doing", os.environ, [], progress, lambda line: f"installing {next(counts)}/93")
    # each line replaces that of the step before
    progress.begin("web", 3, 7)
    found = shown()
    differ(
        found[:2] + found[-2:],
        [
            "[2/7] data",
            "[2/7] data: installing 0/93",
            "[2/7] data: installing 2/93",
            "[3/7] web",
        ],
    )
    # a second without output is shown too
    run(["sleep", "1.3"], "doing", os.environ, [], progress, lambda line: "installing")
    last = shown()[-1]
    if not re.fullmatch(r"\[3/7\] web: installing \(\d+ s\)", last):
        print(f"{last!r} has no seconds")
    os.dup2(kept, 2)


def differ(found: list[str], expected: list[str]) -> None:
    if found != expected:
        print(f"{found}, expected {expected}")


main()
