"""What the user reads on stderr and stdout, and how names and paths stand in it."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure

if TYPE_CHECKING:
    from typing import Iterable


def write(pieces: Iterable[str]) -> int:
    """Write a result to stdout. Returns the status: 1 if nobody reads it any more.

    Raises Failure if it cannot be written.
    """
    try:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
    except OSError as error:
        # what is left in the buffer must not be tried again when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # lsvenvs | head
            return 1
        raise Failure(f"cannot write to stdout: {reason(error)}") from error
    return 0


def confirmed(question: str) -> bool:
    """Ask once. The end of the input counts as no."""
    answer = ""
    try:
        sys.stderr.write(f"{question} [y/N] ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
    finally:
        if not answer.endswith("\n"):
            sys.stderr.write("\n")
    return answer.strip().lower() in ("y", "yes")


def tell(text: str) -> None:
    """Tell the user something on stderr."""
    text = "\n".join([shown(line) for line in text.split("\n")])
    try:
        sys.stderr.write(f"multivenv: {text}\n")
        sys.stderr.flush()
    except OSError:  # the terminal is gone; what is being done goes on
        pass


def reason(error: OSError) -> str:
    """The system's words for an error, with the path it is about, if it names one."""
    text = error.strerror or str(error)
    return f"{text}: {error.filename}" if error.filename else text


def why(error: OSError | Failure) -> str:
    """What is wrong, in words for the user."""
    return reason(error) if isinstance(error, OSError) else str(error)


def shown(text: str) -> str:
    """The text as it may be written to a terminal: what is not printable is escaped."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def quoted(text: str) -> str:
    """The text in quotes, as messages have it."""
    return f"'{shown(text)}'"


def typed(text: str) -> str:
    """The text as it is typed at the prompt, in quotes where the shell needs them."""
    plain = text and text[0] != "=" and all(char.isalnum() or char in "_-+=.,/@%" for char in text)
    if text.isprintable() and not plain:  # zsh expands `=ls`
        return "'" + text.replace("'", "'\"'\"'") + "'"
    return shown(text)


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, as surrogateescape holds it
        code -= 0xDC00
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(char) or (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
    )
