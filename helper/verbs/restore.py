"""mkvenv --restore: environments that rmvenv has removed, from their recipes."""

from __future__ import annotations

import os
import sys
import time

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.messages import quoted, shown, tell, write
from helper.base.options import value_of
from helper.base.processes import run_hook
from helper.inspection.distributions import Distribution
from helper.inspection.facts import parse_version
from helper.making import create
from helper.making.build import lasting
from helper.making.context import Means, gather
from helper.outside.projects import Traces
from helper.report import tables
from helper.store import records, trash
from helper.store.home import Home
from helper.store.names import check_child

if TYPE_CHECKING:
    from typing import Mapping

    from helper.base.options import Given
    from helper.interpreters.query import Interpreter

_ALLOWED = frozenset(("--restore", "--python", "--no-use"))


def run(home: Home, given: Given, words: list[str], environ: Mapping[str, str]) -> int:
    """Restore the environment of that name; without a name list those that can come back."""
    if len(words) > 1 or not _ALLOWED.issuperset(given):
        raise Misuse("mkvenv --restore takes one name, --python and --no-use (see mkvenv --help)")
    if not words:
        return _list(home, environ.get("HOME", ""))
    name = words[0]
    check_child("mkvenv", name)
    recipe = records.read(home.state("recipes", name))
    if recipe is None:
        raise Failure(f"no environment named {quoted(name)} was removed (see mkvenv --restore)")
    _restore(gather(home, environ, value_of(given, "--python")), name, recipe)
    run_hook(f"{home.path}/premkvirtualenv", name, home.path)
    return 0


def _list(home: Home, user_home: str) -> int:
    rows = []
    for name in _names(home):
        recipe = records.read(home.state("recipes", name)) or {}
        found = recipe.get("distributions")
        project = recipe.get("project")
        rows.append(
            [
                "",
                shown(name),
                str(recipe.get("python") or "unknown"),
                str(len(found)) if isinstance(found, list) else "-",
                tables.short(project, user_home) if isinstance(project, str) else "-",
                _ago(recipe),
            ]
        )
    if not sys.stdout.isatty():
        return write(f"{name}\n" for name in _names(home))
    if not rows:
        tell("there is nothing to restore: nothing was removed")
        return 0
    head = ["", "NAME", "PYTHON", "PACKAGES", "PROJECT", "REMOVED"]
    return write([tables.aligned([head, *rows])])


def _ago(recipe: records.Record) -> str:
    removed = records.seconds(recipe.get("removed"))
    return tables.ago(time.time() - removed) if removed is not None else "unknown"


def _names(home: Home) -> list[str]:
    """Those with a recipe that are not there."""
    try:
        names = sorted(os.listdir(home.state("recipes")))
    except OSError:
        return []
    return [name for name in names if not os.path.lexists(home.environment(name))]


def _restore(means: Means, name: str, recipe: records.Record) -> None:
    start = time.monotonic()
    home, progress = means.shop.home, means.shop.progress
    try:
        base = _base(means, name, recipe)
        trash.sweep(home)
        create.make(means.shop, _request(means, name, recipe, base))
        os.unlink(home.state("recipes", name))
        seconds = time.monotonic() - start
        progress.done(f"restored {quoted(name)} with {base.called} in {seconds:.1f} s")
    finally:
        progress.clear()
        means.interpreters.save()


def _base(means: Means, name: str, recipe: records.Record) -> Interpreter:
    """The interpreter that it had, one of the same minor version, or the default."""
    if means.forced is not None:
        return means.forced
    record = recipe.get("record")
    python = record.get("python") if isinstance(record, dict) else None
    path = python.get("base") if isinstance(python, dict) else None
    text = str(recipe.get("python") or "")
    if isinstance(path, str):
        found = means.interpreters.ask(path)
        if found is not None and (found.text == text or not text):
            return found
    minor = parse_version(text)[:2]
    same = means.of_minor("", minor)
    if same is not None:
        return same
    default = means.pythons.choose(None).interpreter
    if minor:
        means.shop.progress.tell(
            f"{quoted(name)} had Python {shown(text)}, and there is no such Python now;"
            f" it gets {default.called}"
        )
    return default


def _request(means: Means, name: str, recipe: records.Record, base: Interpreter) -> create.Request:
    record = recipe.get("record")
    record = record if isinstance(record, dict) else {}
    request = create.request_like(
        record,
        name,
        base,
        system_site=recipe.get("system_site_packages") is True,
        installer=means.installer,
        asked=means.asked,
        lost=not isinstance(recipe.get("distributions"), list),
    )
    project = recipe.get("project")
    return request._replace(
        record={**request.record, "created": records.timestamp(time.time())},
        project=project if isinstance(project, str) else None,
        traces=Traces(*(recipe.get(field) is True for field in Traces._fields)),
        links=tuple(records.texts(recipe, "links")),
        distributions=tuple(_distributions(recipe, base)),
    )


def _distributions(recipe: records.Record, base: Interpreter) -> list[Distribution]:
    found = recipe.get("distributions")
    kept = []
    for each in found if isinstance(found, list) else []:
        if not (isinstance(each, dict) and isinstance(each.get("name"), str)):
            continue
        origin = each.get("origin")
        kept.append(
            Distribution(
                name=each["name"],
                version=str(each.get("version") or ""),
                requested=each.get("requested") is True,
                origin=origin if isinstance(origin, dict) else None,
            )
        )
    return lasting(kept, parse_version(str(recipe.get("python") or "")), base.version)
