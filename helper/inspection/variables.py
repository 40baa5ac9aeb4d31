"""The variables of an environment: the lines of its .env. shell/variables.sh sets them, and reads
the same; a test compares the two.
"""

from __future__ import annotations

import re

from helper.base.compat import NamedTuple
from helper.base.files import read, read_all
from helper.base.messages import quoted
from helper.store.home import VARIABLES

LINES, CHARACTERS = 256, 1 << 16
"""A .env with more lines, or with as many characters, is ignored."""

_REFUSED = __file__.rpartition("/helper/")[0] + "/shell/refused.txt"
_BLANK = " \t\n\r\v\f"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Variables(NamedTuple):
    """What a .env sets, and what is wrong with it. No value: it may be a password."""

    names: list[str]
    """In the order of the file, each once."""
    problems: list[str]
    """Such as `line 3 is not NAME=VALUE`."""


def variables_of(path: str) -> Variables | None:
    """Those of the environment at a path; None if it has no .env."""
    try:
        data = read_all(f"{path}/{VARIABLES}", 4 * CHARACTERS)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return Variables([], [f"cannot be read: {error.strerror}"])
    return variables_in(data.decode("utf-8", "surrogateescape"))


def variables_in(text: str) -> Variables:
    """Those in the text of a .env."""
    text, null, _ = text.partition("\0")
    lines = text.split("\n")
    if len(lines) - (lines[-1] == "") > LINES or len(text) >= CHARACTERS:
        return Variables([], [f"has more than {LINES} lines or {CHARACTERS - 1:,} characters"])
    names: dict[str, None] = {}
    problems = []
    for number, line in enumerate(lines, 1):
        name, problem = _assignment_in(line)
        if problem:
            problems.append(f"line {number} {problem}")
        elif name:
            names[name] = None
    if null:
        problems.append(f"line {len(lines)} contains a NUL, where some shells stop to read")
    return Variables([*names], problems)


def _assignment_in(line: str) -> tuple[str, str]:
    """The name that a line sets, or what is wrong with it; both are empty if it sets nothing."""
    line = line.strip(_BLANK)
    if not line or line.startswith("#"):
        return "", ""
    if line.startswith("export") and line[6:7] in _BLANK:
        line = line[6:].strip(_BLANK)
    name, equals, value = line.partition("=")
    value = value.strip(_BLANK)
    if not equals or not _NAME.fullmatch(name):
        return "", "is not NAME=VALUE"
    if value[:1] in ("'", '"') and (value.find(value[0], 1) != len(value) - 1 or len(value) == 1):
        return "", "has text outside its quotes, or only one quote"
    refused, beginnings = _refused()
    if name in refused or name.startswith(beginnings):
        return "", f"sets {quoted(name)}, which only the shell or multivenv may set"
    return name, ""


def _refused() -> tuple[list[str], tuple[str, ...]]:
    """The names that a .env cannot set, and the beginnings of others."""
    names, beginnings = read(_REFUSED).decode().splitlines()
    return names.split(), tuple(beginnings.split())
