"""lsvenvs: list the environments."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Misuse
from helper.base.files import disk_usage, same
from helper.base.messages import listed as comma_separated
from helper.base.messages import quoted, report, write
from helper.base.options import parse, value_of, values_of
from helper.inspection.facts import machine
from helper.inspection.filters import filter_of
from helper.inspection.probe import judge_deep, judge_each, judge_fully
from helper.store.home import active_name

if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Iterator

    from helper.base.messages import Line
    from helper.base.options import Given
    from helper.inspection.matching import Search
    from helper.making.context import Context
    from helper.report.tables import Listed

_SEE = "see lsvenvs --help"

SORT: dict[str, Callable[[Listed], Any]] = {
    "name": lambda each: 0,  # the order of Home.children
    "status": lambda each: each.verdict.status,
    "python": lambda each: each.facts.config.version,
    "packages": lambda each: -(each.facts.packages or 0),
    "size": lambda each: -(each.size.size if each.size else 0),
    "created": lambda each: str((each.facts.record or {}).get("created") or ""),
    "used": lambda each: -(each.facts.last_used or 0.0),
}
"""What each KEY of --sort sorts by."""


def run(context: Context, words: list[str]) -> int:
    """List the environments."""
    home = context.home
    given, patterns = parse("lsvenvs", words)
    form, key, keep = _form(given), _sort_key(given), filter_of("lsvenvs", given)
    contained = _contained(context, given, patterns)
    wanted = home.children()
    unmatched: list[str] = []
    active = active_name(home, context.active, wanted)
    if patterns:
        wanted, unmatched = _matching(list(home.environments()), patterns)
    found = _judged_children(context, wanted, active)
    if contained is not None:
        found = contained.among(found, wanted)
    if "--deep" in given:
        found = _judged_deep(found)
    found = (each for each in found if keep(each.facts, each.verdict))
    if "--size" in given or key == "size":
        found = (each._replace(size=disk_usage(each.facts.path)) for each in found)
    if form in ("json", "long"):
        found = _with_links(context, found)
    if key != "name":
        found = iter(sorted(found, key=SORT[key]))
    text = _rendered(context, found, form, "--size" in given)
    status = write(text, data=form in ("json", "names"))
    if not contained and not text and not any(home.environments()):  # without any filter
        report("no environments yet (mkvenv NAME creates one)")
    return _report_rest(context, active, unmatched, contained) or status


def _report_rest(
    context: Context, active: str | None, unmatched: list[str], contained: _Contained | None
) -> int:
    """Report what the list does not show. Returns the exit status."""
    status = 0 if contained is None else contained.report()
    if active is not None:
        _report_half_active(context)
    if unmatched:
        report(f"no environment matches {comma_separated(unmatched)} (see lsvenvs)")
        return 1
    return status


def _with_links(context: Context, found: Iterator[Listed]) -> Iterator[Listed]:
    """The same with their commands on PATH and their kernels."""
    linked, kernels = context.links.by_environment(), context.links.kernels.by_environment()
    for each in found:
        links, kernel = linked.get(each.facts.name, ()), kernels.get(each.facts.name)
        yield each if each.tool else each._replace(links=links, kernel=kernel)


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
        if not each.verdict.status:  # of conda
            return each
        facts, judged = judge_deep(*judge_fully(each.facts, here))
        return each._replace(facts=facts, verdict=judged)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        yield from pool.map(look, found)


# ---- --with and --everywhere ---------------------------------------------------------------------


def _contained(context: Context, given: Given, patterns: list[str]) -> _Contained | None:
    """The search of --with; None without that option. Raises Misuse and Failure."""
    if "--with" not in given:
        if "--everywhere" in given:
            advice = "multivenv discover lists all environments of other tools"
            raise Misuse("lsvenvs --everywhere needs --with", advice)
        return None
    from helper.inspection.matching import Search, parse_wanted

    texts = list(dict.fromkeys(values_of(given, "--with")))
    search = Search([*map(parse_wanted, texts)])
    if "--everywhere" not in given:
        return _Contained(context, texts, search, None)
    if patterns:
        raise Misuse("lsvenvs --everywhere takes no PATTERN", _SEE)
    from helper.verbs.discover import folder_to_search

    words = [word for word in values_of(given, "--everywhere") if word]
    folders = [folder_to_search(context, "lsvenvs", word) for word in words]
    return _Contained(context, texts, search, folders)


class _Contained:
    """The environments that contain a distribution, and the problems on the way: an environment
    that cannot be read must not count as one without a bad release.
    """

    def __init__(
        self, context: Context, texts: list[str], search: Search, folders: list[str] | None
    ) -> None:
        self._context = context
        self._texts = texts
        self._search = search
        self._folders = folders
        """Those to search for environments of other tools; None without --everywhere."""
        self._problems: list[str] = []
        self._stopped = False
        self._ended = False
        """Whether all were searched: a reader such as `head` may close the pipe before."""

    def among(self, found: Iterable[Listed], children: list[tuple[str, bool]]) -> Iterator[Listed]:
        """Those among the environments of the home and, with --everywhere, among all others."""
        home, judged = self._context.home, set()
        for each in found:
            judged.add(each.facts.name)
            yield from self._looked(each)
        for name, _ in children:
            path = home.environment(name)
            if name not in judged and os.path.isdir(path) and not os.access(path, os.X_OK):
                self._problems.append(f"{quoted(name)} cannot be searched: it cannot be entered")
        if self._folders is not None:
            for each in self._others(self._folders):
                yield from self._looked(each)
        self._ended = True

    def _looked(self, each: Listed) -> Iterator[Listed]:
        matches, problems = self._search.look(each.facts.path)
        where = quoted(each.called)
        self._problems += [f"{where} cannot be searched in full: {why}" for why in problems]
        if matches:
            yield each._replace(matches=matches)

    def _others(self, folders: list[str]) -> Iterator[Listed]:
        from helper.inspection.verdict import Verdict
        from helper.outside import discovery
        from helper.report.tables import Listed
        from helper.verbs.discover import stopped

        context, walk = self._context, discovery.Walk()
        found = discovery.find_others(context.home, context.environ, folders, walk)
        others, _ = discovery.read_others(context.home, found, machine(sys.executable))
        self._stopped = stopped(walk)
        self._problems += [f"{quoted(folder)} cannot be searched" for folder in walk.unread]
        for each in others:
            if each.facts is not None:
                active = bool(context.active) and same(each.path, context.active)
                verdict = each.verdict or Verdict("", None)
                yield Listed(each.facts, verdict, active, None, tool=each.tool)

    def report(self) -> int:
        """Report the problems, and the requirements without a match. Returns the exit status."""
        if not self._ended:
            return 1
        for problem in self._problems:
            report(problem)
        unmatched = [text for text in self._texts if text not in self._search.matched]
        if unmatched:
            advice = "see lsvenvs --help" if self._folders is not None else "try --everywhere"
            report(f"no environment contains {comma_separated(unmatched)} ({advice})")
        return 1 if self._problems or unmatched or self._stopped else 0


def _rendered(context: Context, found: Iterator[Listed], form: str, sizes: bool) -> Iterable[Line]:
    if form == "json":
        from helper.report.documents import environment, lines

        return lines((environment(each, sizes) for each in found), "environments")
    if form == "names":
        return (each.called for each in found)
    from helper.report import tables

    rows = list(found)
    if not rows:
        return []
    if not sizes:  # sorting may have computed them
        rows = [each._replace(size=None) for each in rows]
    color = tables.colored(context.environ)
    total: list[Line] = ["", tables.total_size(rows)] if sizes and len(rows) > 1 else []
    if form == "table":
        return [*tables.environment_table(rows, color), *total]
    details = [["", *tables.paragraph(each, tables.details(each), color)] for each in rows]
    return [line for paragraph in [*details, total] for line in paragraph][1:]
