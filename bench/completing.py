"""Completion in zsh, which works only at a prompt: one in a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import time

from bench.shells import Shell
from bench.tracing import mark, started, traced
from bench.world import Unmeasured, World

LIMIT = 30
"""Seconds for each answer."""

# The completion system calls the wrapper in the place of multivenv's own function. It writes the
# seconds that this took and the matches there are, and keeps them from being shown.
_STARTUP = """\
zmodload zsh/datetime
autoload -Uz compinit
compinit -D -u
unsetopt auto_list auto_menu beep
. "$MULTIVENV_ROOT/multivenv.sh"
bench_complete() {{
    local -F start=EPOCHREALTIME
    {begin}
    _multivenv "$@"
    {end}
    print -r -- $((EPOCHREALTIME - start)) $compstate[nmatches] >>"$BENCH_ANSWERS"
    compstate[insert]= compstate[list]=
}}
compdef bench_complete usevenv
PS1='> '
print >>"$BENCH_ANSWERS"
"""


def seconds(world: World, shell: Shell, prefix: str, matches: int, times: int) -> float:
    """Seconds that multivenv's completion function takes, at best. Raises Unmeasured.

    The first call, which loads the function, does not count unless it is the only one.
    """
    answers = _press_tab(world, _words(shell), prefix, times)
    if any(int(found) != matches for _, found in map(str.split, answers)):
        raise Unmeasured(f"zsh completed {prefix!r} wrongly: {answers}")
    return min(float(answer.split()[0]) for answer in answers[1:] or answers)


def processes(world: World, shell: Shell, prefix: str) -> int:
    """How many processes the completion function starts. Raises Unmeasured."""
    trace = f"{world.path}/trace-completing"
    _press_tab(world, traced(_words(shell), trace), prefix, 2)
    return started(trace)["completing"]


def _words(shell: Shell) -> list[str]:
    """With a start-up file, ours, but none of the system's."""
    return [shell.command[0], "-d", "-i"]


def _press_tab(world: World, words: list[str], prefix: str, times: int) -> list[str]:
    """What the wrapper wrote each time."""
    folder = world.folder("zsh")
    file = f"{folder}/answers"
    with open(f"{folder}/.zshrc", "w", encoding="utf-8") as startup:
        begin, end = mark("begin", "completing"), mark("end", "completing")
        startup.write(_STARTUP.format(begin=begin, end=end))
    with open(file, "w", encoding="utf-8"):
        pass
    variables = {"ZDOTDIR": folder, "BENCH_ANSWERS": file, "MULTIVENV_HOME": world.home(1000)}
    terminal = _Terminal(words, {**world.environ, **variables})
    try:
        terminal.wait_for_lines(file, 1)
        for count in range(times):
            terminal.press(f"\x15usevenv {prefix}\t")
            terminal.wait_for_lines(file, count + 2)
        terminal.press("\x15exit\r")
        terminal.wait_for_end()
    finally:
        terminal.close()
    with open(file, encoding="utf-8") as lines:
        return lines.read().splitlines()[1:]


class _Terminal:
    def __init__(self, words: list[str], environ: dict[str, str]) -> None:
        self._shown = b""
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            try:
                os.execvpe(words[0], words, environ)  # noqa: S606 # words of ours
            finally:
                os._exit(127)

    def press(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def wait_for_lines(self, file: str, count: int) -> None:
        deadline = time.monotonic() + LIMIT
        while True:
            with open(file, encoding="utf-8") as lines:
                if lines.read().count("\n") >= count:
                    return
            if time.monotonic() > deadline or not self._read(0.01):
                raise Unmeasured(f"zsh did not complete; it showed {self._shown[-1000:]!r}")

    def wait_for_end(self) -> None:
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline and self._read(0.1):
            pass

    def close(self) -> None:
        os.close(self._fd)
        try:
            os.killpg(self._pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self._pid, 0)

    def _read(self, patience: float) -> bool:
        """Take what is shown; false when the shell has ended."""
        if select.select([self._fd], [], [], patience)[0]:
            try:
                shown = os.read(self._fd, 65536)
            except OSError:  # Linux: EIO at the end, where others give an empty answer
                return False
            self._shown += shown
            return bool(shown)
        return True
