"""showvenv: show everything known about one environment."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.files import disk_usage
from helper.base.formats import normalized, path_of
from helper.base.messages import short, shown, write
from helper.base.options import parse
from helper.inspection import verdict
from helper.inspection.distributions import HOOKS, installed
from helper.inspection.facts import machine
from helper.inspection.requirements import is_editable
from helper.outside.links import Links
from helper.outside.traces import leading
from helper.report import tables
from helper.store import records
from helper.store.home import Home, active_name

if TYPE_CHECKING:
    from helper.inspection.distributions import Distribution
    from helper.inspection.facts import Facts
    from helper.making.context import Context
    from helper.report.tables import Listed, Screen


def run(context: Context, words: list[str]) -> int:
    """Show it."""
    given, names = parse("showvenv", words)
    facts = context.find_or_active("showvenv", names)
    judged = verdict.judge(facts, machine(sys.executable))
    if "--deep" in given:
        from helper.inspection.probe import judge_deep

        judged = judge_deep(facts, judged)
    its_home = Home(os.path.dirname(facts.path))  # the active one may be in another place
    active = active_name(its_home, context.active, [(facts.name, facts.target is not None)])
    linked = tuple(Links(its_home, context.links.place).of(facts.name))
    found = tables.Listed(facts, judged, active is not None, disk_usage(facts.path), linked)
    distributions = _distributions(facts)
    hooks = [name for name in HOOKS if os.path.isfile(f"{facts.path}/bin/{name}")]
    if "--json" in given:
        from helper.report.documents import details, document

        return write(document(**details(found, distributions, hooks)))
    screen = tables.screen(context.environ)._replace(columns=0)
    return write([_text(found, distributions or [], hooks, screen)])


def _distributions(facts: Facts) -> list[Distribution] | None:
    if facts.library is None:
        return None
    try:
        found = installed(facts.site_packages)
    except OSError:
        return None
    return sorted(found, key=lambda each: normalized(each.name))


def _text(
    found: Listed, distributions: list[Distribution], hooks: list[str], screen: Screen
) -> str:
    facts = found.facts
    pairs = dict(tables.pairs(found, screen))
    advice = verdict.advice(facts, found.verdict)
    names = [each.name for each in leading(facts.project, facts.path).of(facts.project)]
    if names:
        verb = "lead" if len(names) > 1 else "leads"
        pairs["project"] += f" ({' and '.join(names)} {verb} to it)"
    lines = []
    for key, value in pairs.items():
        lines.append((key, value))
        if key == "status" and advice:
            lines.append(("next", advice))
    made = facts.config.creator or "unknown"
    asked = records.text(records.part(facts.record or {}, "python"), "asked")
    if asked is not None:
        made += f", requested {shown(asked)}"
    if facts.config.system_site:
        made += ", with the system's packages"
    lines += [("made by", shown(made)), ("hooks", ", ".join(hooks) or "none")]
    paragraph = [tables.paragraph(found, lines, screen)]
    for each in distributions:
        notes = ["requested" if each.requested else "", _origin(each, screen)]
        text = shown(f"{each.name} {each.version}".strip())
        paragraph.append(f"    {text:<28}  {', '.join(filter(None, notes))}".rstrip() + "\n")
    return "".join(paragraph)


def _origin(each: Distribution, screen: Screen) -> str:
    """Where a distribution came from, if not from an index."""
    if each.origin is None:
        return ""
    source = path_of(str(each.origin.get("url", "")))
    if source.startswith("/"):
        source = short(source, screen.user_home)
    vcs = each.origin.get("vcs_info")
    if isinstance(vcs, dict):
        source += f" at {str(vcs.get('commit_id', ''))[:12]}"
    return f"{'editable ' if is_editable(each) else ''}from {shown(source)}"
