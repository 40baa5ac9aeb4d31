"""fixvenv: repair environments, as cheaply as is right, and never lose the old one."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Interrupted, Misuse
from helper.base.messages import confirmed, quoted, reason, shown, tell, typed, write
from helper.base.options import HELP, VALUE, Option, parse, value_of
from helper.inspection import lookup
from helper.inspection.commands import runnable
from helper.inspection.verdict import advice
from helper.making import repair
from helper.making.context import gather
from helper.outside import links
from helper.store import trash
from helper.store.home import Home

if TYPE_CHECKING:
    from typing import Mapping

    from helper.making.context import Means
    from helper.making.repair import Repair

OPTIONS = (
    HELP,
    Option(("-a", "--all")),
    Option(("-p", "--python"), VALUE),
    Option(("-n", "--dry-run")),
    Option(("-y", "--yes")),
    Option(("--deep",)),
)


def run(home: Home, words: list[str], environ: Mapping[str, str]) -> int:
    """Show what is to be done, ask, do it, and say how it went."""
    given, wanted = parse("fixvenv", words, OPTIONS)
    by_name = bool(wanted)
    if by_name == ("--all" in given):
        raise Misuse("fixvenv needs names, or --all (see fixvenv --help)")
    if "--python" in given and not by_name:
        raise Misuse("fixvenv --python needs names (see fixvenv --help)")
    names = [lookup.find(home, "fixvenv", name).name for name in dict.fromkeys(wanted)]
    names = names or [name for name, _ in home.environments()]
    means = gather(home, environ, value_of(given, "--python"))
    deep = "--deep" in given
    try:
        plans, failed = _plans(means, names, by_name, deep)
        todo = [each for each in plans if each.kind not in ("none", "impossible")]
        if not todo:
            return _nothing_to_do(plans, failed)
        _show(plans)
        if "--dry-run" in given:
            return failed
        failed = max([failed, *(each.kind == "impossible" for each in plans)])
        trash.sweep(home)
        if "--yes" not in given and not confirmed(f"Repair {_counted(len(todo))}?"):
            tell("nothing was repaired")
            return 1
        return max(failed, _repair_all(means, todo, by_name, deep))
    finally:
        means.shop.progress.clear()
        means.interpreters.save()


def _plans(means: Means, names: list[str], by_name: bool, deep: bool) -> tuple[list[Repair], int]:
    plans, status = [], 0
    for name in names:
        try:
            plans.append(repair.plan(means, name, by_name, deep))
        except (Failure, OSError) as error:
            tell(f"{quoted(name)}: {_why(error)}")
            status = 1
    return plans, status


def _nothing_to_do(plans: list[Repair], failed: int) -> int:
    for each in plans:
        if each.kind == "impossible":
            tell(f"{quoted(each.facts.name)} {_why_not(each)}")
            failed = 1
    if not failed:
        tell("there is nothing to repair")
    return failed


def _why_not(each: Repair) -> str:
    status, why = each.verdict
    if each.facts.owner:
        return f"is being worked on ({each.facts.owner})"
    if status == "ok":
        return f"is a link to {shown(each.facts.target or '')}, and left alone"
    if each.facts.target is not None:
        return f"is {status}: {why} ({advice(each.facts, each.verdict)})"
    return f"is {status}: {why}, and {each.words}"


def _show(plans: list[Repair]) -> None:
    """What is to be done, a line for each that is not sound."""
    rows = [each for each in plans if each.verdict.status != "ok" or each.kind != "none"]
    width = max(len(shown(each.facts.name)) for each in rows)
    lines = [
        f"{shown(each.facts.name):<{width}}  {each.verdict.status}: {each.words}\n" for each in rows
    ]
    write(lines)


def _repair_all(means: Means, todo: list[Repair], by_name: bool, deep: bool) -> int:
    done, failed = 0, 0
    width = max(len(shown(each.facts.name)) for each in todo)
    for each in todo:
        name = each.facts.name
        try:
            after = repair.act(means, name, by_name, deep)
        except Interrupted:
            raise
        except (Failure, OSError) as error:
            means.shop.progress.clear()
            tell(f"{quoted(name)} was not repaired: {_why(error)}")
            failed += 1
            continue
        means.shop.progress.clear()
        if after.verdict.status == "ok":
            write([f"{shown(name):<{width}}  ok\n"])
            _tell_lost(means, after)
            done += 1
        else:
            tell(f"{quoted(name)} is {after.verdict.status} still: {after.verdict.reason}")
            failed += 1
    if len(todo) > 1:
        write([f"{done} repaired, {failed} not\n"])
    return 1 if failed else 0


def _tell_lost(means: Means, after: Repair) -> None:
    """Tell which commands on PATH an environment has no more after its repair."""
    name, place = after.facts.name, links.known_folder(means.shop.environ)
    linked = links.of_one(means.shop.home, place, name)
    lost = [each for each in linked if not runnable(after.facts.path, each)]
    if lost:
        advice = f"linkvenv --remove {' '.join(map(typed, [name, *lost]))}"
        gone = links.enumerated(lost)
        tell(f"on PATH, but not in {quoted(name)} any more: {gone} ({advice})")


def _why(error: Failure | OSError) -> str:
    return reason(error) if isinstance(error, OSError) else str(error)


def _counted(count: int) -> str:
    return "it" if count == 1 else f"these {count}"
