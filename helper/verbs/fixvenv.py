"""fixvenv: repair environments at the lowest cost, and never lose the old one."""

from __future__ import annotations

import os
import time

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Interrupted, Misuse
from helper.base.formats import version_text
from helper.base.messages import confirmed, counted, quoted, reason, report, shown, typed, write
from helper.base.options import parse, value_of
from helper.inspection.distributions import runnable
from helper.inspection.facts import read_at
from helper.inspection.verdict import failure
from helper.making import create, repair
from helper.outside.links import enumerated
from helper.outside.moved import parse_moved
from helper.report.tables import ago
from helper.store import kept, trash
from helper.store.home import check_child

if TYPE_CHECKING:
    from helper.base.options import Given
    from helper.inspection.facts import Facts
    from helper.inspection.verdict import Verdict
    from helper.making.context import Context
    from helper.making.repair import Repair, Wish

_SEE = "see fixvenv --help"
_WITH_UNDO = frozenset(("--undo", "--yes", "--dry-run"))
_REINSTALLS = ("--reinstall", "--requested")


def run(context: Context, words: list[str]) -> int:
    """Show what to do, ask, do it, and report the result."""
    given, wanted = parse("fixvenv", words)
    if "--undo" in given:
        return _undo_all(context, given, wanted)
    names = _names(context, given, wanted)
    wish = _wish(context, given, bool(wanted) or "--all" not in given)
    planned = [_planned(context, name, wish) for name in names]
    plans = [each for each in planned if each is not None]
    failed = int(None in planned)
    todo = [each for each in plans if each.kind not in ("none", "impossible")]
    if not todo:
        return _nothing_to_do(plans, failed)
    _show(plans)
    _show_installer(context, todo)
    if "--dry-run" in given:
        return failed
    failed = max([failed, *(each.kind == "impossible" for each in plans)])
    trash.sweep(context.home)
    question = "Repair it?" if len(todo) == 1 else f"Repair these {len(todo)}?"
    if "--yes" not in given and not confirmed(question):
        report("repaired nothing")
        return 1
    return max(failed, _repair_all(context, todo))


def _names(context: Context, given: Given, wanted: list[str]) -> list[str]:
    """The names of the environments to look at. Raises Misuse and Failure."""
    every = "--all" in given or ("--moved" in given and not wanted)
    active = any(option in given for option in _REINSTALLS) and not (wanted or every)
    if (wanted and "--all" in given) or not (wanted or every or active):
        raise Misuse("fixvenv needs names, or --all", _SEE)
    if "--python" in given and every:
        raise Misuse("fixvenv --python needs names", _SEE)
    if active:
        facts = context.find_or_active("fixvenv", [])
        if os.path.dirname(facts.path) != context.home.path:
            raise Failure(f"the active environment {quoted(facts.path)} is not in the home")
        return [facts.name]
    names = list(dict.fromkeys(context.find("fixvenv", name).name for name in wanted))
    return names or [name for name, _ in context.home.environments()]


def _wish(context: Context, given: Given, by_name: bool) -> Wish:
    asked, moved = value_of(given, "--python"), value_of(given, "--moved")
    return repair.Wish(
        python=context.pythons.choose(asked) if asked is not None else None,
        by_name=by_name,
        deep="--deep" in given,
        reinstall="--reinstall" in given,
        requested="--requested" in given,
        moved=parse_moved("fixvenv", moved) if moved is not None else None,
    )


def _planned(context: Context, name: str, wish: Wish) -> Repair | None:
    try:
        return repair.plan(context, name, wish)
    except (Failure, OSError) as error:
        report(f"{quoted(name)}: {reason(error)}")
        return None


def _nothing_to_do(plans: list[Repair], failed: int) -> int:
    impossible = [each for each in plans if each.kind == "impossible"]
    for each in impossible:
        report(_why_not(each.facts, each.verdict))
    if not impossible and not failed:
        report("nothing to repair")
    return 1 if impossible else failed


def _why_not(facts: Facts, judged: Verdict) -> str:
    if facts.owner:
        return f"{quoted(facts.name)} is in use by {facts.owner}"
    if judged.status == "ok":
        where = quoted(facts.target or "")
        return f"{quoted(facts.name)} is a link to {where}, and fixvenv does not change that"
    if facts.target is not None or (judged.status == "damaged"):
        return str(failure(facts, judged))
    return f"{quoted(facts.name)} is {judged.status}: {judged.reason}, and cannot be repaired"


