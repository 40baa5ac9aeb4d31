"""Specifiers of interpreters, such as `3.12`, `pypy3.10` or `>=3.11,<3.14`.

The clauses are those of PEP 440. A version alone matches all versions that start with it.
"""

from __future__ import annotations

import re

from helper.base import versions
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.versions import is_prerelease, parse_clauses, version_key

if TYPE_CHECKING:
    from helper.base.versions import Clause, Key

# not compiled here: most verbs that import this module need only some of them, or none
_WORD = r"(?i)(?:(python|cpython|pypy|graalpy)[-@]?)?((?s:.*?))"
_VERSION = r"[0-9]+(?:\.[0-9]+){0,2}(?:(?:a|b|rc)[0-9]+)?"
_CLAUSE = rf"(?:===?|~=|!=|<=?|>=?)\s*{_VERSION}(?:\.\*)?"


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
    if text[:1].isdigit():
        key = interpreter_key(text)
        every = "" if key is None or is_prerelease(key) else ".*"
        return None if key is None else parse_clauses(f"=={_bare(text)}{every}")
    # PEP 440 has versions that no interpreter has, and that may be names of environments
    clauses = [each.strip() for each in text.split(",")] if text else []
    if not all(re.fullmatch(_CLAUSE, each) for each in clauses):
        return None
    return parse_clauses(text)


def interpreter_key(text: str) -> Key | None:
    """The version of an interpreter to compare; None if the text is not one. `3.14.0+` was built
    after 3.14.0 from its sources.
    """
    bare = _bare(text)
    return version_key(bare) if re.fullmatch(_VERSION, bare) else None


def _bare(text: str) -> str:
    return text[:-1] if text.endswith("+") else text


def matches(specifier: Specifier, text: str, implementation: str, threads: bool) -> bool:
    """Whether an interpreter with the version `text` matches a specifier. threads: whether it is
    free-threaded. Pre-releases and free-threaded builds match only specifiers that name one.
    """
    key = interpreter_key(text)
    if key is None or threads != specifier.threads:
        return False
    if specifier.implementation not in (None, implementation):
        return False
    wanted = [each.key for each in specifier.clauses if each.operator[0] != "!"]
    if is_prerelease(key) and not any(map(is_prerelease, wanted)):
        return False
    return versions.matches(specifier.clauses, _bare(text))


def allows(specifier: Specifier, text: str) -> bool:
    """Whether the clauses of a specifier, such as those of `requires-python`, include a version.
    Unlike matches(), this accepts pre-releases, as pip does: the user has chosen the interpreter.
    """
    return bool(interpreter_key(text)) and versions.matches(specifier.clauses, _bare(text))


def minor_for(specifier: Specifier) -> str | None:
    """A minor version that a specifier allows, such as 3.12: the lowest that it names, else the
    highest below its bound. None if there is none.
    """
    named = [(*each.key[1], 0, 0)[:2] for each in specifier.clauses if each.operator[0] in "=~>"]
    lowest = max(named, default=(3, 0))
    below = [(3, minor) for minor in range(30, -1, -1)]
    wanted = [lowest, (lowest[0], lowest[1] + 1)] if named else below
    for major, minor in wanted:
        if any(allows(specifier, f"{major}.{minor}.{patch}") for patch in (0, 1, 50)):
            return f"{major}.{minor}"
    return None
