"""Starting other programs: with progress on a terminal, and their last words if they fail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import deque
from contextlib import contextmanager
from typing import Any, Iterator, Mapping

from errors import Failure, Interrupted
from names import shown

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
            sys.stderr.write(f"\r\033[K{shown(text)[: max(width, 20) - 1]}")
            sys.stderr.flush()

    def say(self, text: str) -> None:
        """Leave a line on the terminal."""
        if self.live:
            sys.stderr.write(f"\r\033[K{text}\n")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self.live:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


@contextmanager
def interruptible(text: str) -> Iterator[None]:
    """Turn the signals that ask to stop into Interrupted with that text.

    The first one counts; during the clean-up that follows they are passed over.
    """
    stops = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: Any) -> None:
        for each in stops:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(text, number)

    # one that was ignored from the start, as by nohup, stays so
    before = {each: signal.getsignal(each) for each in stops}
    for each, handler in before.items():
        if handler != signal.SIG_IGN:
            signal.signal(each, stop)
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


def run(words: list[str], environ: Mapping[str, str], lock: int, progress: Progress, doing: str) -> None:
    """Run a program to its end, with no input. Raises Failure with its last lines if it fails.

    The program and what it starts hold the lock too: killed, this process lets go of it, and they
    may go on writing for a while.
    """
    progress.show(doing)
    last: deque[str] = deque(maxlen=LAST_LINES)
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(environ),
            pass_fds=[lock],
            start_new_session=True,  # so that all that it starts can be stopped together
        )
    except OSError as error:
        raise Failure(f"{words[0]} does not start: {error.strerror}") from error
    assert process.stdout is not None
    try:
        for line in process.stdout:
            text = line.decode("utf-8", "replace").rstrip()
            if text:
                last.append(text)
                progress.show(f"{doing}: {text.strip()}")
        status = process.wait()
    except BaseException:
        _stop(process)
        raise
    finally:
        process.stdout.close()
    if status:
        raise Failure("\n".join([f"{doing} failed:", *(f"  {shown(text)}" for text in last)]))


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a program and all that it started. Asked with SIGINT first, pip clears up after itself."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(PATIENCE)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def run_hook(path: str, name: str, folder: str) -> str | None:
    """Run a hook as virtualenvwrapper does: as a program, if it can be run, in the home, with the
    environment's name. Returns what went wrong, None if nothing did.
    """
    if not (os.path.isfile(path) and os.access(path, os.X_OK)):
        return None
    try:
        status = subprocess.run([path, name], cwd=folder, check=False).returncode
    except OSError as error:
        return f"hook '{shown(path)}' does not start: {error.strerror}"
    return f"hook '{shown(path)}' failed with status {status}" if status else None
