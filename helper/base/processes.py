"""Running other programs, with progress on a terminal and the end of their output on failure."""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from contextlib import contextmanager

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Interrupted
from helper.base.messages import quoted, report, shown

if TYPE_CHECKING:
    import subprocess
    from typing import Iterator, Mapping

LAST_LINES = 20
"""Lines of output in the message about a failed program."""

GRACE = 3
"""Seconds for a program to end after each signal."""


class Progress:
    """One line on stderr, if that is a terminal. Each text replaces the one before."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()

    def show(self, text: str) -> None:
        """Show what the verb is doing."""
        if self.live:
            try:
                width = os.get_terminal_size(2).columns
            except OSError:
                width = 80
            self._write(shown(text)[: max(width, 20) - 1])

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
    words: list[str], doing: str, environ: Mapping[str, str], locks: list[int], progress: Progress
) -> None:
    """Run a program to its end, without input. doing: a description for the user.

    The program and its children hold the locks too: they may write after somebody killed the
    helper. Raises Failure with the last lines of the output.
    """
    import subprocess

    progress.show(doing)
    for lock in locks:
        os.set_inheritable(lock, True)
    process = None
    last: deque[str] = deque(maxlen=LAST_LINES)
    try:
        with _postponed():
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=dict(environ),
                close_fds=False,  # `-r <(generate)` passes one
                start_new_session=True,  # to stop its children too
            )
        assert process.stdout is not None
        for line in process.stdout:
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                last.append(text)
                progress.show(f"{doing}: {text.strip()}")
        status = process.wait()
    except BaseException as error:
        if process is not None:
            _stop(process)
        elif isinstance(error, OSError):
            raise Failure(f"{words[0]} does not start: {error.strerror}") from error
        raise
    if status:
        raise Failure("\n".join([f"{doing} failed:", *(f"  {text}" for text in last)]))


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


def run_hook(path: str, name: str, folder: str) -> None:
    """Run a hook like virtualenvwrapper: as a program, if it is executable, in the home, with the
    name of the environment. A failure is only reported.
    """
    if not (os.path.isfile(path) and os.access(path, os.X_OK)):
        return
    import subprocess

    try:
        status = subprocess.run([path, name], cwd=folder, check=False).returncode
    except OSError as error:
        report(f"hook {quoted(path)} does not start: {error.strerror}")
    else:
        if status:
            report(f"hook {quoted(path)} failed with status {status}")
