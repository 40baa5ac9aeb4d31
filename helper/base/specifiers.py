"""Specifiers of interpreters, such as `3.12`, `pypy3.10` or `>=3.11,<3.14`.

The clauses are those of PEP 440. A version alone matches all versions that start with it.
"""

from __future__ import annotations

import re

from helper.base.compat import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Tuple

    Key = Tuple[int, ...]
    """A version that sorts as in PEP 440: three numbers, phase (a, b, rc, final), its number."""
    Clause = Tuple[str, Key, int]
    """An operator of PEP 440, its version, and how many numbers of that the user wrote. `==*` and
    `!=*` are for all versions that start with these.
    """

# not compiled here: most verbs that import this module need only some of them, or none
_WORD = r"(?i)(?:(python|cpython|pypy|graalpy)[-@]?)?((?s:.*?))"
_VERSION = r"(?a)(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:(a|b|rc)(\d+))?\+?"
_CLAUSE = r"(===?|~=|!=|<=?|>=?)\s*([0-9][0-9.abrc]*?)(\.\*)?"
_FINAL = 3


class Specifier(NamedTuple):
    """The conditions on an interpreter."""

    implementation: str | None
    clauses: tuple[Clause, ...]
    threads: bool
    """Free-threaded, as in 3.13t."""


def parse_specifier(text: str) -> Specifier | None:
    """Read a specifier; None if the text is none, but perhaps a command, a path or a name."""
    if text.strip() in ("python", "python2", "python3"):  # these are commands
        return None
    match = re.fullmatch(_WORD, text.strip())
    assert match is not None
    implementation, rest = (match[1] or "").lower(), match[2].strip()
    if implementation == "python":
        implementation = "cpython"
    threads = rest.endswith("t")
    clauses = _clauses(rest[:-1] if threads else rest)
    if clauses is None or (not clauses and (threads or implementation in ("", "cpython"))):
        return None
    return Specifier(implementation or None, clauses, threads)


def _clauses(text: str) -> tuple[Clause, ...] | None:
    if not text:
        return ()
    if text[0].isdigit():
        found = version_key(text)
        return None if found is None else (("==*", *found),)
    clauses = []
    for each in text.split(","):
        match = re.fullmatch(_CLAUSE, each.strip())
        found = version_key(match[2]) if match else None
        if match is None or found is None or (match[3] and match[1] not in ("==", "!=")):
            return None
        if match[1] == "~=" and found[1] < 2:
            return None
        clauses.append((f"{match[1]}*" if match[3] else match[1], *found))
    return tuple(clauses)


def version_key(text: str) -> tuple[Key, int] | None:
    """A version to compare, and how many numbers it has; None if the text is not a version.

    >>> version_key("3.14.0rc1")
    ((3, 14, 0, 2, 1), 3)
    """
    match = re.fullmatch(_VERSION, text)
    if match is None:
        return None
    numbers = [int(part) for part in match.groups()[:3] if part is not None]
    phase = {"a": 0, "b": 1, "rc": 2}.get(match[4], _FINAL)
    key = (*(numbers + [0, 0])[:3], phase, int(match[5] or 0))
    return key, len(numbers)


def matches(specifier: Specifier, text: str, implementation: str, threads: bool) -> bool:
    """Whether an interpreter with the version `text` matches a specifier. threads: whether it is
    free-threaded. Pre-releases and free-threaded builds match only specifiers that name one.
    """
    found = version_key(text)
    if found is None or threads != specifier.threads:
        return False
    if specifier.implementation not in (None, implementation):
        return False
    key = found[0]
    wanted = [version for operator, version, _ in specifier.clauses if operator[0] != "!"]
    if key[3] != _FINAL and not any(version[3] != _FINAL for version in wanted):
        return False
    return all(_includes(clause, key) for clause in specifier.clauses)


def allows(specifier: Specifier, text: str) -> bool:
    """Whether the clauses of a specifier, such as those of `requires-python`, include a version.
    Unlike matches(), this accepts pre-releases, as pip does: the user has chosen the interpreter.
    """
    found = version_key(text)
    return found is not None and all(_includes(each, found[0]) for each in specifier.clauses)


def minor_for(specifier: Specifier) -> str | None:
    """A minor version that a specifier allows, such as 3.12: the lowest that it names, else the
    highest below its bound. None if there is none.
    """
    named = [key[:2] for operator, key, _ in specifier.clauses if operator[0] in "=~>"]
    lowest = max(named, default=(3, 0))
    below = [(3, minor) for minor in range(30, -1, -1)]
    wanted = [lowest, (lowest[0], lowest[1] + 1)] if named else below
    for major, minor in wanted:
        if any(allows(specifier, f"{major}.{minor}.{patch}") for patch in (0, 1, 50)):
            return f"{major}.{minor}"
    return None


def _includes(clause: Clause, key: Key) -> bool:
    operator, wanted, parts = clause
    starts = key[:parts] == wanted[:parts]
    if operator == "==*":
        return key == wanted if wanted[3] != _FINAL else starts
    if operator == "!=*":
        return not starts
    if operator == "~=":
        return key >= wanted and key[: parts - 1] == wanted[: parts - 1]
    if operator == "<" and key[:3] == wanted[:3] and wanted[3] == _FINAL:
        return False  # PEP 440: this excludes pre-releases of that version
    return {
        "==": key == wanted,
        "===": key == wanted,
        "!=": key != wanted,
        ">=": key >= wanted,
        "<=": key <= wanted,
        ">": key > wanted,
        "<": key < wanted,
    }[operator]
