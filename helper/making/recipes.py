"""Recipes: what rmvenv saves of an environment, so that mkvenv --restore can create it again."""

from __future__ import annotations

import os
import time

from helper.base.compat import TYPE_CHECKING
from helper.base.files import drop_other_spelling, in_folder_of, listed, spelling
from helper.base.formats import parse_version, version_text
from helper.base.messages import listed as comma_separated
from helper.base.messages import quoted, shown
from helper.inspection.distributions import (
    HOOKS,
    Distribution,
    as_requested,
    installed,
    is_venvs,
    with_source,
)
from helper.outside.traces import Traces
from helper.store import records, temporary

if TYPE_CHECKING:
    from helper.inspection.facts import Facts
    from helper.interpreters.choice import Choice
    from helper.interpreters.query import Interpreter
    from helper.making.context import Context
    from helper.making.create import Request
    from helper.outside.kernels import Kernel
    from helper.store.home import Home


def recipe_file(home: Home, name: str) -> str:
    """The file of the recipe of a removed environment."""
    return home.state("recipes", name)


def restorable(home: Home) -> list[str]:
    """The removed environments that have a recipe, and whose name is free."""
    found = listed(home.state("recipes"))
    return [name for name in found if not os.path.lexists(home.environment(name))]


def spelled(home: Home, name: str) -> str:
    """The name of a removed environment as that had it."""
    return spelling(home.state("recipes"), name)


def read_recipe(home: Home, name: str) -> records.Record | None:
    """The recipe of a removed environment; None if it has none."""
    return records.read(recipe_file(home, name))


def save(home: Home, name: str, recipe: records.Record) -> OSError | None:
    """Write a recipe. Returns why that failed: it must not stop a removal."""
    file, temporary_file = recipe_file(home, name), home.state(f"recipe-{os.getpid()}.new")
    drop_other_spelling(file)
    try:
        in_folder_of(file, lambda: records.write(file, recipe, temporary_file))
    except OSError as error:
        return error
    return None


_KEPT = ("name", "version", "requested", "origin", "extras", "source")
"""What a recipe holds of each distribution."""


def recipe_of(
    facts: Facts, traces: dict[str, Traces], linked: list[str], kernel: Kernel | None
) -> records.Record:
    """The recipe of an environment. traces: those in each of its projects. linked: its commands on
    PATH. kernel: the one that Jupyter has of it.
    """
    found = None
    try:
        if facts.library is not None:
            every = as_requested(
                [with_source(each, facts.path) for each in installed(facts.site_packages)],
                records.texts(facts.record or {}, "requirements"),
                version_text(facts.config.version),
                (facts.config.implementation or "cpython").lower(),
            )
            found = [{key: getattr(each, key) for key in _KEPT} for each in every]
    except OSError:
        pass
    return {
        "name": facts.name,
        "removed": records.timestamp(time.time()),
        "record": temporary.lasting(facts.record or {}) or None,
        "python": version_text(facts.config.version) or None,
        "system_site_packages": facts.config.system_site,
        "project": facts.project,
        **traces.get(facts.project or "", Traces())._asdict(),
        **_others(facts, traces),
        "links": linked,
        **({"kernel": kernel.display_name} if kernel is not None else {}),
        "distributions": found,
    }


def _others(facts: Facts, traces: dict[str, Traces]) -> records.Record:
    """What a recipe holds of the other projects, if there are any."""
    if not facts.others:
        return {}
    return {"projects": [{"path": each, **traces[each]._asdict()} for each in facts.others]}


def _projects_in(recipe: records.Record) -> dict[str, Traces]:
    """The projects in a recipe, and the traces that are to be in each of them."""
    others = recipe.get("projects")
    found = {}
    for each in [{**recipe, "path": recipe.get("project")}, *(_dictionaries(others))]:
        path = records.text(each, "path")
        if path is not None:
            found[path] = Traces(*(each.get(field) is True for field in Traces._fields))
    return found


def _dictionaries(value: object) -> list[records.Record]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def request_of(
    context: Context, name: str, recipe: records.Record, choice: Choice | None
) -> Request:
    """The request to restore an environment; choice: the user's interpreter. Raises Failure."""
    from helper.making.create import request_like  # rmvenv needs only recipe_of

    base = choice.interpreter if choice else _base(context, name, recipe)
    request = request_like(
        context,
        records.part(recipe, "record"),
        name,
        base,
        system_site=recipe.get("system_site_packages") is True,
        asked=choice.asked if choice else None,
        lost=not isinstance(recipe.get("distributions"), list),
    )
    found = _to_install(recipe, base)
    pip = _pip_of(recipe)
    if pip == "":
        request = request._replace(
            plan=request.plan._replace(pip=False), record={**request.record, "pip": False}
        )
    links, traces = records.texts(recipe, "links"), _projects_in(recipe)
    unfit = [each for each in links if not _may_be_linked(each)]
    for project in list(traces):
        if not (project.startswith("/") and "\n" not in project):
            unfit.append(project)
            del traces[project]
    if unfit:
        context.progress.report(f"left out of {quoted(name)}: {comma_separated(unfit)}")
    return request._replace(
        record={**temporary.lasting(request.record), "created": records.timestamp(time.time())},
        projects=tuple(traces),
        traces=traces,
        links=tuple(each for each in links if _may_be_linked(each)),
        kernel=_display_name(recipe),
        distributions=tuple(found),
        pip=pip or None,
        verb="mkvenv --restore",
    )


def _pip_of(recipe: records.Record) -> str | None:
    """The version of pip in a recipe; empty if there was none, None if nobody knows."""
    found = recipe.get("distributions")
    if not isinstance(found, list) or not found:
        return None
    every = [each for each in found if isinstance(each, dict)]
    return next((str(each.get("version")) for each in every if each.get("name") == "pip"), "")


def _display_name(recipe: records.Record) -> str | None:
    """The name that Jupyter displayed for the kernel; None if there was none."""
    name = records.text(recipe, "kernel")
    return name if name and name.isprintable() else None


def _may_be_linked(command: str) -> bool:
    """Whether linkvenv could have linked a command of that name."""
    word = command.isprintable() and not command.startswith(("-", "."))
    return word and not is_venvs(command) and command not in HOOKS


def _base(context: Context, name: str, recipe: records.Record) -> Interpreter:
    """The interpreter that it had, or its successor."""
    from helper.making import successors  # rmvenv needs only recipe_of

    version = str(recipe.get("python") or "")
    known = records.part(records.part(recipe, "record"), "python")
    path = records.text(known, "base")
    found = context.pythons.ask(path) if path is not None else None
    if found is not None and version in ("", found.text):
        return found
    kind = successors.recorded_kind(known, parse_version(version))
    found = successors.same_minor(context.pythons, kind)
    if found is None:
        found = successors.successor(context.pythons, kind)
        if kind.version:
            lacks = f"no {shown(kind.product)} {shown(version)} found for {quoted(name)}"
            context.progress.report(f"{lacks}; using {found.called}")
    return found


def _to_install(recipe: records.Record, base: Interpreter) -> list[Distribution]:
    found = recipe.get("distributions")
    kept = []
    for each in found if isinstance(found, list) else []:
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            version, origin = str(each.get("version") or ""), each.get("origin")
            origin = origin if isinstance(origin, dict) else None
            requested = each.get("requested") is True
            extras = tuple(records.texts(each, "extras"))
            source = records.text(each, "source")
            name = each["name"]
            kept.append(Distribution(name, version, requested, origin, "", extras, source))
    from helper.making.build import without_seeded

    return without_seeded(kept, parse_version(str(recipe.get("python") or "")), base.version)
