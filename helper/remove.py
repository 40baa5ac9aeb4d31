"""Removing an environment, with a recipe left behind."""

from __future__ import annotations

import os
import time

import distributions
import records
import trash
from facts import Facts
from home import Home
from locks import locked


def remove(home: Home, facts: Facts) -> str | None:
    """Remove an environment and keep its recipe. Returns why there is no recipe, None if there is.

    Raises Busy, or OSError, and then the environment is where it was.
    """
    with locked(home, facts.name, "rmvenv"):
        problem = None if facts.target is not None else _keep_recipe(home, facts)
        trash.discard(home, facts.name)
        return problem


def _keep_recipe(home: Home, facts: Facts) -> str | None:
    """Write what it takes to make the environment again. A full disk must not stop a removal."""
    recipe = {
        "name": facts.name,
        "removed": records.timestamp(time.time()),
        "record": facts.record,
        "python": ".".join(map(str, facts.config.version)) or None,
        "system_site_packages": facts.config.system_site,
        "project": facts.project,
        "distributions": _distributions(facts),
    }
    try:
        folder = home.state("recipes")
        os.makedirs(folder, exist_ok=True)
        records.write(os.path.join(folder, facts.name), recipe, home.state(f"recipe-{os.getpid()}.new"))
    except OSError as error:
        return error.strerror or str(error)
    return None


def _distributions(facts: Facts) -> list[dict[str, object]] | None:
    if facts.library is None:
        return None
    try:
        found = distributions.installed(f"{facts.path}/lib/{facts.library}/site-packages")
    except OSError:
        return None
    return [each._asdict() for each in found]
