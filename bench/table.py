"""The table: its rows, and how figures are written."""

from __future__ import annotations

from typing import Callable, NamedTuple

from bench.pythons import Python
from bench.shells import Shell
from bench.timing import Timer
from bench.world import World


class Bench(NamedTuple):
    """What rows are measured with."""

    world: World
    timer: Timer
    shells: tuple[Shell, ...]
    pythons: tuple[Python, ...]
    """What environments are made with, the lowest version first."""
    sizes: tuple[int, ...]
    """How many environments the homes have that listings are measured in."""


class Row(NamedTuple):
    """What a line of the table says."""

    figure: str
    goal: str = ""
    beside: str = ""
    """What it is compared with, and the ratio."""
    good: bool | None = None
    """Whether the goal is reached; None if there is none."""

    @property
    def verdict(self) -> str:
        """The last column."""
        return {None: "", True: "ok", False: "over"}[self.good]


class Planned(NamedTuple):
    """A line that can be measured."""

    what: str
    measure: Callable[[], Row]
    """Raises Unmeasured."""


def milliseconds(seconds: float) -> str:
    """Milliseconds with three figures that count."""
    value = seconds * 1000
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:.{digits}f} ms"


def beside(name: str, ours: float, theirs: float) -> str:
    """The peer, its figure, and what part or how many times of that ours is."""
    if ours <= 0 or theirs <= 0:  # less than the noise of the machine
        return f"{name} {milliseconds(theirs)}"
    ratio = f"1/{theirs / ours:.1f}" if theirs > ours else f"{ours / theirs:.1f} times that"
    return f"{name} {milliseconds(theirs)}: {ratio}"
