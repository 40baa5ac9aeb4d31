"""rmvenv: remove environments, after one question for all of them."""

from __future__ import annotations

import os
import sys

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import Usage, disk_usage, same
from helper.base.messages import confirmed, counted, quoted, reason, report, shown, typed, write
from helper.base.options import parse
from helper.inspection.facts import machine
from helper.inspection.filters import FILTERS, filter_of
from helper.making.remove import has_variables, remove
from helper.outside import foreign
from helper.store import kept, last, locks, temporary, trash
from helper.store.home import check_child
from helper.store.last import Removed

if TYPE_CHECKING:
    from typing import Callable

    from helper.base.options import Given
    from helper.inspection.facts import Facts
    from helper.inspection.verdict import Verdict
    from helper.making.context import Context

_SEE = "see rmvenv --help"


def run(context: Context, words: list[str]) -> int:
    """Check all names, ask once, remove."""
    given, wanted = parse("rmvenv", words)
    if any(option in given for option in FILTERS):
        if wanted:
            raise Misuse("rmvenv takes names, or options that choose environments", _SEE)
        return _remove_set(context, given)
    if not wanted:
        raise Misuse("rmvenv needs a name", _SEE)
    names = list(dict.fromkeys(wanted))
    for name in names:  # a misuse anywhere comes before anything else
        check_child("rmvenv", name)
    every = {each.name: each for each in [context.find("rmvenv", name) for name in names]}
    found = list(every.values())
    for each in found:
        foreign.check_ours(each.path, f"did not remove {quoted(each.name)}")
        if _is_active(context, each):
            raise Failure(f"{quoted(each.name)} is active", "stopvenv first")
        if each.owner:
            raise Failure(f"{quoted(each.name)} is in use by {each.owner}")
    if "--dry-run" in given:
        from helper.inspection.verdict import judge

        here = machine(sys.executable)
        listed = [(each, judge(each, here)) for each in found]
        return _show(context, listed, _sizes(context, found))
    trash.sweep(context.home)
    if "--yes" not in given and not confirmed(_question(found)):
        report("removed nothing")
        return 1
    return _remove_all(context, found, lambda name: remove(context, name))[0]


def _is_active(context: Context, facts: Facts) -> bool:
    return bool(context.active) and same(facts.path, context.active)  # by whatever path


def _is_link(facts: Facts) -> bool:
    """Whether it is a symlink to an environment: only the link is removed."""
    return facts.target is not None and facts.target_exists


def _remove_all(
    context: Context, found: list[Facts], act: Callable[[str], int]
) -> tuple[int, list[Facts]]:
    """Remove them, and remember them for mkvenv --restore --last. Returns the exit status, and
    those that were removed.
    """
    home, before = context.home, last.read(context.home)
    problem = last.write(home, _removed(found))  # even if this is killed, the list has all of them
    status = max([act(each.name) for each in found])
    gone = [each for each in found if not os.path.lexists(each.path)]
    if problem is not None or len(gone) < len(found):  # the disk may have space for it now
        problem = last.write(home, _removed(gone) or before or [])
    if problem is not None and _removed(gone):
        report(f"mkvenv --restore --last will not know them: {reason(problem)}")
    return status, gone


def _removed(found: list[Facts]) -> list[Removed]:
    """What can be restored of removed environments: not a symlink that led nowhere."""
    return [
        Removed(each.name, each.target) for each in found if each.target is None or _is_link(each)
    ]


def _question(found: list[Facts]) -> str:
    """The question. Of a symlinked environment with a target, only the link is removed."""
    return _what(found) + _note(found)


def _note(found: list[Facts]) -> str:
    lost = [each for each in found if has_variables(each)]
    return f" The .env of {_joined(lost)} cannot be restored" if lost else ""


def _what(found: list[Facts]) -> str:
    links = [each for each in found if _is_link(each)]
    others = [each for each in found if each not in links]
    if not links:
        return f"Remove {_joined(others)}?"
    stays = shown(links[0].target or "")
    note = f"It stays in {stays}" if len(links) == 1 else "They stay where they are"
    if not others:
        return f"Forget {_joined(links)}? {note}"
    return f"Remove {_joined(others)}, and forget {_joined(links)}? {note}"


def _joined(found: list[Facts]) -> str:
    *others, final = (shown(each.name) for each in found)
    return f"{', '.join(others)} and {final}" if others else final


# ---- a set ---------------------------------------------------------------------------------------


