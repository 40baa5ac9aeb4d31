"""The environment that a verb's word means."""

from __future__ import annotations

import os

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.messages import quoted
from helper.inspection.facts import Facts, read_at, read_one
from helper.store.home import Home
from helper.store.names import check_child, why_not_new

if TYPE_CHECKING:
    from typing import Mapping


def find(home: Home, verb: str, name: str) -> Facts:
    """The facts of an environment by its name. Raises Misuse and Failure."""
    check_child(verb, name)
    found = read_one(home, name)
    if found is not None:
        return found
    if os.path.lexists(home.environment(name)):
        raise Failure(f"{quoted(name)} in {quoted(home.path)} is no environment (see lsvenvs)")
    if why_not_new(name):
        raise Misuse(
            f"{quoted(name)} cannot be the name of an environment, and there is none"
            f" (see {verb} --help)"
        )
    from helper.base import suggest

    near = suggest.meant(name, [each for each, _ in home.environments()])
    advice = f"did you mean {quoted(near)}?" if near else "see lsvenvs"
    raise Failure(f"no environment named {quoted(name)} ({advice})")


def find_or_active(home: Home, verb: str, names: list[str], environ: Mapping[str, str]) -> Facts:
    """The facts of the environment that is named, or of the active one. Raises Misuse, Failure."""
    if len(names) > 1:
        raise Misuse(f"{verb} takes one name (see {verb} --help)")
    if names:
        return find(home, verb, names[0])
    active = environ.get("VIRTUAL_ENV", "").rstrip("/")
    if not active:
        raise Failure(f"no environment is active ({verb} NAME takes one by its name)")
    found = read_at(active)
    if found is None:
        raise Failure(f"{quoted(active)}, which is active, is no environment")
    return found
