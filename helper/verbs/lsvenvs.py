"""lsvenvs: list the environments."""

from __future__ import annotations

import os
import sys
import time

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Misuse
from helper.base.files import disk_usage, modified
from helper.base.messages import listed as comma_separated
from helper.base.messages import quoted, report, write
from helper.base.options import parse, value_of, values_of
from helper.inspection.facts import machine
from helper.inspection.probe import judge_deep, judge_each, judge_fully
from helper.inspection.verdict import STATUS
from helper.store import records
from helper.store.home import active_name

if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Iterator

    from helper.base.messages import Line
    from helper.base.options import Given
    from helper.inspection.facts import Facts
    from helper.making.context import Context
    from helper.report.tables import Listed

_SEE = "see lsvenvs --help"

SORT: dict[str, Callable[[Listed], Any]] = {
    "name": lambda each: 0,  # the order of Home.children
    "status": lambda each: each.verdict.status,
    "python": lambda each: each.facts.config.version,
    "packages": lambda each: -(each.facts.packages or 0),
    "size": lambda each: -(each.size or 0),
    "created": lambda each: str((each.facts.record or {}).get("created") or ""),
    "used": lambda each: -(each.facts.last_used or 0.0),
}
"""What each KEY of --sort sorts by."""


def run(context: Context, words: list[str]) -> int:
    """List the environments."""
    home = context.home
    given, patterns = parse("lsvenvs", words)
    form, key, keep = _form(given), _sort_key(given), _filter(given)
    wanted = home.children()
    unmatched: list[str] = []
    active = active_name(home, context.active, wanted)
    if patterns:
        wanted, unmatched = _matching(list(home.environments()), patterns)
    found = _judged_children(context, wanted, active)
    if "--deep" in given:
        found = _judged_deep(found)
    found = filter(keep, found)
    if "--size" in given or key == "size":
        found = (each._replace(size=disk_usage(each.facts.path)) for each in found)
    if form in ("json", "long"):
        linked = context.links.by_environment()
        found = (each._replace(links=linked.get(each.facts.name, ())) for each in found)
    if key != "name":
        found = iter(sorted(found, key=SORT[key]))
    text = _rendered(context, found, form, "--size" in given)
    status = write(text, data=form in ("json", "names"))
    if not text and not any(home.environments()):  # the table is empty without any filter
        report("no environments yet (mkvenv NAME creates one)")
    if active is not None:
        _report_half_active(context)
    if unmatched:
        report(f"no environment matches {comma_separated(unmatched)} (see lsvenvs)")
        return 1
    return status


def _report_half_active(context: Context) -> None:
    from helper.interpreters.search import half_active

    problem = half_active(context.environ)
    if problem is not None:
        report(str(problem))


def _form(given: Given) -> str:
    forms = [form for form in ("long", "names", "json") if f"--{form}" in given]
    if len(forms) > 1:
        raise Misuse(f"lsvenvs takes only one of --{' and --'.join(forms)}", _SEE)
    if forms:
        return forms[0]
    # options that add a column make a table, also in a pipe
    return "table" if sys.stdout.isatty() or "--size" in given else "names"


def _sort_key(given: Given) -> str:
    key = value_of(given, "--sort")
    if key is not None and key not in SORT:
        raise Misuse(f"lsvenvs cannot sort by {quoted(key)}, only by {', '.join(SORT)}", _SEE)
    return key or "name"


def _filter(given: Given) -> Callable[[Listed], bool]:
    """Whether --status, --unused and --orphans keep an environment in the list."""
    statuses = [status for value in values_of(given, "--status") for status in value.split(",")]
    for status in statuses:
        if status not in STATUS:
            known = ", ".join(STATUS)
            raise Misuse(f"unknown status {quoted(status)}, choose from {known}", _SEE)
    unused, orphans, now = _unused(given), "--orphans" in given, time.time()

    def keep(each: Listed) -> bool:
        if statuses and each.verdict.status not in statuses:
            return False
        facts = each.facts
        if orphans and not (facts.project_gone and facts.gone == facts.others):
            return False
        return unused is None or now - _last_use(each.facts) >= unused

    return keep


def _unused(given: Given) -> float | None:
    """The days of --unused, in seconds."""
    days = value_of(given, "--unused")
    if days is None:
        return None
    if not (days.isascii() and days.isdigit()):
        raise Misuse(f"lsvenvs --unused takes a number of days, not {quoted(days)}", _SEE)
    return float(days) * 86400


def _last_use(facts: Facts) -> float:
    """When the environment was last used or, if never, created: seconds since the epoch."""
    if facts.last_used is not None:
        return facts.last_used
    made = records.seconds((facts.record or {}).get("created"))
    return made or modified(f"{facts.path}/pyvenv.cfg") or 0.0


def _matching(
    known: list[tuple[str, bool]], patterns: list[str]
) -> tuple[list[tuple[str, bool]], list[str]]:
    """The environments whose names match one of the patterns, and the patterns without a match."""
    from fnmatch import fnmatchcase

    matches = {
        pattern: {name for name, _ in known if name == pattern or fnmatchcase(name, pattern)}
        for pattern in patterns
    }
    wanted = [each for each in known if any(each[0] in names for names in matches.values())]
    return wanted, [pattern for pattern, names in matches.items() if not names]


def _judged_children(
    context: Context, wanted: list[tuple[str, bool]], active: str | None
) -> Iterator[Listed]:
    from helper.report.tables import Listed

    for facts, verdict in judge_each(context.home, wanted):
        # another verb may just have removed it
        if verdict.status == "ok" or os.path.lexists(facts.path):
            yield Listed(facts, verdict, facts.name == active, None)


def _judged_deep(found: Iterator[Listed]) -> Iterator[Listed]:
    """The same after a start of each interpreter, several at a time."""
    from concurrent.futures import ThreadPoolExecutor

    here = machine(sys.executable)

    def look(each: Listed) -> Listed:
        facts, judged = judge_deep(*judge_fully(each.facts, here))
        return each._replace(facts=facts, verdict=judged)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        yield from pool.map(look, found)


def _rendered(context: Context, found: Iterator[Listed], form: str, sizes: bool) -> Iterable[Line]:
    if form == "json":
        from helper.report.documents import environment, lines

        return lines((environment(each, sizes) for each in found), "environments")
    if form == "names":
        return (each.facts.name for each in found)
    from helper.report import tables

    rows = list(found)
    if not rows:
        return []
    if not sizes:  # sorting may have computed them
        rows = [each._replace(size=None) for each in rows]
    color = tables.colored(context.environ)
    if form == "table":
        return tables.environment_table(rows, color)
    details = [["", *tables.paragraph(each, tables.details(each), color)] for each in rows]
    return [line for paragraph in details for line in paragraph][1:]
