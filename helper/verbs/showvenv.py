"""showvenv: show everything known about one environment."""

from __future__ import annotations

import os
import sys
import time

from helper.base.compat import TYPE_CHECKING
from helper.base.files import disk_usage
from helper.base.formats import normalized, path_of
from helper.base.messages import short, shown, typed, write
from helper.base.options import parse
from helper.inspection.distributions import HOOKS, installed, requested_in
from helper.inspection.facts import machine
from helper.inspection.probe import judge_deep, judge_fully
from helper.inspection.startup import startup_of
from helper.inspection.variables import variables_of
from helper.inspection.verdict import advice
from helper.outside.traces import leading
from helper.report import tables
from helper.store import kept, records
from helper.store.home import VARIABLES, Home, active_name

if TYPE_CHECKING:
    from typing import Iterator

    from helper.inspection.distributions import Distribution
    from helper.inspection.facts import Facts
    from helper.inspection.startup import Start
    from helper.inspection.variables import Variables
    from helper.making.context import Context
    from helper.report.tables import Listed


def run(context: Context, words: list[str]) -> int:
    """Show it."""
    given, names = parse("showvenv", words)
    facts = context.find_or_active("showvenv", names)
    facts, verdict = judge_fully(facts, machine(sys.executable))
    if "--deep" in given:
        facts, verdict = judge_deep(facts, verdict)
    home = Home(os.path.dirname(facts.path))  # the active one may be in another home
    active = active_name(home, context.active, [(facts.name, facts.target is not None)])
    links = context.links.of_home(home)
    linked, kernel = tuple(links.of(facts.name)), links.kernels.by_environment().get(facts.name)
    found = tables.Listed(
        facts, verdict, active is not None, disk_usage(facts.path), linked, kernel
    )
    distributions = _sorted_distributions(facts)
    hooks = [name for name in HOOKS if os.path.isfile(f"{facts.path}/bin/{name}")]
    at_home = context.home.holds(facts.path, facts.target is not None)
    variables = variables_of(facts.path) if at_home else None
    if "--json" in given:
        from helper.report.documents import complete, document

        names = variables.names if variables else []
        element = complete(found, distributions, hooks, names, startup_of(facts))
        return write(document(**element), data=True)
    pairs = [*_pairs(found, hooks, variables), *_startup_pairs(startup_of(facts))]
    lines = tables.paragraph(found, pairs, tables.colored(context.environ))
    return write([*lines, *map(_distribution_line, distributions or [])])


def _sorted_distributions(facts: Facts) -> list[Distribution] | None:
    """By their normalized names; None if they cannot be read."""
    if facts.library is None:
        return None
    try:
        found = requested_in(installed(facts.site_packages), facts)
    except OSError:
        return None
    return sorted(found, key=lambda each: normalized(each.name))


def _pairs(found: Listed, hooks: list[str], variables: Variables | None) -> list[tuple[str, str]]:
    facts = found.facts
    places, pairs = iter(facts.projects), []
    for label, value in tables.details(found):
        place = next(places, None) if label in ("project", "") else None
        pairs.append((label, value + _traces_note(place, facts.path)))
        next_step = advice(facts, found.verdict)
        if label == "status" and next_step:
            pairs.append(("next", next_step))
    creator = [facts.config.creator or "unknown"]
    requested = records.text(records.part(facts.record or {}, "python"), "asked")
    if requested is not None:
        creator.append(f"requested {requested}")
    if facts.config.system_site:
        creator.append("with system site-packages")
    pairs += [("creator", ", ".join(creator)), ("hooks", ", ".join(hooks) or "none")]
    if facts.held:
        pairs.append(("held", ", ".join(map(shown, facts.held))))
    if variables is not None:
        names = ", ".join(variables.names) or "none"
        wrong = f"; {VARIABLES} {'; '.join(variables.problems)}" if variables.problems else ""
        pairs.append(("variables", names + wrong))
    old = kept.find(Home(os.path.dirname(facts.path)), facts.name)
    if old is not None:
        size, age = (
            tables.bytes_text(disk_usage(old.path).size),
            tables.ago(time.time() - old.since),
        )
        pairs.append(("replaced", f"{size}, {age} (undo: fixvenv --undo {typed(facts.name)})"))
    return pairs


def _startup_pairs(startup: list[Start] | None) -> Iterator[tuple[str, str]]:
    """The code that runs at every start: where it is, whose it is, and the code or what it is."""
    if startup is not None and not startup:
        yield "startup", "none"
    for index, each in enumerate(startup or []):
        where = short(each.file) if each.line is None else f"{each.file}:{each.line}"
        code = " ".join((each.code or "").split())  # spaces may hide the rest of a line
        if len(code) > _SHORT:
            code = f"{code[:_SHORT]}... ({len(code)} characters)"
        owner = each.distribution or "not of a package"
        text = "; ".join(filter(None, (each.problem, each.known or code)))
        yield "" if index else "startup", f"{where} ({owner}){': ' if text else ''}{text}"


_SHORT = 60
"""Characters that are shown of a line of code."""


def _traces_note(project: str | None, path: str) -> str:
    """What in a project leads to the environment at a path, if anything does."""
    traces = " and ".join([each.name for each in leading(project, path).of(project)])
    return f" ({traces} {'point' if ' ' in traces else 'points'} to it)" if traces else ""


def _distribution_line(each: Distribution) -> str:
    notes = ["requested" if each.requested else "", _origin_text(each)]
    text = shown(f"{each.name} {each.version}".strip())
    return f"    {text:<28}  {', '.join(filter(None, notes))}".rstrip()


def _origin_text(each: Distribution) -> str:
    """Where a distribution came from, if not from an index."""
    if each.origin is None:
        return ""
    source = short(path_of(records.text(each.origin, "url") or "unknown"))
    vcs = each.origin.get("vcs_info")
    if isinstance(vcs, dict):
        source += f" at {str(vcs.get('commit_id', ''))[:12]}"
    return f"from {source}" if each.project is None else f"editable from {source}"
