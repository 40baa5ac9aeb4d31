"""Repairing environments: what is to be done about a verdict, and doing it."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING, NamedTuple
from helper.base.errors import Failure
from helper.base.files import is_utf8
from helper.base.messages import quoted, reason
from helper.base.processes import interruptible
from helper.inspection import verdict
from helper.inspection.distributions import installed
from helper.inspection.facts import Facts, machine, parse_version, read_one
from helper.inspection.freeze import normalised
from helper.inspection.probe import judge_deep
from helper.interpreters.query import Interpreter
from helper.making import create, relink, relocate, replacement
from helper.making.build import lasting
from helper.making.context import Means
from helper.making.create import Request
from helper.store import trash
from helper.store.locks import locked
from helper.store.records import texts

if TYPE_CHECKING:
    from helper.inspection.distributions import Distribution
    from helper.inspection.verdict import Verdict


class Repair(NamedTuple):
    """What is to be done about an environment."""

    facts: Facts
    verdict: Verdict
    kind: str
    """`none`; `note` the new version; `relink` to an interpreter of the same minor version;
    `rewrite` the paths; `rebuild` with another Python; `remake` from the record; `impossible`."""
    base: Interpreter | None
    """The interpreter to do it with."""
    packages: int
    """How many packages are to be installed anew."""

    @property
    def words(self) -> str:
        """What is to be done, in words."""
        called = self.base.called if self.base else ""
        packages = f"{self.packages} package{'' if self.packages == 1 else 's'}"
        return {
            "none": "nothing to do",
            "note": f"note its {called}",
            "relink": f"relink to {called}, packages stay",
            "rewrite": "rewrite the paths",
            "rebuild": f"rebuild with {called}, {packages}",
            "remake": f"make it anew with {called}",
            "impossible": "cannot be repaired",
        }[self.kind]


def plan(means: Means, name: str, by_name: bool, deep: bool) -> Repair:
    """What is to be done about an environment; by_name tells that the user named it, deep that its
    interpreter is to be started.

    Raises Failure if there is none.
    """
    facts = read_one(means.shop.home, name)
    if facts is None:
        raise Failure("it is gone")
    judged = verdict.judge(facts, machine(sys.executable))
    if deep:
        judged = judge_deep(facts, judged)
    kind, base = _repair(means, facts, judged, by_name)
    count = _count(facts, base) if kind == "rebuild" and base else 0
    return Repair(facts, judged, kind, base, count)


def _count(facts: Facts, base: Interpreter) -> int:
    """How many packages are to be installed anew; where nobody knows them, how many were asked
    for.
    """
    if facts.library is not None:
        return len(to_install(facts, base))
    asked = ("requirements", "requirement_files", "editables")
    return sum(len(texts(facts.record or {}, key)) for key in asked)


def _repair(
    means: Means, facts: Facts, judged: Verdict, by_name: bool
) -> tuple[str, Interpreter | None]:
    status = judged.status
    if status == "ok" and means.forced is None:
        return "none", None
    if facts.target is not None or facts.owner:
        return "impossible", None  # what a link leads to is another one's
    if means.forced is not None and by_name and status != "incomplete":
        return _forced(means.forced, facts, status)
    repairs = {"incomplete": _remake, "moved": _move, "foreign": _adopt, "drifted": _note}
    if status == "foreign" and not by_name:
        return "none", None
    return repairs.get(status, _relink)(means, facts, judged)


def _forced(base: Interpreter, facts: Facts, status: str) -> tuple[str, Interpreter | None]:
    if status == "ok" and facts.base and os.path.realpath(base.path) == facts.base.path:
        return "none", None
    fits = facts.library is not None and base.version[:2] == facts.minor
    return "relink" if fits else "rebuild", base


def _remake(means: Means, facts: Facts, judged: Verdict) -> tuple[str, Interpreter | None]:
    return "remake", successor(means, facts)


def _move(means: Means, facts: Facts, judged: Verdict) -> tuple[str, Interpreter | None]:
    if not is_utf8(facts.path):  # no Python would start with that in its pyvenv.cfg
        raise Failure("its path is not UTF-8, so its files cannot name it (mvvenv renames it)")
    if relocate.is_tame(facts.path) and relocate.is_tame(facts.made_at or ""):
        return "rewrite", None
    return "rebuild", successor(means, facts)


def _adopt(means: Means, facts: Facts, judged: Verdict) -> tuple[str, Interpreter | None]:
    return "rebuild", successor(means, facts)


def _note(means: Means, facts: Facts, judged: Verdict) -> tuple[str, Interpreter | None]:
    own = _own(means, facts)
    return ("note", own) if own is not None else _relink(means, facts, judged)


def _own(means: Means, facts: Facts) -> Interpreter | None:
    """The interpreter that bin/python leads to, if that is one for its packages."""
    own = means.interpreters.ask(facts.base.path) if facts.base else None
    return own if own is not None and own.version[:2] == facts.minor else None


def _relink(means: Means, facts: Facts, judged: Verdict) -> tuple[str, Interpreter | None]:
    # where that is a copy, it does not start itself, and what it was copied from may
    broken = os.path.realpath(f"{facts.path}/bin/python") if judged.status == "broken" else None
    same = None if judged.status in ("broken", "hollow") else _own(means, facts)
    same = same or means.of_minor(facts.library or "", facts.minor, broken)
    programs = os.path.isdir(f"{facts.path}/bin")  # else the scripts of the packages are gone too
    if same is not None and facts.library is not None and programs:
        return "relink", same
    if facts.library is None and facts.record is None:
        return "impossible", None
    return "rebuild", successor(means, facts, broken)


def successor(means: Means, facts: Facts, but: str | None = None) -> Interpreter:
    """The interpreter for a new environment in the place of one. Raises Failure."""
    python = (facts.record or {}).get("python")
    recorded = str(python.get("version")) if isinstance(python, dict) else ""
    minor = facts.minor or parse_version(recorded)[:2]
    return means.successor(facts.library or "", minor, but)


def act(means: Means, name: str, by_name: bool, deep: bool) -> Repair:
    """Repair an environment until nothing is left to do. Returns how it is then.

    Raises Failure and OSError; then it is as it was, or as far as the last step has brought it.
    """
    with locked(means.shop.home, name, "fixvenv", tell=means.shop.progress.show) as lock:
        for _ in range(3):  # one that was moved may be dangling too
            repair = plan(means, name, by_name, deep)
            if repair.kind in ("none", "impossible"):
                break
            with interruptible(f"stopped: {quoted(name)} is as it was"):
                _do(means, repair, lock)
            means = means._replace(forced=None)  # that has been done
    return repair


def _do(means: Means, repair: Repair, lock: int) -> None:
    home, facts, base = means.shop.home, repair.facts, repair.base
    means.shop.progress.show(f"{quoted(facts.name)}: {repair.words}")
    if repair.kind == "note" and base:
        relink.note(facts, base, means.asked, facts.config.home)
    elif repair.kind == "relink" and base:
        relink.point(facts, base, means.asked)
    elif repair.kind == "rewrite":
        _rewrite(means, facts)
    elif base:
        found = to_install(facts, base) if repair.kind == "rebuild" else []
        request = request_like(means, facts, base, found)
        with replacement.replacing(home, facts.name, "fixvenv") as aside:
            carry = aside if repair.kind == "rebuild" else None
            create.make_whole(means.shop, request._replace(carry=carry), lock)


def _rewrite(means: Means, facts: Facts) -> None:
    home = means.shop.home
    assert facts.made_at is not None
    copy = trash.new_entry(home, facts.name)
    try:
        relocate.copy(facts.path, copy, share=True)
        for file in relocate.rewrite(copy, facts.made_at, facts.path):
            means.shop.progress.tell(
                f"{quoted(file)} in {quoted(facts.name)} is no text, and has the old path in it"
            )
        relink.forget_soundness(copy)
        with replacement.replacing(home, facts.name, "fixvenv"):
            os.rename(copy, facts.path)
    finally:
        trash.delete(copy)


def to_install(facts: Facts, base: Interpreter) -> list[Distribution]:
    """What a new environment of an interpreter is to have of an old one's packages.

    Raises Failure.
    """
    if facts.library is None:
        return []
    try:
        found = installed(facts.site_packages)
    except OSError as error:
        raise Failure(f"its packages cannot be read: {reason(error)}") from error
    named = {normalised(each.name): each for each in reversed(found)}  # one of each
    kept = lasting(list(named.values()), facts.minor, base.version)
    if base.version >= (3, 12) and any(_needs_setuptools(each) for each in kept):
        kept += [
            each._replace(version="", requested=False)
            for each in found
            if normalised(each.name) == "setuptools" and each not in kept
        ]
    return kept


def _needs_setuptools(each: Distribution) -> bool:
    try:
        with open(f"{each.path}/METADATA", encoding="utf-8", errors="replace") as file:
            head = file.read().split("\n\n")[0].split("\n")
    except OSError:
        return False
    wanted = [line.partition(":")[2].strip() for line in head if line.startswith("Requires-Dist:")]
    return any(each.startswith("setuptools") and "extra ==" not in each for each in wanted)


def request_like(
    means: Means, facts: Facts, base: Interpreter, found: list[Distribution]
) -> Request:
    """The new environment in the place of one, its record kept as far as it still holds."""
    record = facts.record or {}
    request = create.request_like(
        record,
        facts.name,
        base,
        system_site=facts.config.system_site or record.get("system_site_packages") is True,
        installer=means.installer,
        asked=means.asked,
        lost=(not found and facts.library is None) or facts.unfinished,
    )
    return request._replace(project=facts.project, distributions=tuple(found))
