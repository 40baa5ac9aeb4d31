"""Versions and version specifiers of PEP 440. Pure.

Only the meaning of the clauses is decided here. Who asks decides about the rest: whether they want
pre-releases, and what becomes of a text that is not a version.
"""

from __future__ import annotations

import re

from helper.base.compat import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Tuple, Union

    Local = Tuple[Tuple[int, Union[int, str]], ...]
    Key = Tuple[int, Tuple[int, ...], int, int, int, float, Local]
    """A version that sorts as in PEP 440: its epoch; the numbers of its release, without zeros at
    the end; its phase and the number of that; post; dev; and the parts of its local version, each
    after 1 if it is a number.
    """

# not compiled here: most verbs that import this module see only plain numbers
_PRE = r"[-_.]?(alpha|beta|preview|pre|rc|a|b|c)[-_.]?(\d*)"
_POST = r"-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*)"
_DEV = r"([-_.]?dev[-_.]?(\d*))"
_LOCAL = r"\+([a-z0-9]+(?:[-_.][a-z0-9]+)*)"
_VERSION = rf"(?ai)v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:{_PRE})?(?:{_POST})?{_DEV}?(?:{_LOCAL})?"
_RELEASE = r"(?ai)v?(?:\d+!)?\d+(?:\.\d+)*"
_LONGEST = 1000
"""Characters of a version. Python refuses to read numbers of some thousand digits."""

_PHASES = {"a": 1, "alpha": 1, "b": 2, "beta": 2}
_ONLY_DEV, _CANDIDATE, _FINAL = 0, 3, 4
_NO_POST, _NO_DEV = -1, float("inf")
"""A version without a dev comes after all with one, however high its number is."""


def version_key(text: str) -> Key | None:
    """A version to compare; None if the text is not one. Spaces are not part of a version.

    >>> version_key("1!2.0rc1+ubuntu.4")
    (1, (2,), 3, 1, -1, inf, ((0, 'ubuntu'), (1, 4)))
    """
    if len(text) > _LONGEST:
        return None
    parts = text.split(".")
    if text.isascii() and all(map(str.isdigit, parts)):
        return 0, _release(parts), _FINAL, 0, _NO_POST, _NO_DEV, ()
    match = re.fullmatch(_VERSION, text)
    if match is None:
        return None
    epoch, release, pre, number, implicit_post, post, post_number, dev, dev_number, local = (
        match.groups()
    )
    phase = _PHASES.get(pre.lower(), _CANDIDATE) if pre else _FINAL
    after = int(implicit_post or post_number or 0) if implicit_post or post else _NO_POST
    if dev and not pre and after == _NO_POST:
        phase = _ONLY_DEV  # 1.0.dev1 comes before 1.0a1
    return (
        int(epoch or 0),
        _release(release.split(".")),
        phase,
        int(number or 0),
        after,
        int(dev_number or 0) if dev else _NO_DEV,
        tuple(map(_local_part, re.split("[-_.]", local.lower()))) if local else (),
    )


def _release(parts: list[str]) -> tuple[int, ...]:
    numbers = [*map(int, parts)]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _local_part(part: str) -> tuple[int, int | str]:
    return (1, int(part)) if part.isdigit() else (0, part)


def is_version(text: str) -> bool:
    """Whether a text is a version."""
    return version_key(text) is not None


def sort_key(text: str) -> Key:
    """A version to sort by; a text that is not one comes first."""
    return version_key(text) or (-1, (), 0, 0, 0, 0, ())


def is_prerelease(key: Key) -> bool:
    """Whether a version is a pre-release or a development release."""
    return key[2] != _FINAL or key[5] != _NO_DEV


# ---- specifiers ----------------------------------------------------------------------------------


class Clause(NamedTuple):
    """A condition on a version."""

    operator: str
    """One of PEP 440. `==*` and `!=*` are for all versions with the same start."""
    text: str
    """The version as it is written."""
    key: Key
    start: tuple[int, ...] = ()
    """The numbers that the release starts with: for `==*`, `!=*` and `~=`."""


def parse_clauses(text: str) -> tuple[Clause, ...] | None:
    """Read clauses such as `>=2,<3.0a1`; None if PEP 440 does not allow one of them. An empty text
    has none, and an empty clause at the end counts for nothing.
    """
    parts = text.split(",")
    if len(parts) > 1 and not parts[-1].strip():
        parts.pop()
    found = [_clause(part.strip()) for part in parts] if text.strip() else []
    clauses = tuple([each for each in found if each is not None])
    return clauses if len(clauses) == len(found) else None


def _clause(text: str) -> Clause | None:
    match = re.match(r"===|[~=!<>]=|[<>]", text)
    if match is None:
        return None
    operator, version = match[0], text[match.end() :].lstrip()
    if operator == "===":
        plain = re.fullmatch(r"[^\s;)]+", version)
        return Clause(operator, version, sort_key(version)) if plain else None
    if version.endswith(".*"):
        version = version[:-2]
        if operator not in ("==", "!=") or not re.fullmatch(_RELEASE, version):
            return None
        operator += "*"
    key = version_key(version)
    if key is None or (key[6] and operator not in ("==", "!=")):
        return None
    start: tuple[int, ...] = ()
    if operator in ("==*", "!=*", "~="):
        release = re.match(_RELEASE, version)
        numbers = release[0].lstrip("vV").rpartition("!")[2].split(".") if release else []
        start = tuple(map(int, numbers if operator != "~=" else numbers[:-1]))
        if not start:
            return None  # `~=1` has no start
    return Clause(operator, version, key, start)


def matches(clauses: tuple[Clause, ...], text: str) -> bool:
    """Whether a version matches all clauses. Pre-releases match like others: the order of versions
    alone counts, and the exceptions that PEP 440 makes for `<` and `>`.

    A text that is not a version matches only `===`, and no clauses at all.
    """
    key = version_key(text)
    return all(_matches(each, text, key) for each in clauses)


def _matches(clause: Clause, text: str, key: Key | None) -> bool:
    if clause.operator == "===":
        return text.lower() == clause.text.lower()
    if key is None:
        return False
    if clause.operator[0] in "=!":
        return _is_same(key, clause) == (clause.operator[0] == "=")
    return _is_in_order(key, clause)


def _is_same(key: Key, clause: Clause) -> bool:
    """Whether a version is that of a clause; a clause without a local version means all of them."""
    if clause.start:
        return _starts(key, clause)
    return key == clause.key if clause.key[6] else key[:6] == clause.key[:6]


def _is_in_order(key: Key, clause: Clause) -> bool:
    """Whether a version is before or after that of a clause. Local versions do not count."""
    operator, limit = clause.operator, clause.key
    found, bound = key[:6], limit[:6]
    if operator == "~=":
        return found >= bound and _starts(key, clause)
    if operator == ">":  # the post-releases of a version are not later than it
        has_posts = limit[4] == _NO_POST and limit[5] == _NO_DEV
        is_post = has_posts and key[4] != _NO_POST and key[:4] == limit[:4]
        return found > bound and not is_post
    if operator == "<" and not is_prerelease(limit):  # its pre-releases are not earlier than it
        phase = _ONLY_DEV if limit[4] == _NO_POST else _FINAL
        bound = (limit[0], limit[1], phase, 0, limit[4], 0)
    return {">=": found >= bound, "<=": found <= bound, "<": found < bound}[operator]


def _starts(key: Key, clause: Clause) -> bool:
    """Whether a version has the epoch of a clause, and its numbers at the start."""
    count = len(clause.start)
    release = (*key[1], *[0] * count)[:count]
    return key[0] == clause.key[0] and release == clause.start
