"""How long shell code takes, and how much memory.

A script runs the code in a loop. The whole process is timed from outside with a long loop and with
a short one, and the difference is divided by that of their lengths: this takes off the start of
the shell, and is the same in every shell. What the loop itself takes is measured likewise, and
taken off too. Each time is the fastest of several runs: whatever else goes on can only make it
slower. Pieces of code to be compared take turns, so that they meet the same machine.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import Any, Callable, NamedTuple

from bench.shells import Shell
from bench.world import Unmeasured, World

LIMIT = 120
"""Seconds after which a run counts as hanging."""

LONGEST = 1 << 22
"""Turns of the longest loop."""

# $1 is the length of the loop, $2 differs in each run
_SCRIPT = """\
{setup}
if [ "$1" = check ]; then
    {check}
    exit
fi
bench_turn=0
while [ "$bench_turn" -lt "$1" ]; do
    {body}
    bench_turn=$((bench_turn + 1))
done
"""

# A process of its own, and a small one: a child counts the memory of its parent as its own until
# it becomes another program.
_PEAK = """\
import os, sys
child = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
sys.stderr.write("\\n%d" % (usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)))
sys.exit(status != 0)
"""


class Effort(NamedTuple):
    """How much is done for a good figure."""

    loop: float
    """Seconds that the longer loop should take."""
    runs: int
    """How many times a loop runs at most."""
    budget: float
    """Seconds for all runs of one loop, two at least."""
    first: int
    """How many times a program runs that has to be made for each time."""


class Code(NamedTuple):
    """Shell code to be measured."""

    shell: Shell
    setup: str
    body: str
    check: str = ":"
    """Fails if the code does not do what it should; it comes after the setup."""
    once: bool = False
    """Only the first time in a process counts, as it does for the sourcing of a file."""
    interactive: bool = False
    environ: dict[str, str] | None = None
    """Variables that it gets besides those of the world."""


class _Loop(NamedTuple):
    code: Code
    words: list[str]
    lengths: tuple[int, int]
    runs: int


class Timer:
    """Measures code in the shells of a world."""

    def __init__(self, world: World, effort: Effort) -> None:
        self._world = world
        self._effort = effort
        self._overheads: dict[Shell, float] = {}
        self._runs = 0

    def seconds(self, code: Code) -> float:
        """Seconds that code takes. Raises Unmeasured."""
        return self.compare([code])[0]

    def compare(self, codes: list[Code]) -> list[float]:
        """Seconds that each of them takes, measured in turns. Raises Unmeasured."""
        overheads = [self._overhead(code.shell) for code in codes]
        measured = self._measure([self._loop(code) for code in codes])
        return [max(seconds - overhead, 0.0) for seconds, overhead in zip(measured, overheads)]

    def first(self, makers: list[Callable[[], list[str]]]) -> list[float]:
        """Seconds that programs take the first time: each maker makes one, which does not count,
        and returns the words that start it. They take turns too. Raises Unmeasured.
        """
        best = [float("inf")] * len(makers)
        for _ in range(self._effort.first):
            for i, make in enumerate(makers):
                best[i] = min(best[i], self._run_words(make(), self._world.environ))
        return best

    def check(self, code: Code) -> None:
        """Run its check. Raises Unmeasured."""
        self._run(code, [*self._words(code), "check"])

    def works(self, code: Code) -> bool:
        """Whether its check succeeds."""
        try:
            self.check(code)
        except Unmeasured:
            return False
        return True

    def peak(self, code: Code) -> int:
        """Bytes of the largest process that code runs in or starts. Raises Unmeasured."""
        file = f"{self._world.folder('scripts')}/peak.py"
        with open(file, "w", encoding="utf-8") as script:
            script.write(_PEAK)
        self._run(code, [sys.executable, "-I", "-S", file, *self._words(code), "1"])
        with open(self._errors, encoding="utf-8", errors="replace") as answer:
            return int(answer.read().split()[-1])

    def _overhead(self, shell: Shell) -> float:
        if shell not in self._overheads:
            empty = Code(shell, "", ":")
            self._overheads[shell] = self._measure([self._loop(empty)])[0]
        return self._overheads[shell]

    def _measure(self, loops: list[_Loop]) -> list[float]:
        best = [[float("inf")] * 2 for _ in loops]
        for run in range(max(loop.runs for loop in loops)):
            for loop, fastest in zip(loops, best):
                for i in (0, 1) if run < loop.runs else ():
                    seconds = self._run(loop.code, [*loop.words, str(loop.lengths[i])])
                    fastest[i] = min(fastest[i], seconds)
        return [
            (slow - fast) / (loop.lengths[1] - loop.lengths[0])
            for loop, (fast, slow) in zip(loops, best)
        ]

    def _loop(self, code: Code) -> _Loop:
        """Check that the code works, and find out how long its loops have to be."""
        words = self._words(code)
        self._run(code, [*words, "check"])
        start = self._pilot(code, words, 0)
        length, taken = 1, self._pilot(code, words, 1) - start
        while not code.once and taken < self._effort.loop / 5:
            length *= 4
            if length > LONGEST:
                raise Unmeasured(f"nothing happens in {' '.join(words)}")
            taken = self._pilot(code, words, length) - start
        if code.once:
            return _Loop(code, words, (0, 1), self._turns(2 * start + taken, 10))
        length = max(1, round(length * self._effort.loop / taken))
        turns = self._turns(2 * start + max(taken, self._effort.loop), 1)
        return _Loop(code, words, (length // 10, length), turns)

    def _pilot(self, code: Code, words: list[str], length: int) -> float:
        """A first idea of the seconds, from two runs unless one is enough."""
        first = self._run(code, [*words, str(length)])
        return first if first > 0.5 else min(first, self._run(code, [*words, str(length)]))

    def _turns(self, seconds: float, times: int) -> int:
        return max(2, min(times * self._effort.runs, int(self._effort.budget / seconds)))

    def _words(self, code: Code) -> list[str]:
        """Write the script; what runs it, but for its arguments."""
        self._runs += 1
        file = f"{self._world.folder('scripts')}/{self._runs}"
        with open(file, "w", encoding="utf-8") as script:
            script.write(_SCRIPT.format(**code._asdict()))
        return [*code.shell.command, *(["-i"] if code.interactive else []), file]

    def _run(self, code: Code, words: list[str]) -> float:
        """Seconds from the start of a script to its end."""
        self._runs += 1
        environ = {**self._world.environ, **(code.environ or {})}
        return self._run_words([*words, str(self._runs)], environ)

    def _run_words(self, words: list[str], environ: dict[str, str]) -> float:
        with open(self._errors, "w+b") as errors:
            return run(words, environ, self._world.folder("home"), errors.fileno())

    @property
    def _errors(self) -> str:
        return f"{self._world.path}/errors"


def run(words: list[str], environ: dict[str, str], folder: str, errors: int) -> float:
    """Run a program to its end and return the seconds it took. Raises Unmeasured if it fails.

    It gets a session of its own, so that an interactive shell cannot reach for our terminal and
    all that it started can be stopped.
    """
    signal.signal(signal.SIGALRM, _give_up)
    start = time.perf_counter()
    process = subprocess.Popen(
        words,
        env=environ,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        start_new_session=True,
    )
    try:
        signal.alarm(LIMIT)  # process.wait(LIMIT) would look now and then, and be late
        status = process.wait()
        seconds = time.perf_counter() - start
    except BaseException:
        _stop(process)
        raise
    finally:
        signal.alarm(0)
    if status:
        raise Unmeasured(_last_words(words, status, errors))
    return seconds


def _give_up(number: int, frame: Any) -> None:
    raise Unmeasured(f"it took more than {LIMIT} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a process with its session: asked at first, so that it stops what it started."""
    signal.alarm(0)
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(1)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def _last_words(words: list[str], status: int, errors: int) -> str:
    text = os.pread(errors, 1 << 20, 0).decode("utf-8", "replace")
    return "\n    ".join([f"status {status} of {' '.join(words)}", *text.splitlines()[-5:]])
