"""Reads the arguments and prints the table, each row as soon as it is measured."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
from fnmatch import fnmatchcase
from typing import Any

from bench import creation_rows, helper_rows, hook_rows, process_rows, pythons, shell_rows, shells
from bench.table import Bench, Planned
from bench.timing import Effort, Timer
from bench.world import Unmeasured, World

EFFORT = Effort(loop=0.025, runs=7, budget=1.5, first=4)
QUICK = Effort(loop=0.01, runs=3, budget=0.3, first=2)
SIZES = (10, 100, 1000, 10000)


def main() -> int:
    """Measure what was asked for. Returns 1 if something could not be measured."""
    options = _options()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    world = World()
    try:
        rows = _asked(_all_rows(world, options.quick), options.patterns)
        if rows:
            return _print_table(rows)
        sys.stderr.write(f"bench/run: no row fits {options.patterns}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        world.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run")
    parser.add_argument("--quick", action="store_true", help="less often, and none with 10,000")
    parser.add_argument("patterns", nargs="*", metavar="PATTERN", help="only rows that fit it")
    return parser.parse_args()


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _all_rows(world: World, quick: bool) -> list[Planned]:
    timer = Timer(world, QUICK if quick else EFFORT)
    sizes = SIZES[:-1] if quick else SIZES
    bench = Bench(world, timer, shells.found(), pythons.found(), sizes)
    kinds = (shell_rows, hook_rows, helper_rows, creation_rows, process_rows)
    return [row for kind in kinds for row in kind.rows(bench)]


def _asked(rows: list[Planned], patterns: list[str]) -> list[Planned]:
    return [
        row
        for row in rows
        if not patterns or any(fnmatchcase(row.what, f"*{pattern}*") for pattern in patterns)
    ]


def _print_table(rows: list[Planned]) -> int:
    """Returns 1 if a row could not be measured, else 0."""
    width = max(len(row.what) for row in rows)
    _print_machine()
    _print_line(width, "WHAT", "FIGURE", "GOAL", "BESIDE", "VERDICT")
    status = 0
    for what, measure in rows:
        try:
            row = measure()
            _print_line(width, what, row.figure, row.goal, row.beside, row.verdict)
        except Unmeasured as failure:
            _print_line(width, what, "-", "", "", "FAILED")
            sys.stderr.write(f"{failure}\n")
            status = 1
    return status


def _print_machine() -> None:
    """What the figures depend on."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    print(f"{machine}, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}")


def _print_line(width: int, what: str, figure: str, goal: str, beside: str, verdict: str) -> None:
    line = f"{what:<{width}}  {figure:>9}  {goal:<13}  {beside:<46}  {verdict}"
    print(line.rstrip(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
