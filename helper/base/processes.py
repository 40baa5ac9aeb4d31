"""Starting other programs: with progress on a terminal, and their last words if they fail."""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from contextlib import contextmanager

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure, Interrupted
from helper.base.messages import shown, tell

if TYPE_CHECKING:
    import subprocess
    from typing import Iterator, Mapping

LAST_LINES = 20
"""How much of a program's output is shown if it fails."""

PATIENCE = 3
"""Seconds that a program has to end after each signal."""


class Progress:
    """One line on stderr, written over by the next, where stderr is a terminal."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()

    def show(self, text: str) -> None:
        """Show what is being done right now."""
        if self.live:
            try:
                width = os.get_terminal_size(2).columns
            except OSError:
                width = 80
            self._write(shown(text)[: max(width, 20) - 1])

    def done(self, text: str) -> None:
        """Leave a line where the terminal has shown progress."""
        self._write(f"{text}\n")

    def tell(self, text: str) -> None:
        """Tell the user something, wherever stderr leads."""
        self.clear()
        tell(text)

    def clear(self) -> None:
        """Take the line away."""
        self._write("")

    def _write(self, text: str) -> None:
        if self.live:
            try:
                sys.stderr.write(f"\r\033[K{text}")
                sys.stderr.flush()
            except OSError:  # the terminal is gone; what is being done goes on
                self.live = False


_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible(text: str) -> Iterator[None]:
    """Turn the signals that ask to stop into Interrupted with that text.

    The first one counts; during the clean-up that follows they are passed over.
    """

    def stop(number: int, frame: object) -> None:
        for each in _STOPS:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(text, number)

    # one that was ignored from the start, as by nohup, stays so
    heard = [each for each in _STOPS if signal.getsignal(each) != signal.SIG_IGN]
    before = [signal.signal(each, stop) for each in heard]
    yield
    for each, handler in zip(heard, before):
        signal.signal(each, handler)


@contextmanager
def _postponed() -> Iterator[None]:
    """Let those signals wait until the end of the block: a program that is just being started
    could not be stopped.
    """
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


class Runner(NamedTuple):
    """What the programs that a verb starts have in common."""

    environ: Mapping[str, str]
    lock: int
    """They and what they start hold this lock too: killed, the helper lets go of it, and they may
    go on writing for a while."""
    progress: Progress

    def run(self, words: list[str], doing: str) -> None:
        """Run a program to its end, without input. Raises Failure with its last lines."""
        import subprocess

        self.progress.show(doing)
        os.set_inheritable(self.lock, True)
        process = None
        last: deque[str] = deque(maxlen=LAST_LINES)
        try:
            with _postponed():
                process = subprocess.Popen(
                    words,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    env=dict(self.environ),
                    close_fds=False,  # also what the user gave, as in `-r <(generate)`
                    start_new_session=True,  # so that all that it starts can be stopped together
                )
            assert process.stdout is not None
            for line in process.stdout:
                text = line.decode("utf-8", "replace").rstrip()
                if text:
                    last.append(text)
                    self.progress.show(f"{doing}: {text.strip()}")
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
    """Stop a program and all that it started. Asked with SIGINT, pip clears up after itself."""
    from subprocess import TimeoutExpired

    for number in (signal.SIGINT, signal.SIGTERM):
        _signal(process, number)
        try:
            process.wait(PATIENCE)
            break
        except TimeoutExpired:
            continue
    _signal(process, signal.SIGKILL)  # also those that the program left behind
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except OSError:  # it has ended
        pass


def run_hook(path: str, name: str, folder: str) -> None:
    """Run a hook as virtualenvwrapper does: as a program, if it can be run, in the home, with the
    environment's name. What goes wrong is told and stops nothing.
    """
    if not (os.path.isfile(path) and os.access(path, os.X_OK)):
        return
    import subprocess

    try:
        status = subprocess.run([path, name], cwd=folder, check=False).returncode
    except OSError as error:
        tell(f"hook '{shown(path)}' does not start: {error.strerror}")
    else:
        if status:
            tell(f"hook '{shown(path)}' failed with status {status}")
