"""Choosing an interpreter: the default, the one that a specifier means, and all there are."""

from __future__ import annotations

import os

from helper.base import specifiers
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.files import expanded
from helper.base.messages import quoted
from helper.interpreters import search
from helper.interpreters.creators import Creator, bundled, creator_for
from helper.interpreters.query import Interpreter, Interpreters, base_of
from helper.store.home import Home, is_environment

if TYPE_CHECKING:
    from typing import Mapping

    from helper.base.formats import Version


class Found(NamedTuple):
    """An interpreter, and what it was found by."""

    interpreter: Interpreter
    sources: tuple[str, ...]


class Choice(NamedTuple):
    """The interpreter to make an environment with."""

    interpreter: Interpreter
    asked: str | None
    """The specifier, None if none was given."""
    why: str
    """What it was chosen by, in words."""


class Pythons:
    """The interpreters of this machine, as they are found from here."""

    def __init__(self, home: Home, environ: Mapping[str, str], cache: str) -> None:
        self._home = home
        self._environ = environ
        self._cache = cache
        self._interpreters = Interpreters(cache, environ)
        self._found: list[Found] | None = None

    def ask(self, file: str) -> Interpreter | None:
        """The base interpreter behind a file; None if it does not answer."""
        return self._interpreters.ask(file)

    def save(self) -> None:
        """Save what the interpreters answered. Best effort."""
        self._interpreters.save()

    def choose(self, asked: str | None) -> Choice:
        """The interpreter that a specifier means. Without one that is $MULTIVENV_PYTHON's, or else
        what `python3` means at the prompt, seen through the active environment.

        Raises Failure.
        """
        if asked is not None:
            return Choice(self._meant(asked), asked, f"{quoted(asked)} was asked for")
        setting = self._environ.get("MULTIVENV_PYTHON")
        if setting:
            try:
                meant = self._meant(setting)
            except Failure as failure:
                raise Failure(f"MULTIVENV_PYTHON is {quoted(setting)}: {failure}") from failure
            return Choice(meant, setting, f"MULTIVENV_PYTHON is {quoted(setting)}")
        for name in ("python3", "python"):
            for file in search.all_on_path(name, self._environ):
                found = self._interpreters.ask(file)
                if found is not None and found.version >= (3,):
                    return Choice(found, None, _why_default(name, file))
        raise Failure("there is no python3 on PATH (see multivenv pythons, and mkvenv --python)")

    def all(self) -> list[Found]:
        """Every interpreter that is found, once, the highest version first."""
        if self._found is None:
            self._found = self._search(None)
        return self._found

    def with_chosen(self, choice: Choice) -> list[Found]:
        """The same and the chosen one, which may be in a place that is not searched."""
        return self._search(choice.interpreter)

    def _search(self, chosen: Interpreter | None) -> list[Found]:
        found: dict[tuple[str, ...], Found] = {}
        for file, source in search.candidates(self._environ):
            one = self._interpreters.ask(file)
            if one is None:
                continue
            known = found.get(_identity(one)) or Found(one, ())
            if source not in known.sources:
                known = Found(known.interpreter, (*known.sources, source))
            found[_identity(one)] = known
        if chosen is not None:
            found.setdefault(_identity(chosen), Found(chosen, ("MULTIVENV_PYTHON",)))
        return sorted(found.values(), key=lambda each: _rank(each.interpreter), reverse=True)

    def of_minor(self, library: str, minor: Version, but: str | None = None) -> Interpreter | None:
        """The best interpreter for the packages in lib/LIBRARY; but: a file to leave out."""
        implementation = "pypy" if library.startswith("pypy") else "cpython"
        for one in (each.interpreter for each in self.all()):
            if (
                one.version[:2] == minor
                and one.implementation == implementation
                and ("t" in one.flags) == library.endswith("t")
                and os.path.realpath(one.path) != but
            ):
                return one
        return None

    def creator(self, base: Interpreter) -> Creator:
        """How to create environments of an interpreter. Starts no process but for an interpreter
        without ensurepip, for which it looks for wheels of the others.
        """
        return creator_for(base, self._environ, self._cache, self._bundled)

    def _bundled(self) -> list[str]:
        return [file for each in self.all() for file in bundled(each.interpreter.library)]

    def _meant(self, asked: str) -> Interpreter:
        if "/" in asked:
            return self._in_path(asked)
        specifier = specifiers.parse(asked)
        if specifier is not None:
            return self._fitting(asked, specifier)
        path = self._home.environment(asked)
        if asked not in ("", ".", "..") and is_environment(path, os.path.islink(path)):
            return self._base_of(asked, path)
        files = search.all_on_path(asked, self._environ)
        found = next(filter(None, map(self._interpreters.ask, files)), None)
        if found is None:
            where = f"{quoted(files[0])} is no Python that starts" if files else _UNKNOWN
            raise Failure(f"no Python is called {quoted(asked)}: {where}")
        return found

    def _in_path(self, asked: str) -> Interpreter:
        path = expanded(asked)
        files = [path]
        if os.path.isdir(path):  # an environment's folder, or where an interpreter is installed
            files = search.named(f"{path.rstrip('/')}/bin")
        found = next(filter(None, map(self._interpreters.ask, files)), None)
        if found is None:
            raise Failure(f"{quoted(path)} is no Python that starts")
        return found

    def _base_of(self, name: str, path: str) -> Interpreter:
        python = f"{path}/bin/python"
        base = base_of(python)
        found = self._interpreters.ask(base) if base != python else None
        if found is None:
            raise Failure(f"the base interpreter of {quoted(name)} is gone, or does not start")
        return found

    def _fitting(self, asked: str, specifier: specifiers.Specifier) -> Interpreter:
        there = [each.interpreter for each in self.all()]
        for one in there:
            if specifiers.fits(specifier, one.text, one.implementation, "t" in one.flags):
                return one
        versions = ", ".join(dict.fromkeys(_short(one) for one in there)) or "none at all"
        raise Failure(
            f"no Python here fits {quoted(asked)}: there is {versions} (see multivenv pythons)"
        )


def same_interpreter(one: Interpreter, other: Interpreter) -> bool:
    """Whether two are the same, by whatever names they were found."""
    return _identity(one) == _identity(other)


def _identity(one: Interpreter) -> tuple[str, ...]:
    return os.path.realpath(one.library), one.text, one.flags


_UNKNOWN = "it is no version, no environment, and no command on PATH"


def _why_default(name: str, file: str) -> str:
    base = base_of(file)
    if base != file:
        environment = os.path.dirname(os.path.dirname(file))
        return f"it is the base of the environment {quoted(environment)}, which is on PATH"
    return f"{name} on PATH is {quoted(file)}"


def _rank(one: Interpreter) -> tuple[bool, object, bool]:
    """What to order by: CPython before others, then the version; free-threaded ones after."""
    found = specifiers.version(one.text)
    return one.implementation == "cpython", found[0] if found else (0,), "t" not in one.flags


def _short(one: Interpreter) -> str:
    """Such as 3.12.4, pypy3.10.14 or 3.13.0t."""
    name = "" if one.implementation == "cpython" else one.implementation
    return f"{name}{one.text}{'t' if 't' in one.flags else ''}"
