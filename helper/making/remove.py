"""Removing an environment, with a recipe left behind."""

from __future__ import annotations

import errno
import os
import time
from contextlib import ExitStack

from helper.base.compat import NamedTuple
from helper.base.errors import Failure
from helper.base.messages import quoted, reason, tell, why
from helper.base.processes import run_hook
from helper.inspection import distributions
from helper.inspection.facts import Facts, read_one
from helper.making import replacement
from helper.outside import links, projects
from helper.store import records, temporary, trash
from helper.store.home import Home
from helper.store.locks import LEAVING, locked


class Removed(NamedTuple):
    """What there is to say of a removal."""

    recipe: OSError | None
    """Why no recipe could be kept."""
    left: OSError | None
    """Why not everything could be deleted; what is left of it is in the trash."""
    told: list[str]
    """What came of what led to it: in its project's directory, and on PATH."""


def remove_with_hooks(
    home: Home, name: str, place: str | None, owner: temporary.Owner | None = None
) -> int:
    """Remove an environment with the user's hooks, and tell of what did not come about. place is
    the folder of the links, if there is one. With an owner no other one than its temporary one is
    removed. Returns the status.
    """
    run_hook(f"{home.path}/prermvirtualenv", name, home.path)
    try:
        removed = remove(home, name, place, owner)
    except (Failure, OSError) as error:
        tell(f"{quoted(name)} was not removed: {why(error)}")
        return 1
    if removed is None:
        return 0
    for line in removed.told:
        tell(line)
    run_hook(f"{home.path}/postrmvirtualenv", name, home.path)
    if removed.recipe:
        tell(f"no recipe of {quoted(name)} could be kept: {removed.recipe.strerror}")
    if removed.left:
        tell(
            f"not all of {quoted(name)} could be deleted: {reason(removed.left)}"
            f" (see {quoted(home.state('trash'))})"
        )
    return 1 if removed.left else 0


def remove(
    home: Home, name: str, place: str | None, owner: temporary.Owner | None
) -> Removed | None:
    """Remove an environment and keep its recipe; or an owner's temporary one, without: None if that
    is not there any more.

    Raises Busy or Failure, or OSError, and then the environment is where it was.
    """
    with ExitStack() as stack:
        try:
            work = "rmvenv" if owner is None else LEAVING
            stack.enter_context(locked(home, name, work))
        except OSError as error:
            # nobody else can lock it either on a full disk, and removing helps
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
        facts = read_one(home, name)
        if owner is not None and (facts is None or temporary.owner_of(facts.record, name) != owner):
            return None
        if facts is None:
            raise Failure("it is gone already")
        traces = projects.traces(facts.project, facts.path)
        linked = links.of_one(home, place, name)
        wanted = owner is None and facts.target is None
        recipe = _recipe(facts, traces, linked) if wanted else None
        problem = _keep(home, name, recipe)
        project = facts.project if any(traces) else None
        with replacement.removing(home, name, project, place, bool(linked)) as told:
            entry = trash.take(home, name)
        temporary.forget(home, name)
        left = trash.emptied(entry)
        if problem is not None:
            problem = _keep(home, name, recipe)  # now there may be space for it
        return Removed(problem, left, told)


def _recipe(facts: Facts, traces: projects.Traces, linked: list[str]) -> records.Record:
    """What it takes to make the environment again."""
    return {
        "name": facts.name,
        "removed": records.timestamp(time.time()),
        "record": temporary.lasting(facts.record or {}) or None,
        "python": ".".join(map(str, facts.config.version)) or None,
        "system_site_packages": facts.config.system_site,
        "project": facts.project,
        **traces._asdict(),
        "links": linked,
        "distributions": _distributions(facts),
    }


def _keep(home: Home, name: str, recipe: records.Record | None) -> OSError | None:
    """Write a recipe, if there is one. Returns why not: that must not stop a removal."""
    if recipe is None:
        return None
    try:
        folder = home.state("recipes")
        os.makedirs(folder, exist_ok=True)
        records.write(f"{folder}/{name}", recipe, home.state(f"recipe-{os.getpid()}.new"))
    except OSError as error:
        return error
    return None


def _distributions(facts: Facts) -> list[dict[str, object]] | None:
    if facts.library is None:
        return None
    try:
        found = distributions.installed(f"{facts.path}/lib/{facts.library}/site-packages")
    except OSError:
        return None
    fields = ("name", "version", "requested", "origin")
    return [{field: getattr(each, field) for field in fields} for each in found]
