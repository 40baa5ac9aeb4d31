"""The environment that a verb's word means."""

from __future__ import annotations

import os

from errors import Failure, Misuse
from facts import Facts, read_one
from home import Home
from messages import quoted
from names import check_child, why_not_new


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
    raise Failure(f"no environment named {quoted(name)} (see lsvenvs)")
