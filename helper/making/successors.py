"""The interpreter that succeeds another one: of the same implementation before any other."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.formats import parse_version, version_text
from helper.interpreters.query import called
from helper.store import records

if TYPE_CHECKING:
    from helper.base.formats import Version
    from helper.inspection.facts import Facts
    from helper.interpreters.choice import Pythons
    from helper.interpreters.query import Interpreter


class Kind(NamedTuple):
    """What kind of interpreter an environment is for."""

    implementation: str
    """As in Interpreter."""
    threads: bool
    """Whether it is free-threaded."""
    version: Version
    """As far as it is known; () if unknown."""

    def matches(self, one: Interpreter) -> bool:
        """Whether an interpreter has that implementation."""
        return one.implementation == self.implementation

    def is_other(self, one: Interpreter) -> bool:
        """Whether a user would not expect an interpreter in the place of this one."""
        major = bool(self.version) and one.version[:1] != self.version[:1]
        return not self.matches(one) or ("t" in one.flags) != self.threads or major

    @property
    def called(self) -> str:
        """Its name in messages, such as PyPy 3.9."""
        text = version_text(self.version[:2])
        return f"{self.product} {text}{'t' if self.threads else ''}".strip()

    @property
    def product(self) -> str:
        """The name of its implementation in messages."""
        return called(self.implementation)


def kind_of(facts: Facts) -> Kind:
    """The kind of interpreter that an environment is for."""
    known = records.part(facts.record or {}, "python")
    recorded = parse_version(records.text(known, "version") or "")
    name = facts.config.implementation or records.text(known, "implementation") or ""
    implementation = _IMPLEMENTATIONS.get(name.lower(), "cpython")
    library = facts.library or ""
    if library.startswith("pypy"):
        implementation = "pypy"
    return Kind(implementation, library.endswith("t"), facts.minor or recorded)


def recorded_kind(python: records.Record, version: Version) -> Kind:
    """The kind of interpreter that a record names. python: that part of the record."""
    name = records.text(python, "implementation") or ""
    base = records.text(python, "base") or ""
    return Kind(_IMPLEMENTATIONS.get(name.lower(), "cpython"), base.endswith("t"), version)


_IMPLEMENTATIONS = {"pypy": "pypy", "graalvm": "graalpy", "graalpy": "graalpy"}
"""As pyvenv.cfg and records write them."""


def same_minor(pythons: Pythons, kind: Kind, but: str | None = None) -> Interpreter | None:
    """The best interpreter that can take over the packages as they are. but: a file to skip."""
    minor = kind.version[:2]
    return next((one for one in _like(pythons, kind, but) if one.version[:2] == minor), None)


def successor(pythons: Pythons, kind: Kind, but: str | None = None) -> Interpreter:
    """The interpreter for the replacement of an environment: of the same implementation, the same
    free-threading, the same minor version, in that order; then the default. Raises Failure.
    """
    same = same_minor(pythons, kind, but)
    if same is not None:
        return same
    like = [one for one in _like(pythons, kind, but) if one.version[:1] >= (3,)]
    if not like:  # of the other free-threading, or none
        every = [each.interpreter for each in pythons.all() if kind.matches(each.interpreter)]
        like = [one for one in every if os.path.realpath(one.path) != but]
        like.sort(key=lambda one: one.version[:2] != kind.version[:2])
        like = [one for one in like if one.version[:1] >= (3,)]
    default = None if kind.threads else pythons.choose(None).interpreter
    if default is not None and kind.matches(default) and os.path.realpath(default.path) != but:
        return default
    return like[0] if like else default or pythons.choose(None).interpreter


def _like(pythons: Pythons, kind: Kind, but: str | None) -> list[Interpreter]:
    """Those of the same implementation and free-threading, the highest version first."""
    return [
        one
        for one in (each.interpreter for each in pythons.all(shims=False))
        if kind.matches(one)
        and ("t" in one.flags) == kind.threads
        and os.path.realpath(one.path) != but
    ]