def _show(plans: list[Repair]) -> None:
    """The plan, one line for each environment that is not sound."""
    rows = [each for each in plans if each.verdict.status != "ok" or each.kind != "none"]
    width = _width(rows)
    write(
        f"{shown(each.facts.name):<{width}}  {each.verdict.status}: {each.words}" for each in rows
    )


def _show_installer(context: Context, todo: list[Repair]) -> None:
    """Say so if uv installs the packages: pip does if nothing else is said."""
    installs = [each for each in todo if each.packages and each.kind in ("rebuild", "reinstall")]
    if any(_uses_uv(context, each) for each in installs):
        write(["uv installs the packages (MULTIVENV_INSTALLER=pip: use pip)"])


def _uses_uv(context: Context, each: Repair) -> bool:
    arguments = create.recorded_arguments(context, each.facts.record or {})
    return bool(context.installer(each.facts.name, each.base, bool(arguments)))


def _width(rows: list[Repair]) -> int:
    return max(len(shown(each.facts.name)) for each in rows)


def _repair_all(context: Context, todo: list[Repair]) -> int:
    width = _width(todo)
    done = 0
    for number, each in enumerate(todo, 1):
        context.progress.begin(each.facts.name, number, len(todo))
        done += _repaired(context, each, width)
    failed = len(todo) - done
    if len(todo) > 1:
        write([f"repaired {done}{f', failed {failed}' if failed else ''}"])
    return 1 if failed else 0


def _repaired(context: Context, todo: Repair, width: int) -> bool:
    """Repair an environment, and report whether it is sound and which linked commands it lost."""
    name = todo.facts.name
    try:
        after = repair.repair(context, name, todo)
    except Interrupted:
        raise
    except (Failure, OSError) as error:
        context.progress.report(f"did not repair {quoted(name)}: {reason(error)}")
        return False
    context.progress.clear()
    if after.verdict.status != "ok":
        still = failure(after.facts, after.verdict)
        text = f"{quoted(name)} is still {after.verdict.status}: {after.verdict.reason}"
        report(str(Failure(text, still.advice)))
        return False
    write([f"{shown(name):<{width}}  ok"])
    for line in context.links.renew(name):
        report(line)
    lost = [each for each in context.links.of(name) if not runnable(after.facts.path, each)]
    if lost:
        again = f"linkvenv --remove {' '.join(map(typed, [name, *lost]))}"
        report(f"still linked, but no longer in {quoted(name)}: {enumerated(lost)} ({again})")
    return True


# ---- undoing a rebuild ---------------------------------------------------------------------------


def _undo_all(context: Context, given: Given, names: list[str]) -> int:
    """Swap environments with those that the last rebuild has replaced."""
    if not names or not _WITH_UNDO.issuperset(given):
        raise Misuse("fixvenv --undo takes names, --yes and --dry-run", _SEE)
    for name in names:
        check_child("fixvenv", name)
    names = list(dict.fromkeys(map(context.home.spelled, names)))
    for name in names:
        if kept.find(context.home, name) is None:
            what = f"nothing to undo: no replaced environment is kept of {quoted(name)}"
            raise Failure(what, "see multivenv doctor")
    width = max(len(shown(name)) for name in names)
    write(f"{shown(name):<{width}}  restore {_kept_words(context, name)}" for name in names)
    if "--dry-run" in given:
        return 0
    question = "Restore it?" if len(names) == 1 else "Restore them?"
    if "--yes" not in given and not confirmed(question):
        report("restored nothing")
        return 1
    return max(_undone(context, name, width) for name in names)


def _kept_words(context: Context, name: str) -> str:
    """The environment that is kept of a name: `Python 3.12.4, 3 packages, replaced 2 hours ago`."""
    found = kept.find(context.home, name)
    facts = read_at(found.path) if found else None
    if found is None or facts is None:
        return "the old environment"
    packages = counted(facts.packages, "package") if facts.packages is not None else "no packages"
    version = version_text(facts.config.version) or "unknown"
    return f"Python {version}, {packages}, replaced {ago(time.time() - found.since)}"


def _undone(context: Context, name: str, width: int) -> int:
    try:
        repair.undo(context, name)
    except Interrupted:
        raise
    except (Failure, OSError) as error:
        context.progress.report(f"did not restore {quoted(name)}: {reason(error)}")
        return 1
    again = f" (undo: fixvenv --undo {typed(name)})" if kept.find(context.home, name) else ""
    write([f"{shown(name):<{width}}  restored{again}"])
    return 0
