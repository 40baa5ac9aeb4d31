"""showvenv: all that is known of one environment."""

from __future__ import annotations

import json
import os
import sys
import time

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.files import disk_usage
from helper.base.messages import shown, write
from helper.base.options import HELP, Option, parse
from helper.base.urls import path_of
from helper.inspection import distributions, freeze, lookup, verdict
from helper.inspection.commands import HOOKS
from helper.inspection.facts import machine
from helper.outside import links, projects
from helper.report import tables
from helper.store.home import Home, active_name

if TYPE_CHECKING:
    from typing import Any, Mapping

    from helper.inspection.distributions import Distribution
    from helper.inspection.facts import Facts

OPTIONS = (HELP, Option(("--json",)), Option(("--deep",)))


class Detail(NamedTuple):
    """What the list does not show."""

    listed: tables.Listed
    distributions: list[Distribution] | None
    """None if they cannot be read."""
    hooks: list[str]


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Show it."""
    given, names = parse("showvenv", words, OPTIONS)
    facts = lookup.find_or_active(home, "showvenv", names, environ)
    judged = verdict.judge(facts, machine(sys.executable))
    if "--deep" in given:
        from helper.inspection.probe import judge_deep

        judged = judge_deep(facts, judged)
    virtual_env = environ.get("VIRTUAL_ENV", "")
    known = [(facts.name, facts.target is not None)]
    its_home = Home(os.path.dirname(facts.path))  # the active one may be from elsewhere
    active = active_name(its_home, virtual_env, known) is not None
    linked = tuple(links.of_one(its_home, links.known_folder(environ), facts.name))
    listed = tables.Listed(facts, judged, active, disk_usage(facts.path), linked)
    detail = Detail(listed, _distributions(facts), _hooks(facts.path))
    if "--json" in given:
        return write([json.dumps(_element(detail)), "\n"])
    colour = sys.stdout.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    screen = tables.Screen(colour, 0, environ.get("HOME", ""), time.time())
    return write([_text(detail, screen)])


def _distributions(facts: Facts) -> list[Distribution] | None:
    if facts.library is None:
        return None
    try:
        found = distributions.installed(facts.site_packages)
    except OSError:
        return None
    return sorted(found, key=lambda each: freeze.normalised(each.name))


def _hooks(path: str) -> list[str]:
    return [name for name in HOOKS if os.path.isfile(f"{path}/bin/{name}")]


def _element(detail: Detail) -> dict[str, Any]:
    facts, judged = detail.listed.facts, detail.listed.verdict
    record = facts.record or {}
    python = record.get("python")
    found = detail.distributions
    return {
        "schema": 1,
        **tables.element(detail.listed, True),
        "advice": verdict.advice(facts, judged),
        "creator": facts.config.creator,
        "asked": python.get("asked") if isinstance(python, dict) else None,
        "system_site_packages": facts.config.system_site,
        "hooks": detail.hooks,
        "distributions": None
        if found is None
        else [
            {
                "name": each.name,
                "version": each.version or None,
                "requested": each.requested,
                "origin": each.origin,
            }
            for each in found
        ],
    }


def _text(detail: Detail, screen: tables.Screen) -> str:
    facts, judged = detail.listed.facts, detail.listed.verdict
    pairs = tables.pairs(detail.listed, screen)
    advice = verdict.advice(facts, judged)
    if advice:
        pairs.insert([key for key, _ in pairs].index("status") + 1, ("next", advice))
    leading = projects.traces(facts.project, facts.path).names
    if leading:
        index = [key for key, _ in pairs].index("project")
        verb = "lead" if len(leading) > 1 else "leads"
        pairs[index] = ("project", f"{pairs[index][1]} ({' and '.join(leading)} {verb} to it)")
    made = facts.config.creator or "unknown"
    record = facts.record or {}
    python = record.get("python")
    if isinstance(python, dict) and isinstance(python.get("asked"), str):
        made += f", asked for {shown(python['asked'])}"
    if facts.config.system_site:
        made += ", with the system's packages"
    pairs.append(("made by", made))
    pairs.append(("hooks", ", ".join(detail.hooks) or "none"))
    lines = [tables.paragraph(detail.listed, pairs, screen)]
    for each in detail.distributions or []:
        notes = ["asked for" if each.requested else "", _origin(each, screen)]
        text = f"{each.name} {each.version}".strip()
        lines.append(f"    {shown(text):<28}  {', '.join(filter(None, notes))}".rstrip() + "\n")
    return "".join(lines)


def _origin(each: Distribution, screen: tables.Screen) -> str:
    """Where a distribution came from, if not from an index."""
    if each.origin is None:
        return ""
    source = path_of(str(each.origin.get("url", "")))
    if source.startswith("/"):
        source = tables.short(source, screen.user_home)
    vcs = each.origin.get("vcs_info")
    if isinstance(vcs, dict):
        source += f" at {str(vcs.get('commit_id', ''))[:12]}"
    return f"{'editable ' if freeze.is_editable(each) else ''}from {shown(source)}"
