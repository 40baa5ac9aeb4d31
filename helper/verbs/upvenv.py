"""upvenv: upgrade packages in a copy, and keep the old environment if anything is worse."""

from __future__ import annotations

import time

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Interrupted, Misuse
from helper.base.messages import confirmed, counted, quoted, reason, report, shown, typed, write
from helper.base.options import parse, values_of
from helper.making import upgrade
from helper.making.upgrade import Wish
from helper.store import kept, trash

if TYPE_CHECKING:
    from typing import Iterable

    from helper.base.options import Given
    from helper.making.context import Context
    from helper.making.upgrade import Change, Upgrade

_SEE = "see upvenv --help"


def run(context: Context, words: list[str]) -> int:
    """Show what is outdated, ask, upgrade it, and report what has changed."""
    given, wanted = parse("upvenv", words)
    names = _names(context, given, wanted)
    packages, hold = values_of(given, "--package"), values_of(given, "--hold")
    wish = Wish(tuple(packages), tuple(hold), tuple(values_of(given, "--release")))
    found, failed = [], 0
    for number, name in enumerate(names, 1):
        context.progress.begin(name, number, len(names))
        try:
            found.append(upgrade.plan(context, name, wish))
        except Interrupted:
            raise
        except (Failure, OSError) as error:
            context.progress.report(f"did not upgrade {quoted(name)}: {reason(error)}")
            failed = 1
    context.progress.clear()
    todo = [each for each in found if each.outdated or each.changes_holds]
    _show([each for each in found if each.outdated or each.stay])
    if not todo:
        if found and not failed:
            report("nothing to upgrade")
        return failed
    if "--dry-run" in given:
        return failed
    upgrades = [each for each in todo if each.outdated]
    question = "Upgrade it?" if len(upgrades) == 1 else f"Upgrade these {len(upgrades)}?"
    if upgrades and "--yes" not in given and not confirmed(question):
        report("upgraded nothing")
        return 1
    trash.sweep(context.home)
    return max(failed, _upgrade_all(context, todo))


def _names(context: Context, given: Given, wanted: list[str]) -> list[str]:
    """The names of the environments to look at. Raises Misuse and Failure."""
    if "--all" in given:
        if wanted:
            raise Misuse("upvenv takes names, or --all", _SEE)
        return [name for name, link in context.home.environments() if not link]
    if wanted:
        return list(dict.fromkeys(context.find("upvenv", name).name for name in wanted))
    facts = context.find_or_active("upvenv", [])
    if not context.home.holds(facts.path, False):
        raise Failure(f"the active environment {quoted(facts.path)} is not in the home")
    return [facts.name]


def _show(found: list[Upgrade]) -> None:
    for each in found:
        count = counted(len(each.outdated), "package") if each.outdated else "nothing to upgrade"
        write([f"{shown(each.facts.name)}: {count}", *_table(each.outdated)])
        for change, why in each.stay:
            there = f"{change.name} {shown(change.old)}"
            write([f"  {there} stays: {shown(why)} ({shown(change.new)} is available)"])


def _table(changes: Iterable[Change]) -> list[str]:
    changes = list(changes)
    width = max((len(each.name) for each in changes), default=0)
    return [f"  {each.name:<{width}}  {shown(each.words)}" for each in changes]


def _upgrade_all(context: Context, todo: list[Upgrade]) -> int:
    done = sum(_upgraded(context, each, *at) for each, at in zip(todo, _numbers(len(todo))))
    failed = len(todo) - done
    if len(todo) > 1:
        write([f"upgraded {done}{f', failed {failed}' if failed else ''}"])
    return 1 if failed else 0


def _numbers(count: int) -> Iterable[tuple[int, int]]:
    return ((number, count) for number in range(1, count + 1))


def _upgraded(context: Context, todo: Upgrade, number: int, total: int) -> bool:
    name, start = todo.facts.name, time.monotonic()
    context.progress.begin(name, number, total)
    try:
        changes = upgrade.upgrade(context, todo)
    except Interrupted:
        raise
    except (Failure, OSError) as error:
        context.progress.report(f"did not upgrade {quoted(name)}: {reason(error)}")
        return False
    context.progress.clear()
    for line in context.links.renew(name):
        report(line)
    if changes:
        undo = ""
        if kept.find(context.home, name) is not None:
            undo = f" (undo: fixvenv --undo {typed(name)})"
        took = f"{time.monotonic() - start:.1f} s"
        count = counted(len(changes), "package")
        write([f"{shown(name)}: upgraded, {count} changed, {took}{undo}", *_table(changes)])
    elif todo.outdated:
        write([f"{shown(name)}: nothing newer in the requested versions"])
    if todo.changes_holds:
        write([f"{shown(name)}: holds {', '.join(todo.holds) or 'no package'}"])
    return True
