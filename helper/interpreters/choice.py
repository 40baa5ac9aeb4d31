"""Choosing an interpreter: the default, the one that a specifier means, and all of this machine."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.files import expanded
from helper.base.messages import quoted, shown
from helper.base.specifiers import interpreter_key, matches, parse_specifier
from helper.interpreters import search
from helper.interpreters.creators import Creator, bundled, cached_wheels, creator_for
from helper.interpreters.query import Interpreter, Interpreters, base_of
from helper.store.home import Home, is_environment

if TYPE_CHECKING:
    from typing import Iterable, Mapping


class Found(NamedTuple):
    """An interpreter, and where it was found."""

    interpreter: Interpreter
    sources: list[str]
    """Such as PATH and pyenv."""


class Choice(NamedTuple):
    """The interpreter for a new environment."""

    interpreter: Interpreter
    asked: str | None
    """The specifier, None for the default."""
    why: str
    """The reason for the default, for the user."""


class Pythons(Interpreters):
    """The interpreters of this machine."""

    def __init__(self, home: Home, environ: Mapping[str, str], cache: str) -> None:
        super().__init__(cache, environ)
        self._home = home
        self._found: dict[bool, list[Found]] = {}

    def choose(self, asked: str | None) -> Choice:
        """The interpreter that a specifier means. None means $MULTIVENV_PYTHON, or else `python3`
        at the prompt, where an active environment counts as its base interpreter.

        Raises Failure.
        """
        if asked is not None:
            return Choice(self._specified(asked), asked, "")
        setting = self.environ.get("MULTIVENV_PYTHON")
        if setting:
            why = f"MULTIVENV_PYTHON is {quoted(setting)}"
            try:
                return Choice(self._specified(setting), setting, why)
            except Failure as failure:
                raise Failure(f"{why}: {failure.text}", failure.advice) from failure
        for name in ("python3", "python"):
            for file in search.all_on_path(name, self.environ):
                found = self.ask(file)
                if found is not None and found.version >= (3,):
                    return Choice(found, None, _why_default(name, file))
        raise Failure("no python3 on PATH", "see multivenv pythons, and mkvenv --python")

    def all(self, shims: bool = True) -> list[Found]:
        """Each interpreter on this machine, the highest version first. shims: whether to ask those
        of version managers too. They add a source, and seldom an interpreter.
        """
        if shims not in self._found:
            found: dict[tuple[str, ...], Found] = {}
            for file, source in search.candidates(self.environ, shims):
                one = self.ask(file)
                if one is not None:
                    known = found.setdefault(one.identity, Found(one, []))
                    if source not in known.sources:
                        known.sources.append(source)
            self._found[shims] = _ranked(found.values())
        return self._found[shims]

    def with_chosen(self, choice: Choice) -> list[Found]:
        """As all, with the chosen one, which may be somewhere else."""
        found, chosen = self.all(), choice.interpreter
        if any(same_interpreter(each.interpreter, chosen) for each in found):
            return found
        return _ranked([*found, Found(chosen, ["MULTIVENV_PYTHON"])])

    def creator(self, base: Interpreter) -> Creator:
        """How to create environments with an interpreter. Without ensurepip, that needs the wheels
        of all others.
        """
        return creator_for(base, self.environ, self._wheels)

    def _wheels(self) -> list[str]:
        found = self.all(shims=False)
        files = [file for each in found for file in bundled(each.interpreter.library)]
        return [*files, *cached_wheels(self.cache)]

    def _specified(self, asked: str) -> Interpreter:
        if "/" in asked:
            path = expanded(asked)
            # a folder is an environment, or a prefix where somebody installed an interpreter
            files = search.named(f"{path.rstrip('/')}/bin") if os.path.isdir(path) else [path]
            return self._first(files, f"{quoted(path)} is not a working Python")
        specifier = parse_specifier(asked)
        if specifier is not None:
            for shims in (False, True):
                there = [each.interpreter for each in self.all(shims)]
                for one in there:
                    if matches(specifier, one.text, one.implementation, "t" in one.flags):
                        return one
            versions = ", ".join(dict.fromkeys(map(_short, there))) or "none"
            text = f"no Python {shown(asked)} found; available: {versions}"
            raise Failure(text, "see multivenv pythons")
        path = self._home.environment(asked)
        if asked not in ("", ".", "..") and is_environment(path, os.path.islink(path)):
            base = base_of(f"{path}/bin/python")
            bases = [] if base == f"{path}/bin/python" else [base]
            problem = f"the base interpreter of {quoted(asked)} is missing or does not start"
            return self._first(bases, problem)
        files = search.all_on_path(asked, self.environ)
        problem = f"{quoted(files[0])} is not a working Python" if files else _UNKNOWN
        return self._first(files, f"no Python named {quoted(asked)}: {problem}")

    def _first(self, files: list[str], problem: str) -> Interpreter:
        """The first interpreter that answers. Raises Failure with that problem if none does."""
        for file in files:
            found = self.ask(file)
            if found is not None:
                return found
        raise Failure(problem)


_UNKNOWN = "not a version, an environment or a command on PATH"


def same_interpreter(one: Interpreter, other: Interpreter) -> bool:
    """Whether two paths lead to one interpreter."""
    return one.identity == other.identity


def _why_default(name: str, file: str) -> str:
    if base_of(file) == file:
        return f"{name} on PATH is {quoted(file)}"
    environment = os.path.dirname(os.path.dirname(file))
    return f"the base interpreter of {quoted(environment)}, which is on PATH"


def _ranked(found: Iterable[Found]) -> list[Found]:
    """CPython before others, then higher versions; a free-threaded build after the other one."""

    def rank(each: Found) -> tuple[bool, object, bool]:
        one = each.interpreter
        key = interpreter_key(one.text)
        return one.implementation == "cpython", key or (-1,), "t" not in one.flags

    return sorted(found, key=rank, reverse=True)


def _short(one: Interpreter) -> str:
    """Such as 3.12.4, pypy3.10.14 or 3.13.0t."""
    name = "" if one.implementation == "cpython" else one.implementation
    return f"{name}{one.text}{'t' if 't' in one.flags else ''}"
