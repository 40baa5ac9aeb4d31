"""Output on stdout and stderr, and how names and paths appear in it."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure

if TYPE_CHECKING:
    from typing import Iterable, List, Union

    Line = Union[str, List[str]]
    """A line without its end, or its pieces, of which a Style is written as it is."""


class Style(str):
    """A control sequence of our own, which is part of a line on a terminal."""

    __slots__ = ()


def write(lines: Iterable[Line], data: bool = False) -> int:
    """Write lines without their ends to stdout: nothing else does. Escapes what a line contains
    that is not printable. data: they are for programs, so that only a terminal needs that.

    Returns the exit status: 1 if the reader closed the pipe. Raises Failure if stdout cannot be
    written.
    """
    raw = data and not sys.stdout.isatty()
    try:
        sys.stdout.writelines(f"{line}\n" if raw else _displayed(line) for line in lines)
        sys.stdout.flush()
    except OSError as error:
        # at exit, Python must not write the rest of the buffer
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # lsvenvs | head
            return 1
        raise Failure(f"cannot write to stdout: {reason(error)}") from error
    return 0


def _displayed(line: Line) -> str:
    pieces = [line] if isinstance(line, str) else line
    return "".join([each if isinstance(each, Style) else shown(each) for each in pieces]) + "\n"


def confirmed(question: str) -> bool:
    """Ask the user once. End of input counts as no."""
    answer = ""
    try:
        sys.stderr.write(f"{shown(question)} [y/N] ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
    finally:
        if not answer.endswith("\n"):
            sys.stderr.write("\n")
    return answer.strip().lower() in ("y", "yes")


def report(text: str) -> None:
    """Write a message to stderr."""
    text = "\n".join([shown(line) for line in text.split("\n")])
    try:
        sys.stderr.write(f"multivenv: {text}\n")
        sys.stderr.flush()
    except OSError:  # the terminal is gone; the work goes on
        pass


def reason(error: OSError | Failure) -> str:
    """The cause of a failure, for a message."""
    if isinstance(error, Failure):
        return str(error)
    text = error.strerror or str(error)
    return f"{text}: {error.filename}" if error.filename else text


def shown(text: str) -> str:
    """The text with all characters escaped that are not printable."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def quoted(text: str) -> str:
    """A name or an absolute path for a message: a name in quotes; a path with `~` for $HOME, and in
    quotes only if it needs them.
    """
    if not text.startswith("/"):
        return f"'{shown(text)}'"
    path = short(text)
    return path if _has_only(path, "_-+=.,/@%~:") else f"'{path}'"


def listed(texts: Iterable[str]) -> str:
    """`'black', 'isort'`"""
    return ", ".join(map(quoted, texts))


def counted(count: int, noun: str) -> str:
    """`1 package`, `2 packages`"""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def typed(text: str) -> str:
    """The text as the user types it at the prompt, in quotes if a shell needs them."""
    plain = text and text[0] != "=" and _has_only(text, "_-+=.,/@%")  # zsh expands `=ls`
    if text.isprintable() and not plain:
        return "'" + text.replace("'", "'\"'\"'") + "'"
    return shown(text)


def short(path: str) -> str:
    """A path with `~` for $HOME, as in listings."""
    home = os.environ.get("HOME", "").rstrip("/")
    if home and (path == home or path.startswith(home + "/")):
        path = "~" + path[len(home) :]
    return shown(path)


def _has_only(text: str, signs: str) -> bool:
    """Whether a text has only letters, digits and these signs."""
    return all(char.isalnum() or char in signs for char in text)


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, as surrogateescape holds it
        code -= 0xDC00
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(char) or (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
    )


# ---- suggestions ---------------------------------------------------------------------------------


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that the user probably meant; None if no word is near, or several are.

    A near word differs by one typing error, or by two in a word of six letters or more: a character
    added, missing or wrong, or two swapped. Case does not count.
    """
    most = 2 if len(word) > 5 else 1
    wanted = word.casefold()
    found: list[tuple[int, str]] = []
    for each in known:
        if abs(len(each) - len(word)) <= most:
            errors = _distance(wanted, each.casefold(), most)
            if errors <= min(most, len(each) - 1):
                found.append((errors, each))
    found.sort()
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    return found[0][1]


def _distance(one: str, other: str, most: int) -> int:
    """The restricted Damerau-Levenshtein distance of two words, or any number above most."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (char != wanted))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]
