"""Running other programs, with progress on a terminal and the end of their output on failure."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import deque
from contextlib import contextmanager

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Interrupted
from helper.base.messages import quoted, report, shown

if TYPE_CHECKING:
    import subprocess
    from typing import IO, Callable, Iterator, Mapping, Sequence

LAST_LINES = 20
"""Lines of output in the message about a failed program."""

GRACE = 3
"""Seconds for a program to end after each signal."""


_MOST_LINES = 2000
"""Lines of output that are kept to find the problem in them."""


class Failed(Failure):
    """A program failed."""

    output = ""
    """The end of its output, without colors and empty lines."""


class Progress:
    """One line on stderr, if that is a terminal. Each text replaces the one before."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()
        self.step = ""
        """The environment that the verb works on: `[2/7] data`, or without the numbers if it works
        on one only."""

    def begin(self, name: str, number: int = 1, total: int = 1) -> None:
        """Start the work on an environment, in place of the line of the one before."""
        self.step = f"[{number}/{total}] {name}" if total > 1 else name
        self.show(self.step)

    def show(self, text: str) -> None:
        """Show what the verb is doing."""
        if self.live:
            try:
                width = os.get_terminal_size(2).columns
            except OSError:
                width = 80
            self._write(_cut(shown(text), max(width, 20) - 3))

    def done(self, text: str) -> None:
        """Leave a last line where the terminal has shown progress."""
        self._write(f"{shown(text)}\n")

    def report(self, text: str) -> None:
        """Write a message to stderr in place of the line."""
        self.clear()
        report(text)

    def clear(self) -> None:
        """Erase the line."""
        self._write("")

    def _write(self, text: str) -> None:
        if self.live:
            try:
                sys.stderr.write(f"\r\033[K{text}")
                sys.stderr.flush()
            except OSError:  # the terminal is gone; the work goes on
                self.live = False


def _cut(text: str, columns: int) -> str:
    """The start of a text that has at most so many columns on a terminal."""
    if text.isascii():
        return text[:columns]
    from unicodedata import combining, east_asian_width

    end = 0
    for end, char in enumerate(text):
        columns -= 0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1
        if columns < 0:
            return text[:end]
    return text


_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible(text: str) -> Iterator[None]:
    """Turn the signals that stop a program into Interrupted with that text. The first one counts;
    the clean-up that follows ignores the others.
    """

    def stop(number: int, frame: object) -> None:
        for each in _STOPS:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(text, number)

    # a signal that was ignored from the start, as by nohup, stays ignored
    heard = [each for each in _STOPS if signal.getsignal(each) != signal.SIG_IGN]
    before = [signal.signal(each, stop) for each in heard]
    stopped = False
    try:
        yield
    except Interrupted:
        stopped = True
        raise
    finally:
        for each, handler in zip(heard, () if stopped else before):
            signal.signal(each, handler)


def commit() -> None:
    """Ignore these signals until the interruptible block ends: what it makes is about to count."""
    for each in _STOPS:
        if callable(signal.getsignal(each)):
            signal.signal(each, lambda number, frame: None)


@contextmanager
def _postponed() -> Iterator[None]:
    """Delay those signals to the end of the block: a program that just starts would survive."""
    came: list[int] = []
    heard = [each for each in _STOPS if callable(signal.getsignal(each))]
    before = [signal.signal(each, lambda number, frame: came.append(number)) for each in heard]
    try:
        yield
    finally:
        for each, handler in zip(heard, before):
            signal.signal(each, handler)
    if came:
        signal.raise_signal(came[0])


def run(
    words: list[str],
    doing: str,
    environ: Mapping[str, str],
    locks: list[int],
    progress: Progress,
    watch: Callable[[str], str] | None = None,
) -> None:
    """Run a program to its end, without input. doing: a description for the user. watch: returns
    what to show after each line of output, and each second without one, for which it gets an empty
    text; without it, the line itself is shown.

    The program and its children hold the locks too: they may write after somebody killed the
    helper. Raises Failed, whose text ends with the last lines of the output.
    """
    import subprocess

    show = _shower(doing, progress, watch)
    for lock in locks:
        os.set_inheritable(lock, True)
    process = None
    last: deque[str] = deque(maxlen=_MOST_LINES)
    try:
        with _postponed():
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=dict(environ),
                cwd=None if _has_directory() else "/",
                close_fds=False,  # `-r <(generate)` passes one
                start_new_session=True,  # to stop its children too
            )
        assert process.stdout is not None
        for line in _lines(process.stdout, progress.live):
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                last.append(text)
            if text or watch:
                show(text)
        status = process.wait()
    except BaseException as error:
        if process is not None:
            _stop(process)
        elif isinstance(error, OSError):
            raise Failure(f"{words[0]} does not start: {error.strerror}") from error
        raise
    if status:
        raise _failure(doing, list(last))


def _has_directory() -> bool:
    """Whether the current directory still exists: pip fails without one."""
    try:
        os.getcwd()
    except OSError:
        return False
    return True


def _shower(
    doing: str, progress: Progress, watch: Callable[[str], str] | None
) -> Callable[[str], None]:
    """Show the start of a program. Returns what shows its lines; see run()."""
    start = time.monotonic()
    step = f"{progress.step}: " if progress.step else ""

    def show(line: str) -> None:
        text = watch(line) if watch is not None else ""
        if not progress.live:
            return
        if watch is None:
            progress.show(f"{doing}: {line.strip()}" if line else doing)
            return
        seconds = int(time.monotonic() - start)
        progress.show(f"{step}{text}{f' ({seconds} s)' if seconds else ''}")

    show("")
    return show


def _failure(doing: str, lines: list[str]) -> Failed:
    last = [f"  {line}" for line in lines[-LAST_LINES:]]
    failed = Failed("\n".join([f"{doing} failed:", *last]))
    failed.output = "\n".join(lines)
    return failed


def _lines(stream: IO[bytes], ticks: bool) -> Iterator[bytes]:
    """The lines of a pipe until its end. ticks: an empty one each second without output."""
    if not ticks:
        yield from stream
        return
    from select import select

    rest = b""
    while True:
        if not select([stream], [], [], 1)[0]:
            yield b""
            continue
        data = os.read(stream.fileno(), 1 << 16)
        if not data:
            break
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a program and its children. On SIGINT, pip cleans up after itself."""
    from subprocess import TimeoutExpired

    for number in (signal.SIGINT, signal.SIGTERM):
        _signal(process, number)
        try:
            process.wait(GRACE)
            break
        except TimeoutExpired:
            continue
    _signal(process, signal.SIGKILL)  # also for its children
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except OSError:  # it has ended
        pass


def run_hook(path: str, words: Sequence[str], folder: str) -> None:
    """Run a hook like virtualenvwrapper: as a program, in the home, with these words. A failure is
    only reported.
    """
    if not os.path.isfile(path):
        return
    if not os.access(path, os.X_OK):
        report(f"hook {quoted(path)} did not run: it is not executable (see chmod +x)")
        return
    import subprocess

    try:
        status = subprocess.run([path, *words], cwd=folder, check=False).returncode
    except OSError as error:
        report(f"hook {quoted(path)} does not start: {error.strerror}")
    else:
        if status:
            report(f"hook {quoted(path)} failed with status {status}")