def _remove_set(context: Context, given: Given) -> int:
    """Remove the environments that the options choose, without those that are in use."""
    from helper.inspection.probe import judge_each
    from helper.inspection.verdict import judge

    keep, here = filter_of("rmvenv", given), machine(sys.executable)
    every = judge_each(context.home, context.home.children())
    chosen = [each for each in every if keep(*each) and _may_be_removed(context, each[0])]
    if not chosen:
        advice = f"see lsvenvs {' '.join(_typed(given))}"
        raise Failure("nothing to remove: no environment matches", advice)
    found = [facts for facts, _ in chosen]
    sizes = _sizes(context, found)
    if "--dry-run" in given:
        return _show(context, chosen, sizes)
    trash.sweep(context.home)
    if "--yes" not in given:
        _show(context, chosen, sizes)
        if not confirmed(f"{_count(found, sizes)}?{_note(found)}"):
            report("removed nothing")
            return 1

    def still(facts: Facts) -> bool:  # minutes after the question, perhaps
        return keep(facts, judge(facts, here))

    with trash.deleting(context.home, "rmvenv") as place:
        status, gone = _remove_all(
            context, found, lambda name: remove(context, name, place=place, chosen=still)
        )
    report(_summary(found, gone, sizes, place is not None))
    return status


def _may_be_removed(context: Context, facts: Facts) -> bool:
    """Whether nobody uses it, and it is an environment. Says why it is left out."""
    why = locks.holder(context.home, facts.name)
    owner = temporary.owner_of(facts.record, facts.name)
    if _is_active(context, facts):
        why = "it is active"
    elif why is not None:
        why = f"it is in use by {why}"
    elif owner is not None and not temporary.has_ended(owner):
        why = "it is temporary, and its shell has not ended"
    else:
        try:
            foreign.check_ours(facts.path)
        except (Failure, OSError) as error:
            why = reason(error)
    if why is not None:
        report(f"left out {quoted(facts.name)}: {why}")
    return why is None


def _typed(given: Given) -> list[str]:
    """The options that choose environments, as the user types them."""
    words = []
    for option in FILTERS:
        for value in given.get(option, []):
            words += [option, typed(value)] if value else [option]
    return words


def _sizes(context: Context, found: list[Facts]) -> dict[str, Usage]:
    """What each of them takes on disk: with what fixvenv has kept of it, and nothing of the
    target of a symlink.
    """
    sizes = {}
    for each in found:
        context.progress.show(f"measuring {quoted(each.name)}")
        size = disk_usage(kept.path_of(context.home, each.name))
        sizes[each.name] = size if each.target is not None else size.plus(disk_usage(each.path))
    context.progress.clear()
    return sizes


def _total(found: list[Facts], sizes: dict[str, Usage]) -> str:
    """What they free together, which is more if they share files."""
    from helper.report.tables import bytes_text

    total = Usage(0, {})
    for each in found:
        total = total.plus(sizes[each.name])
    return bytes_text(total.own)


def _show(context: Context, chosen: list[tuple[Facts, Verdict]], sizes: dict[str, Usage]) -> int:
    """The list of what to remove."""
    from helper.report import tables

    rows = [
        tables.Listed(facts, judged, False, None if _is_link(facts) else sizes[facts.name])
        for facts, judged in chosen
    ]
    return write(tables.environment_table(rows, tables.colored(context.environ)))


def _count(found: list[Facts], sizes: dict[str, Usage]) -> str:
    """`Remove 3 environments (81.3 MB)`"""
    links = [each for each in found if _is_link(each)]
    others = [each for each in found if each not in links]
    forgotten = counted(len(links), "link")
    if not others:
        return f"Forget {forgotten}"
    what = f"Remove {counted(len(others), 'environment')} ({_total(others, sizes)})"
    return f"{what}, and forget {forgotten}" if links else what


def _summary(found: list[Facts], gone: list[Facts], sizes: dict[str, Usage], later: bool) -> str:
    """The last line of the report. later: whether a process in the background deletes it."""
    failed = len(found) - len(gone)
    if not gone:
        return f"removed nothing, failed {failed}"
    what = f"removed {counted(len(gone), 'environment')}{f', failed {failed}' if failed else ''}"
    if any(each.target is None for each in gone):
        size = _total(gone, sizes)
        what += f"; deleting {size} in the background" if later else f"; freed {size}"
    return f"{what} (undo: mkvenv --restore --last)" if _removed(gone) else what
