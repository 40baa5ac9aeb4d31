"""lsvenvs: list the environments."""

from __future__ import annotations

import os
import sys
import time

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Misuse
from helper.base.files import disk_usage, modified
from helper.base.messages import quoted, tell, write
from helper.base.options import HELP, VALUE, VALUES, Option, parse, value_of, values_of
from helper.inspection import facts
from helper.store.home import Home, active_name

if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Iterator, Mapping

    from helper.base.options import Given
    from helper.report import tables


SORT_KEYS = ("name", "status", "python", "packages", "size", "created", "used")

OPTIONS = (
    HELP,
    Option(("-l", "--long")),
    Option(("--names",)),
    Option(("--json",)),
    Option(("--size",)),
    Option(("--sort",), VALUE),
    Option(("--status",), VALUES),
    Option(("--unused",), VALUE),
    Option(("--orphans",)),
    Option(("--deep",)),
)


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """List the environments."""
    given, patterns = parse("lsvenvs", words, OPTIONS)
    form, key = _form(given), _sort_key(given)
    keep = _filter(given)
    wanted = home.children()
    unmatched: list[str] = []
    active = active_name(home, environ.get("VIRTUAL_ENV", ""), wanted)
    if patterns:
        wanted, unmatched = _fitting(list(home.environments()), patterns)
    judged = _judged(home, wanted, active)
    listed: Iterator[tables.Listed] = filter(keep, _deeper(judged) if "--deep" in given else judged)
    if "--size" in given or key == "size":
        listed = (each._replace(size=disk_usage(each.facts.path)) for each in listed)
    if form in ("json", "long"):
        linked = _linked(home, environ)
        listed = (each._replace(links=linked.get(each.facts.name, ())) for each in listed)
    if key != "name":
        listed = iter(sorted(listed, key=_SORT[key]))
    rendered = _rendered(listed, form, "--size" in given, environ)
    status = write(rendered)
    if not rendered and not any(home.environments()):  # an empty table, and no filter's doing
        tell("there are no environments yet (mkvenv NAME makes one)")
    if unmatched:
        tell(f"no environment fits {', '.join(map(quoted, unmatched))} (see lsvenvs)")
        return 1
    return status


def _form(given: Given) -> str:
    forms = [form for form in ("long", "names", "json") if f"--{form}" in given]
    if len(forms) > 1:
        raise Misuse(f"lsvenvs takes only one of --{' and --'.join(forms)} (see lsvenvs --help)")
    if forms:
        return forms[0]
    # options that say what to show make a table of it, also in a pipe
    return "table" if sys.stdout.isatty() or "--size" in given else "names"


def _sort_key(given: Given) -> str:
    key = value_of(given, "--sort")
    if key is not None and key not in SORT_KEYS:
        raise Misuse(
            f"lsvenvs cannot sort by {quoted(key)}, only by {', '.join(SORT_KEYS)}"
            " (see lsvenvs --help)"
        )
    return key or "name"


def _statuses(given: Given) -> list[str]:
    from helper.inspection.verdict import STATUSES

    statuses = [status for value in values_of(given, "--status") for status in value.split(",")]
    for status in statuses:
        if status not in STATUSES:
            raise Misuse(
                f"there is no status {quoted(status)}, only {', '.join(STATUSES)}"
                " (see lsvenvs --help)"
            )
    return statuses


def _unused(given: Given) -> float | None:
    """Seconds, of the option's days."""
    days = value_of(given, "--unused")
    if days is None:
        return None
    if not (days.isascii() and days.isdigit()):
        raise Misuse(
            f"lsvenvs --unused takes a number of days, not {quoted(days)} (see lsvenvs --help)"
        )
    return float(days) * 86400


def _filter(given: Given) -> Callable[[tables.Listed], bool]:
    """Which environments --status, --unused and --orphans leave in the list."""
    statuses, unused, orphans = _statuses(given), _unused(given), "--orphans" in given
    now = time.time()

    def keep(each: tables.Listed) -> bool:
        if statuses and each.verdict.status not in statuses:
            return False
        if orphans and not each.facts.project_gone:
            return False
        return unused is None or now - _last_sign(each.facts) >= unused

    return keep


def _fitting(
    known: list[tuple[str, bool]], patterns: list[str]
) -> tuple[list[tuple[str, bool]], list[str]]:
    """The environments whose names fit one of the patterns, and the patterns that none fits."""
    from fnmatch import fnmatchcase

    fitting = {
        pattern: {name for name, _ in known if name == pattern or fnmatchcase(name, pattern)}
        for pattern in patterns
    }
    names = set().union(*fitting.values())
    return (
        [each for each in known if each[0] in names],
        [pattern for pattern, fits in fitting.items() if not fits],
    )


def _judged(
    home: Home, wanted: list[tuple[str, bool]], active: str | None
) -> Iterator[tables.Listed]:
    from helper.inspection import verdict
    from helper.report import tables

    here = facts.machine(sys.executable)
    reader = facts.Reader(home)
    for name, link in wanted:
        found = reader.read(name, link)
        if found is None:
            continue
        judged = verdict.judge(found, here)
        # one that is being removed right now is no damaged one
        if judged.status == "ok" or os.path.lexists(found.path):
            yield tables.Listed(found, judged, name == active, None)


def _deeper(listed: Iterator[tables.Listed]) -> Iterator[tables.Listed]:
    """With the verdicts after each interpreter was started, several at a time."""
    from concurrent.futures import ThreadPoolExecutor

    from helper.inspection.probe import judge_deep

    def look(each: tables.Listed) -> tables.Listed:
        return each._replace(verdict=judge_deep(each.facts, each.verdict))

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        yield from pool.map(look, listed)


def _linked(home: Home, environ: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The commands on PATH of all environments."""
    from helper.outside import links

    return links.by_environment(home, links.known_folder(environ))


def _rendered(
    listed: Iterator[tables.Listed], form: str, sizes: bool, environ: Mapping[str, str]
) -> Iterable[str]:
    from helper.report import tables

    if form == "json":
        return tables.as_json(listed, sizes)
    if form == "names":
        return tables.names(listed)
    rows = list(listed)
    if not rows:
        return []
    terminal = sys.stdout.isatty()
    colour = terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    columns = os.get_terminal_size(1).columns if terminal else 0
    screen = tables.Screen(colour, columns, environ.get("HOME", ""), time.time())
    if not sizes:  # known only because they were sorted by it
        rows = [each._replace(size=None) for each in rows]
    return [tables.long(rows, screen) if form == "long" else tables.table(rows, screen)]


def _last_sign(facts: facts.Facts) -> float:
    """When the environment was last used, or else made: seconds since the epoch."""
    from helper.store import records

    if facts.last_used is not None:
        return facts.last_used
    made = records.seconds((facts.record or {}).get("created"))
    return made or modified(f"{facts.path}/pyvenv.cfg") or 0.0


_SORT: dict[str, Callable[[tables.Listed], Any]] = {
    "status": lambda each: each.verdict.status,
    "python": lambda each: each.facts.config.version,
    "packages": lambda each: -(each.facts.packages or 0),
    "size": lambda each: -(each.size or 0),
    "created": lambda each: str((each.facts.record or {}).get("created") or ""),
    "used": lambda each: -(each.facts.last_used or 0.0),
}
