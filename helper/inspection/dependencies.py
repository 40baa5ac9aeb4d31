"""Dependencies between installed distributions, and which of them are not met. Pure.

Formats: Requires-Dist and Provides-Extra of the core metadata, requirements and environment
markers of PEP 508.
"""

from __future__ import annotations

import re

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.formats import normalized
from helper.base.versions import is_version, matches, parse_clauses

if TYPE_CHECKING:
    from typing import Iterable, Iterator, Mapping, Sequence, Tuple

    Field = Tuple[str, str]


class Requirement(NamedTuple):
    """A dependency."""

    name: str
    """Normalized."""
    extras: tuple[str, ...]
    versions: str
    """Clauses of PEP 440, such as `>=2,<3`. Empty for a URL."""
    marker: str
    of_extras: frozenset[str] = frozenset()
    """The extras that its marker names: it applies only with one of them."""

    def applies(self, variables: Mapping[str, str]) -> bool:
        """Whether it is a dependency without any extra."""
        return not self.of_extras and applies(self.marker, variables, "")


class Package(NamedTuple):
    """What the metadata of a distribution say."""

    name: str
    version: str
    requirements: tuple[Requirement, ...]
    extras: tuple[str, ...]
    """The extras that it offers."""


def package(name: str, version: str, fields: Iterable[Field]) -> Package:
    """A distribution with the header fields of its METADATA."""
    requirements, extras = [], []
    for key, value in fields:
        if key == "Requires-Dist":
            found = parse(value)
            requirements += [found] if found else []
        elif key == "Provides-Extra":
            extras.append(value)
    return Package(normalized(name), version, tuple(requirements), tuple(extras))


def parse(text: str) -> Requirement | None:
    """Read a requirement of PEP 508; None if it is none."""
    before, _, marker = text.partition(";")
    match = re.fullmatch(
        r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^]]*)\])?\s*(@.*|\(?[^()@]*\)?)\s*", before
    )
    if match is None:
        return None
    extras = [normalized(each.strip()) for each in (match[2] or "").split(",") if each.strip()]
    versions = "" if match[3].startswith("@") else match[3].strip().strip("()")
    named = re.findall(r"extra\s*==\s*['\"]([^'\"]+)|['\"]([^'\"]+)['\"]\s*==\s*extra", marker)
    of_extras = frozenset(normalized(one or other) for one, other in named)
    bare = versions.replace(" ", "")
    return Requirement(normalized(match[1]), tuple(extras), bare, marker, of_extras)


# ---- what is not met -----------------------------------------------------------------------------


