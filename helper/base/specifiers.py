"""Which interpreters a word such as `3.12`, `pypy3.10` or `>=3.11,<3.14` means.

The clauses are those of PEP 440; a version without one means all that start with it.
"""

from __future__ import annotations

import re

from helper.base.compat import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Tuple

    Key = Tuple[int, ...]
    """A version that compares as PEP 440 has it: three numbers, a, b, rc or final, its number."""

_WORD = re.compile(r"(?:(python|cpython|pypy|graalpy)[-@]?)?(.*?)", re.IGNORECASE | re.DOTALL)
_VERSION = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:(a|b|rc)(\d+))?\+?", re.ASCII)
_CLAUSE = re.compile(r"(===?|~=|!=|<=?|>=?)\s*([0-9][0-9.abrc]*?)(\.\*)?")
_FINAL = 3


class Clause(NamedTuple):
    """One condition."""

    operator: str
    """One of PEP 440, or `` for all versions that start with that one."""
    key: Key
    parts: int
    """How many numbers of the version are written."""


class Specifier(NamedTuple):
    """What an interpreter has to be."""

    implementation: str | None
    clauses: tuple[Clause, ...]
    threads: bool
    """Free-threaded, as in 3.13t."""


def parse(text: str) -> Specifier | None:
    """What a word asks for; None if it speaks of no version."""
    if text.strip() in ("python", "python2", "python3"):
        return None  # the command: what it means at the prompt
    match = _WORD.fullmatch(text.strip())
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
        found = version(text)
        return None if found is None else (Clause("", found[0], found[1]),)
    clauses = []
    for each in text.split(","):
        match = _CLAUSE.fullmatch(each.strip())
        found = version(match[2]) if match else None
        if match is None or found is None or (match[3] and match[1] not in ("==", "!=")):
            return None
        if match[1] == "~=" and found[1] < 2:
            return None
        operator = f"{match[1]}*" if match[3] else match[1]
        clauses.append(Clause(operator, *found))
    return tuple(clauses)


def version(text: str) -> tuple[Key, int] | None:
    """A version that compares, and how many numbers are written; None if it is none.

    >>> version("3.14.0rc1")
    ((3, 14, 0, 2, 1), 3)
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    numbers = [int(part) for part in match.groups()[:3] if part is not None]
    phase = {"a": 0, "b": 1, "rc": 2}.get(match[4], _FINAL)
    key = (*(numbers + [0, 0])[:3], phase, int(match[5] or 0))
    return key, len(numbers)


def is_prerelease(text: str) -> bool:
    """Whether that is the version of an alpha, a beta or a release candidate."""
    found = version(text)
    return found is not None and found[0][3] != _FINAL


def fits(specifier: Specifier, text: str, implementation: str, threads: bool) -> bool:
    """Whether an interpreter of that version is what is asked for.

    A pre-release and a free-threaded one only fit where such a one is named.
    """
    found = version(text)
    if found is None or threads != specifier.threads:
        return False
    if specifier.implementation not in (None, implementation):
        return False
    key = found[0]
    named = [clause for clause in specifier.clauses if not clause.operator.startswith("!=")]
    if key[3] != _FINAL and not any(clause.key[3] != _FINAL for clause in named):
        return False
    return all(_holds(clause, key) for clause in specifier.clauses)


def _holds(clause: Clause, key: Key) -> bool:
    operator, wanted, parts = clause
    starts = key[:parts] == wanted[:parts]
    if operator in ("", "==*"):
        return key == wanted if wanted[3] != _FINAL else starts
    if operator == "!=*":
        return not starts
    if operator == "~=":
        return key >= wanted and key[: parts - 1] == wanted[: parts - 1]
    if operator == "<" and key[:3] == wanted[:3] and wanted[3] == _FINAL:
        return False  # PEP 440: a pre-release of that version is not meant
    return {
        "==": key == wanted,
        "===": key == wanted,
        "!=": key != wanted,
        ">=": key >= wanted,
        "<=": key <= wanted,
        ">": key > wanted,
        "<": key < wanted,
    }[operator]
