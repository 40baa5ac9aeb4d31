"""The JSON documents of the verbs, a contract for programs. No key is ever left out; an unknown
value is null.
"""

from __future__ import annotations

import json

from helper.base.compat import TYPE_CHECKING
from helper.base.formats import version_text
from helper.inspection.verdict import advice
from helper.store import temporary
from helper.store.records import SCHEMA, part, text, timestamp

if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, Iterator

    from helper.inspection.distributions import Distribution
    from helper.inspection.facts import Facts
    from helper.inspection.startup import Start
    from helper.report.tables import Listed

    Element = Dict[str, Any]


def document(**keys: Any) -> Iterator[str]:
    """A document of one line."""
    yield _json({"schema": SCHEMA, **keys})


def lines(elements: Iterable[Element], key: str, **keys: Any) -> Iterator[str]:
    """A document with a list under a key, one element per line; keys: the other keys, before it.

    Yields line by line: ten thousand environments need not be in memory at once.
    """
    head = _json({"schema": SCHEMA, **keys})[:-1]
    line, between, end = f'{head}, "{key}": [', "", "]}"
    for each in elements:
        yield line + between
        line, between, end = _json(each), ",", ""
    yield line + end
    if not end:
        yield "]}"


def _json(value: Element) -> str:
    # json leaves the control character DEL as it is
    return json.dumps(value).replace("\x7f", "\\u007f")


def environment(each: Listed, sizes: bool) -> Element:
    """One environment."""
    facts = each.facts
    element: Element = {
        "name": facts.name if each.tool is None else None,
        "path": facts.path,
        "status": each.verdict.status or None,
        "reason": each.verdict.reason,
        "python": python(facts),
        "packages": facts.packages,
        "project": facts.project,
        "projects": facts.projects,
        "created": text(facts.record or {}, "created"),
        "last_used": timestamp(facts.last_used) if facts.last_used is not None else None,
        "active": each.active,
        "target": facts.target,
        "links": each.links,
        "kernel": each.kernel,
        "temporary": temporary.owner_of(facts.record, facts.name) is not None,
    }
    if sizes:
        element["size"] = each.size.size if each.size else None
        element["shared"] = each.size.shared if each.size else None
    if each.matches is not None:
        element["tool"] = each.tool
        element["matches"] = [match._asdict() for match in each.matches]
    return element


def complete(
    each: Listed,
    distributions: list[Distribution] | None,
    hooks: list[str],
    variables: list[str],
    startup: list[Start] | None,
) -> Element:
    """The document of showvenv. distributions, startup: None if they cannot be read. variables:
    names.
    """
    facts = each.facts
    return {
        **environment(each, True),
        "advice": advice(facts, each.verdict),
        "creator": facts.config.creator,
        "asked": text(part(facts.record or {}, "python"), "asked"),
        "system_site_packages": facts.config.system_site,
        "hooks": hooks,
        "variables": variables,
        "held": facts.held,
        "startup": None if startup is None else [each._asdict() for each in startup],
        "distributions": None if distributions is None else [*map(_as_json, distributions)],
    }


def _as_json(each: Distribution) -> Element:
    return {
        "name": each.name,
        "version": each.version or None,
        "requested": each.requested,
        "origin": each.origin,
    }


def python(facts: Facts) -> dict[str, str | None]:
    """The Python of an environment."""
    implementation = facts.config.implementation
    if implementation is None and facts.library is not None:  # venv writes none into pyvenv.cfg
        implementation = "PyPy" if facts.library.startswith("pypy") else "CPython"
    return {
        "version": version_text(facts.config.version) or None,
        "implementation": implementation,
        "base": facts.base.path if facts.base else None,
    }