def unmet(packages: Sequence[Package], variables: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The dependencies that are missing, and those that are installed in another version, each as
    `A 1.0 requires B>=2`. variables: those of environment markers. Like `pip check`: without
    extras.
    """
    versions = {each.name: each.version for each in packages}
    missing, conflicts = [], []
    for each in packages:
        for wanted in each.requirements:
            if not wanted.applies(variables):
                continue
            text = f"{each.name} {each.version} requires {wanted.name}{wanted.versions}"
            known = versions.get(wanted.name)
            if known is None:
                missing.append(text)
            elif known and not includes(wanted.versions, known):
                conflicts.append(f"{text}, but {known} is installed")
    return missing, conflicts


def needed(packages: Sequence[Package], variables: Mapping[str, str]) -> set[str]:
    """The names that others depend on, also through an extra whose dependencies are all there."""
    there = {each.name for each in packages}
    found = set()
    for each in packages:
        for wanted in each.requirements:
            if wanted.applies(variables):
                found.add(wanted.name)
        for extra in each.extras:
            own = set(_dependencies_of_extra(each, extra, variables))
            found |= own if own <= there else set()
    return found


def used_extras(
    packages: Sequence[Package], requested: set[str], variables: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """The extras with which the requested packages were installed, as far as the others show: all
    dependencies of the extra are there, and one of them for no other reason.
    """
    there = {each.name for each in packages}
    needed = {
        wanted.name
        for each in packages
        for wanted in each.requirements
        if wanted.applies(variables)
    }
    found = {}
    for each in packages:
        extras = each.extras if each.name in requested else ()
        used = []
        for extra in extras:
            own = set(_dependencies_of_extra(each, extra, variables))
            if own and own <= there and own - needed - requested:
                used.append(extra)
        if used:
            found[each.name] = tuple(_smallest(each, used, variables))
    return found


def _dependencies_of_extra(
    each: Package, extra: str, variables: Mapping[str, str], depth: int = 0
) -> Iterator[str]:
    for wanted in each.requirements:
        if normalized(extra) in wanted.of_extras and applies(wanted.marker, variables, extra):
            if wanted.name != each.name:
                yield wanted.name
            elif depth < 5:  # `all` that consists of other extras: pkg[one,two]
                for other in wanted.extras:
                    yield from _dependencies_of_extra(each, other, variables, depth + 1)


def _smallest(each: Package, used: list[str], variables: Mapping[str, str]) -> list[str]:
    """The extras without those whose dependencies are all those of another one."""
    own = {extra: set(_dependencies_of_extra(each, extra, variables)) for extra in used}
    kept: list[str] = []
    for extra in sorted(used, key=lambda name: (-len(own[name]), name)):
        if not any(own[extra] <= own[other] for other in kept):
            kept.append(extra)
    return sorted(kept)


# ---- environment markers -------------------------------------------------------------------------


def variables_of(
    version: str, implementation: str, platform: str, uname: Sequence[str]
) -> dict[str, str]:
    """The variables of environment markers for an interpreter. version: in full; implementation:
    its sys.implementation.name; platform: sys.platform; uname: os.uname().
    """
    products = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}
    system, _, release, kernel, machine = list(uname)[:5]
    return {
        "python_version": ".".join(version.split(".")[:2]),
        "python_full_version": version,
        "implementation_name": implementation,
        "implementation_version": version,
        "platform_python_implementation": products.get(implementation, implementation),
        "os_name": "posix",
        "sys_platform": platform,
        "platform_system": system,
        "platform_release": release,
        "platform_version": kernel,
        "platform_machine": machine,
    }


_WORD = r"\s*(\(|\)|<=|>=|===?|~=|!=|<|>|\"[^\"]*\"|'[^']*'|[A-Za-z_.]+)"


def applies(marker: str, variables: Mapping[str, str], extra: str) -> bool:
    """Whether an environment marker is true. One that nobody can read counts as true."""
    if not marker.strip():
        return True
    tokens = re.findall(_WORD, marker)
    try:
        return _any(tokens, {**variables, "extra": extra})
    except (IndexError, ValueError):
        return True


def _any(tokens: list[str], variables: Mapping[str, str]) -> bool:
    result = _all(tokens, variables)
    while tokens and tokens[0] == "or":
        tokens.pop(0)
        result = _all(tokens, variables) or result
    return result


def _all(tokens: list[str], variables: Mapping[str, str]) -> bool:
    result = _one(tokens, variables)
    while tokens and tokens[0] == "and":
        tokens.pop(0)
        result = _one(tokens, variables) and result
    return result


def _one(tokens: list[str], variables: Mapping[str, str]) -> bool:
    first = tokens.pop(0)
    if first == "(":
        result = _any(tokens, variables)
        if tokens.pop(0) != ")":
            raise ValueError
        return result
    operator = tokens.pop(0)
    if operator == "not":
        operator = f"not {tokens.pop(0)}"
    second = tokens.pop(0)
    key = second if first[0] in "\"'" else first
    left, right = _value(first, variables), _value(second, variables)
    if operator == "in":
        return left in right
    if operator == "not in":
        return left not in right
    if key == "extra":
        left, right = normalized(left), normalized(right)
    elif key.endswith("_version") and is_version(left):
        clauses = parse_clauses(f"{operator}{right}")
        if clauses:
            return matches(clauses, left)
    orders = {"==": left == right, "===": left == right, "!=": left != right}
    orders.update({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right})
    return orders[operator]


def _value(token: str, variables: Mapping[str, str]) -> str:
    if token[0] in "\"'":
        return token[1:-1]
    if token not in variables:
        raise ValueError
    return variables[token]


# ---- versions ------------------------------------------------------------------------------------


def includes(clauses: str, version: str) -> bool:
    """Whether a version matches clauses such as `>=2,<3`. Clauses that nobody can read match, and
    so do versions that are not of PEP 440, and pre-releases: an installer has chosen those.
    """
    known = is_version(version)
    for each in filter(None, map(str.strip, clauses.split(","))):
        found = parse_clauses(each)
        if found and (known or each.startswith("===")) and not matches(found, version):
            return False
    return True
