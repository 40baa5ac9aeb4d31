"""The options that choose environments by what is known of them: --status, --unused, --orphans."""

from __future__ import annotations

import time

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Misuse
from helper.base.files import modified
from helper.base.messages import quoted
from helper.base.options import value_of, values_of
from helper.inspection.verdict import STATUS
from helper.store import records

if TYPE_CHECKING:
    from typing import Callable

    from helper.base.options import Given
    from helper.inspection.facts import Facts
    from helper.inspection.verdict import Verdict

    Filter = Callable[[Facts, Verdict], bool]

FILTERS = ("--orphans", "--unused", "--status")
"""Their keys."""


def filter_of(verb: str, given: Given) -> Filter:
    """Whether all these options of a verb choose an environment. Raises Misuse."""
    statuses = [status for value in values_of(given, "--status") for status in value.split(",")]
    for status in statuses:
        if status not in STATUS:
            what = f"unknown status {quoted(status)}, choose from {', '.join(STATUS)}"
            raise Misuse(what, f"see {verb} --help")
    unused, orphans, now = _unused(verb, given), "--orphans" in given, time.time()

    def keep(facts: Facts, judged: Verdict) -> bool:
        if statuses and judged.status not in statuses:
            return False
        if orphans and not (facts.project_gone and facts.gone == facts.others):
            return False
        return unused is None or now - _last_use(facts) >= unused

    return keep


def _unused(verb: str, given: Given) -> float | None:
    """The days of --unused, in seconds."""
    days = value_of(given, "--unused")
    if days is None:
        return None
    if not (days.isascii() and days.isdigit()):
        what = f"{verb} --unused takes a number of days, not {quoted(days)}"
        raise Misuse(what, f"see {verb} --help")
    return float(days) * 86400


def _last_use(facts: Facts) -> float:
    """When the environment was last used or, if never, created: seconds since the epoch."""
    if facts.last_used is not None:
        return facts.last_used
    made = records.seconds((facts.record or {}).get("created"))
    return made or modified(f"{facts.path}/pyvenv.cfg") or 0.0
