"""fixvenv: repair environments at the lowest cost, and never lose the old one."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Interrupted, Misuse
from helper.base.messages import confirmed, quoted, reason, report, shown, typed, write
from helper.base.options import parse, value_of
from helper.inspection.distributions import runnable
from helper.inspection.verdict import failure
from helper.making import repair
from helper.outside.links import enumerated
from helper.store import trash

if TYPE_CHECKING:
    from helper.inspection.facts import Facts
    from helper.inspection.verdict import Verdict
    from helper.making.context import Context
    from helper.making.repair import Repair, Wish

_SEE = "see fixvenv --help"


def run(context: Context, words: list[str]) -> int:
    """Show what to do, ask, do it, and report the result."""
    given, wanted = parse("fixvenv", words)
    if bool(wanted) == ("--all" in given):
        raise Misuse("fixvenv needs names, or --all", _SEE)
    if "--python" in given and not wanted:
        raise Misuse("fixvenv --python needs names", _SEE)
    names = [context.find("fixvenv", name).name for name in dict.fromkeys(wanted)]
    names = names or [name for name, _ in context.home.environments()]
    asked = value_of(given, "--python")
    choice = context.pythons.choose(asked) if asked is not None else None
    wish = repair.Wish(choice, bool(wanted), "--deep" in given)
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
    return max(failed, _repair_all(context, todo, wish))


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
    if facts.target is not None:
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
    if any(context.installer(each.facts.name, each.base) for each in installs):
        write(["uv installs the packages (MULTIVENV_INSTALLER=pip: use pip)"])


def _width(rows: list[Repair]) -> int:
    return max(len(shown(each.facts.name)) for each in rows)


def _repair_all(context: Context, todo: list[Repair], wish: Wish) -> int:
    width = _width(todo)
    done = 0
    for number, each in enumerate(todo, 1):
        context.progress.begin(each.facts.name, number, len(todo))
        done += _repaired(context, each.facts.name, wish, width)
    failed = len(todo) - done
    if len(todo) > 1:
        write([f"repaired {done}{f', failed {failed}' if failed else ''}"])
    return 1 if failed else 0


def _repaired(context: Context, name: str, wish: Wish, width: int) -> bool:
    """Repair an environment, and report whether it is sound and which linked commands it lost."""
    try:
        after = repair.repair(context, name, wish)
    except Interrupted:
        raise
    except (Failure, OSError) as error:
        context.progress.report(f"did not repair {quoted(name)}: {reason(error)}")
        return False
    context.progress.clear()
    if after.verdict.status != "ok":
        report(f"{quoted(name)} is still {after.verdict.status}: {after.verdict.reason}")
        return False
    write([f"{shown(name):<{width}}  ok"])
    lost = [each for each in context.links.of(name) if not runnable(after.facts.path, each)]
    if lost:
        again = f"linkvenv --remove {' '.join(map(typed, [name, *lost]))}"
        report(f"still linked, but no longer in {quoted(name)}: {enumerated(lost)} ({again})")
    return True
