r"""Usage: terminal.py [--size COLSxROWS] [--limit SECONDS] [--show WHAT] COMMAND... <STEPS

Starts COMMAND in a pseudo-terminal and does the STEPS read from stdin, one a line:

    prompt          wait for the prompt (a line that ends in "PROMPT> ")
    run TEXT        send TEXT as it is and Enter, wait for the next prompt
    send TEXT       press keys: \t \r \n \e \xHH \\ stand for what they do in Python
    wait REGEX      wait until REGEX matches what came since the last wait that succeeded
    screen REGEX    wait until REGEX matches the screen as a whole (^ and $ match at lines)
    settle          wait until nothing came for 0.3 s (to show that something does *not* come)
    refuse REGEX    fail if REGEX matches what came since the last wait that succeeded
    resize SIZE     give the terminal another size
    end             wait until the shell has ended
    show [WHAT]     print the screen, or the transcript, as it is now
    # ...           nothing

What comes includes the echo of the keys, a few at a time: wait for a text that the keys do not
spell. A key such as Ctrl-C reaches whatever runs at that moment: wait for something that the
command itself prints.

No step sleeps for a fixed time: each goes on as soon as it has what it waits for, and fails when
the limit (30 s unless given) is over. Then the screen is printed, and the exit status is 1.
When all steps are done, WHAT is printed: `transcript` (default: all that came, escape sequences
and carriage returns removed), `raw` (as it came), `screen` or `nothing`. The shell is hung up on.
"""

import argparse
import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from typing import Dict, List, Tuple

PROMPT = re.compile(r"PROMPT> \Z")
QUIET_SECONDS = 0.3

ESCAPE_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: cursor movements, colours
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: titles
    r"|\x1b[()*+][0-9A-Za-z]"  # character sets
    r"|\x1b[=>78MDEHc]"
)
UNFINISHED_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*|[()*+])?\Z")


class StepFailed(Exception):
    """A step did not get what it waited for."""


class Ended(StepFailed):
    """There is nobody at the other end of the terminal any more."""


