"""What verbs that make environments of other environments have at hand."""

from __future__ import annotations

import os

from helper.base import cache
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.processes import Progress
from helper.interpreters.choice import Pythons
from helper.interpreters.installers import chosen
from helper.interpreters.query import Interpreter, Interpreters
from helper.making.create import Workshop
from helper.store.home import Home

if TYPE_CHECKING:
    from typing import Mapping

    from helper.inspection.facts import Version


class Means(NamedTuple):
    """The workshop, and the interpreters there are."""

    shop: Workshop
    pythons: Pythons
    interpreters: Interpreters
    known: list[Interpreter]
    """All of them, the best first, once somebody has asked."""
    forced: Interpreter | None
    """The one that the user asked for."""
    asked: str | None
    """That one in the user's words."""
    installer: list[str]

    def all(self) -> list[Interpreter]:
        """The interpreters there are, the best first."""
        if not self.known:
            self.known.extend(each.interpreter for each in self.pythons.all())
        return self.known

    def of_minor(self, library: str, minor: Version, but: str | None = None) -> Interpreter | None:
        """The best interpreter for the packages in lib/LIBRARY, but not the one in a file."""
        implementation = "pypy" if library.startswith("pypy") else "cpython"
        for one in self.all():
            if (
                one.version[:2] == minor
                and one.implementation == implementation
                and ("t" in one.flags) == library.endswith("t")
                and os.path.realpath(one.path) != but
            ):
                return one
        return None

    def successor(self, library: str, minor: Version, but: str | None = None) -> Interpreter:
        """The interpreter for a new environment in the place of one: that which was asked for, one
        of the same minor version but not the one in a file, or the default. Raises Failure.
        """
        found = self.forced or self.of_minor(library, minor, but)
        return found or self.pythons.choose(None).interpreter


def gather(home: Home, environ: Mapping[str, str], asked: str | None) -> Means:
    """The means of a verb; asked is the user's specifier of an interpreter. Raises Failure."""
    folder = cache.folder(environ)
    interpreters = Interpreters(folder, environ)
    pythons = Pythons(home, environ, interpreters)
    shop = Workshop(home, folder, environ, Progress(), pythons.others)
    choice = pythons.choose(asked) if asked is not None else None
    return Means(
        shop,
        pythons,
        interpreters,
        known=[],
        forced=choice.interpreter if choice else None,
        asked=choice.asked if choice else None,
        installer=chosen(environ),
    )
