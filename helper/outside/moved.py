"""What the user moved: a home, a project, another directory; and what leads there."""

from __future__ import annotations

import os

from helper.base import files
from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure, Misuse
from helper.base.formats import path_of
from helper.base.messages import quoted
from helper.inspection.distributions import installed
from helper.outside import projects
from helper.store.home import Home

if TYPE_CHECKING:
    from typing import Any, Iterator

    from helper.inspection.facts import Facts
    from helper.outside.links import Links


class Moved(NamedTuple):
    """A directory or file that has another path now."""

    old: str
    new: str

    @property
    def words(self) -> str:
        """For the plan."""
        return f"rewrite {quoted(self.old)} as {quoted(self.new)}"

    def path(self, text: str) -> str:
        """A path with the new one in the place of the old one."""
        inside = text == self.old or text.startswith(f"{self.old}/")
        return self.new + text[len(self.old) :] if inside else text

    def origin(self, origin: dict[str, Any] | None) -> dict[str, Any] | None:
        """A direct_url.json likewise."""
        from helper.base.formats import url_of

        where = path_of(str((origin or {}).get("url", "")))
        if origin is None or self.path(where) == where:
            return origin
        return {**origin, "url": url_of(self.path(where))}


def parse_moved(verb: str, value: str) -> Moved:
    """The two paths of `--moved OLD=NEW`. Raises Misuse and Failure."""
    old, equals, new = value.partition("=")
    if not (old and equals and new):
        raise Misuse(f"{verb} --moved needs OLD=NEW", f"see {verb} --help")
    pair = [os.path.abspath(files.expanded(each)) for each in (old, new)]
    if pair[0] == pair[1] or "/" in pair:
        raise Misuse(f"{verb} --moved needs two different paths", f"see {verb} --help")
    if not os.path.exists(pair[1]):
        raise Failure(f"{quoted(pair[1])} does not exist")
    return Moved(*pair)


def concerns(facts: Facts, moved: Moved) -> bool:
    """Whether an environment contains the old path."""
    return any(moved.path(path) != path for path in _paths_in(facts) if path)


def _paths_in(facts: Facts) -> Iterator[str | None]:
    yield from facts.projects
    yield from (facts.made_at, facts.config.home, facts.python_target)
    if facts.library is None:
        return
    try:
        found = installed(facts.site_packages)
    except OSError:
        return
    for each in found:
        yield each.project or path_of(str((each.origin or {}).get("url", "")))
    for name in files.listed(facts.site_packages):
        if name.endswith((".pth", ".egg-link")):
            data = files.read_or_nothing(f"{facts.site_packages}/{name}")
            yield from map(os.fsdecode, data.splitlines())


def follow(home: Home, links: Links, facts: Facts, moved: Moved) -> list[str]:
    """Point to an environment what led to it at its old path: `.venv` and .python-envs of its
    project, and its links on PATH. Returns messages about what failed.
    """
    projects.forget_bindings(home)
    old = Moved(moved.new, moved.old).path(facts.path)
    if old == facts.path:
        return []
    places = [moved.path(each) for each in facts.projects]
    failed = projects.rename_traces(places, old, facts.path)
    return [*failed, *links.follow_home(Home(os.path.dirname(old)), facts.name)]