class Screen:
    """What a terminal shows: as much of a VT100 as bash's and zsh's line editors use.

    Every character takes one column.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.rows = rows
        self.lines = [[" "] * columns for _ in range(rows)]
        self.row = 0
        self.column = 0

    def text(self) -> str:
        """The visible lines without trailing spaces and empty last lines."""
        return "\n".join("".join(line).rstrip() for line in self.lines).rstrip("\n")

    def feed(self, text: str) -> None:
        """Show more output; it must not end within an escape sequence."""
        position = 0
        while position < len(text):
            sequence = ESCAPE_SEQUENCE.match(text, position)
            if sequence:
                self._obey(sequence.group())
                position = sequence.end()
            else:
                self._put(text[position])
                position += 1

    def _put(self, character: str) -> None:
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self._next_line()
        elif character == "\b":
            self.column = max(0, min(self.column, self.columns - 1) - 1)
        elif character == "\t":
            self.column = min(self.columns - 1, self.column // 8 * 8 + 8)
        elif character >= " " and character != "\x7f":
            if self.column >= self.columns:
                self.column = 0
                self._next_line()
            self.lines[self.row][self.column] = character
            self.column += 1

    def _next_line(self) -> None:
        if self.row < self.rows - 1:
            self.row += 1
        else:
            del self.lines[0]
            self.lines.append([" "] * self.columns)

    def _obey(self, sequence: str) -> None:
        if not sequence.startswith("\x1b["):
            return
        command = sequence[-1]
        numbers = [int(part) for part in re.findall(r"\d+", sequence)]
        count = max(1, numbers[0]) if numbers else 1
        line = self.lines[self.row]
        if command == "A":
            self.row = max(0, self.row - count)
        elif command == "B":
            self.row = min(self.rows - 1, self.row + count)
        elif command == "C":
            self.column = min(self.columns - 1, self.column + count)
        elif command == "D":
            self.column = max(0, self.column - count)
        elif command == "G":
            self.column = min(self.columns, count) - 1
        elif command == "d":
            self.row = min(self.rows, count) - 1
        elif command in "Hf":
            row, column = (numbers + [1, 1])[:2]
            self.row = min(self.rows, max(1, row)) - 1
            self.column = min(self.columns, max(1, column)) - 1
        elif command == "J":
            self._erase_screen(numbers[0] if numbers else 0)
        elif command == "K":
            self._erase_line(numbers[0] if numbers else 0)
        elif command == "P":
            line[self.column : self.column + count] = []
            line.extend([" "] * (self.columns - len(line)))
        elif command == "@":
            line[self.column : self.column] = [" "] * count
            del line[self.columns :]

    def _erase_line(self, what: int) -> None:
        start, end = {0: (self.column, self.columns), 1: (0, self.column + 1)}.get(
            what, (0, self.columns)
        )
        for column in range(start, min(end, self.columns)):
            self.lines[self.row][column] = " "

    def _erase_screen(self, what: int) -> None:
        self._erase_line(what)
        for row in range(self.rows):
            if what >= 2 or (what == 0 and row > self.row) or (what == 1 and row < self.row):
                self.lines[row] = [" "] * self.columns


class Terminal:
    """A command in a pseudo-terminal, and all that came out of it."""

    def __init__(self, command: List[str], columns: int, rows: int, limit: float) -> None:
        self.limit = limit
        self.raw = ""
        self.transcript = ""
        self.screen = Screen(columns, rows)
        self._pending = ""
        self._mark = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            start(command, columns, rows)
        self.resize(columns, rows)

    def resize(self, columns: int, rows: int) -> None:
        """Tell the terminal's size to what runs in it, and start with an empty screen."""
        set_size(self.fd, columns, rows)
        if (columns, rows) != (self.screen.columns, self.screen.rows):
            self.screen = Screen(columns, rows)

    def read(self, seconds: float) -> bool:
        """Take what comes within so many seconds; false if nothing did."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # Linux: EIO at the end, where others give an empty answer
            data = b""
        if not data:
            raise Ended("the shell has ended")
        self._take(self._decoder.decode(data))
        return True

    def _take(self, text: str) -> None:
        self.raw += text
        text = self._pending + text
        unfinished = UNFINISHED_SEQUENCE.search(text)
        self._pending = unfinished.group() if unfinished else ""
        text = text[: len(text) - len(self._pending)]
        self.screen.feed(text)
        self._append(re.sub(r"[\r\x07]", "", ESCAPE_SEQUENCE.sub("", text)))

    def _append(self, text: str) -> None:
        # zsh writes the first key of a line, a backspace, and the key again
        for part in re.split("(\b)", text):
            self.transcript = self.transcript[:-1] if part == "\b" else self.transcript + part

    def send(self, keys: str) -> None:
        """Press keys."""
        data = keys.encode("utf-8", "surrogateescape")
        while data:
            data = data[os.write(self.fd, data) :]

    def wait(self, pattern: "re.Pattern[str]") -> None:
        """Wait for a match in what came since the last one, and go on behind it."""
        deadline = time.monotonic() + self.limit
        while True:
            match = pattern.search(self.transcript, self._mark)
            if match:
                self._mark = match.end()
                return
            self._read_until(deadline, pattern)

    def wait_for_screen(self, pattern: "re.Pattern[str]") -> None:
        """Wait until the screen shows a match."""
        deadline = time.monotonic() + self.limit
        while not pattern.search(self.screen.text()):
            self._read_until(deadline, pattern)
        self._mark = len(self.transcript)

    def _read_until(self, deadline: float, pattern: "re.Pattern[str]") -> None:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise StepFailed(f"nothing matched {pattern.pattern!r} within {self.limit:g} s")
        self.read(remaining)

    def settle(self) -> None:
        """Wait until nothing more comes."""
        deadline = time.monotonic() + self.limit
        while self.read(QUIET_SECONDS):
            if time.monotonic() > deadline:
                raise StepFailed("it never settled")

    def wait_for_end(self) -> None:
        """Wait until nothing can come any more."""
        deadline = time.monotonic() + self.limit
        try:
            while time.monotonic() < deadline:
                self.read(QUIET_SECONDS)
        except Ended:
            return
        raise StepFailed(f"the shell has not ended within {self.limit:g} s")

    def refuse(self, pattern: "re.Pattern[str]") -> None:
        """Fail on a match in what came since the last wait."""
        if pattern.search(self.transcript, self._mark):
            raise StepFailed(f"came, and should not have: {pattern.pattern!r}")

    def shown(self, what: str) -> str:
        """What to print for the names that --show takes."""
        texts: Dict[str, str] = {
            "transcript": self.transcript,
            "raw": self.raw,
            "screen": self.screen.text(),
            "nothing": "",
        }
        return texts[what]

    def close(self) -> None:
        """Hang up, and see to it that nothing stays behind."""
        os.close(self.fd)
        for number in (signal.SIGHUP, signal.SIGKILL):
            try:
                os.killpg(self.pid, number)
            except OSError:
                break
            deadline = time.monotonic() + 1
            while time.monotonic() < deadline:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    return
                time.sleep(0.01)


def start(command: List[str], columns: int, rows: int) -> None:
    """Become the command, with signals as a login gives them and the size known beforehand."""
    set_size(0, columns, rows)
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGPIPE, signal.SIGTSTP):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvp(command[0], command)
    except OSError as error:
        print(error)
        os._exit(127)


def set_size(fd: int, columns: int, rows: int) -> None:
    """Set the size of the terminal behind a file descriptor."""
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def unescaped(text: str) -> str:
    """The keys that the text of a step stands for."""
    named = {"t": "\t", "r": "\r", "n": "\n", "e": "\x1b", "\\": "\\"}

    def key(match: "re.Match[str]") -> str:
        if match.group(2):
            return chr(int(match.group(2), 16))
        return named[match.group(1)]

    return re.sub(r"\\(?:([trne\\])|x([0-9A-Fa-f]{2}))", key, text)


def do_step(terminal: Terminal, word: str, text: str) -> None:
    """Do one line of the script."""
    if word == "prompt":
        terminal.wait(PROMPT)
    elif word == "run":
        terminal.send(text + "\r")
        terminal.wait(PROMPT)
    elif word == "send":
        terminal.send(unescaped(text))
    elif word == "wait":
        terminal.wait(re.compile(text))
    elif word == "screen":
        terminal.wait_for_screen(re.compile(text, re.MULTILINE))
    elif word == "settle":
        terminal.settle()
    elif word == "refuse":
        terminal.refuse(re.compile(text))
    elif word == "resize":
        terminal.resize(*size(text))
    elif word == "end":
        terminal.wait_for_end()
    elif word == "show":
        print(terminal.shown(text or "screen"))
    else:
        raise StepFailed("no such step")


def size(text: str) -> Tuple[int, int]:
    """80x24 as numbers."""
    columns, rows = text.split("x")
    return int(columns), int(rows)


def parsed(arguments: List[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--size", type=size, default=(80, 24))
    parser.add_argument("--limit", type=float, default=30)
    parser.add_argument("--show", default="transcript")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    return parser.parse_args(arguments)


def main() -> int:
    options = parsed(sys.argv[1:])
    steps = sys.stdin.read().splitlines()
    columns, rows = options.size
    terminal = Terminal(options.command, columns, rows, options.limit)
    try:
        for number, step in enumerate(steps, 1):
            word, _, text = step.lstrip().partition(" ")
            if not word or word.startswith("#"):
                continue
            try:
                do_step(terminal, word, text)
            except StepFailed as failure:
                print(f"step {number}, {step.strip()!r}: {failure}; the screen was:")
                print(terminal.screen.text())
                print("and the end of what came:", repr(terminal.raw[-500:]))
                return 1
        print(terminal.shown(options.show))
        return 0
    finally:
        terminal.close()


if __name__ == "__main__":
    sys.exit(main())
