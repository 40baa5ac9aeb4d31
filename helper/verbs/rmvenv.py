"""rmvenv: remove environments, after one question for all of them."""

from __future__ import annotations

from helper.base.compat import TYPE_CHECKING
from helper.base.errors import Failure, Misuse
from helper.base.files import same
from helper.base.messages import confirmed, quoted, report, shown
from helper.base.options import parse
from helper.making.remove import has_variables, remove
from helper.outside import foreign
from helper.store import trash
from helper.store.home import check_child

if TYPE_CHECKING:
    from helper.inspection.facts import Facts
    from helper.making.context import Context


def run(context: Context, words: list[str]) -> int:
    """Check all names, ask once, remove."""
    given, wanted = parse("rmvenv", words)
    if not wanted:
        raise Misuse("rmvenv needs a name", "see rmvenv --help")
    names = list(dict.fromkeys(wanted))
    for name in names:  # a misuse anywhere comes before anything else
        check_child("rmvenv", name)
    every = {each.name: each for each in [context.find("rmvenv", name) for name in names]}
    names, found = list(every), list(every.values())
    for each in found:
        foreign.check_ours(each.path, f"did not remove {quoted(each.name)}")
        if context.active and same(each.path, context.active):  # by whatever path
            raise Failure(f"{quoted(each.name)} is active", "stopvenv first")
        if each.owner:
            raise Failure(f"{quoted(each.name)} is in use by {each.owner}")
    trash.sweep(context.home)
    if "--yes" not in given and not confirmed(_question(found)):
        report("removed nothing")
        return 1
    return max([remove(context, name) for name in names])


def _question(found: list[Facts]) -> str:
    """The question. Of a symlinked environment with a target, only the link is removed."""
    lost = [each for each in found if has_variables(each)]
    note = f" The .env of {_joined(lost)} cannot be restored" if lost else ""
    return _what(found) + note


def _what(found: list[Facts]) -> str:
    links = [each for each in found if each.target is not None and each.target_exists]
    others = [each for each in found if each not in links]
    if not links:
        return f"Remove {_joined(others)}?"
    stays = shown(links[0].target or "")
    note = f"It stays in {stays}" if len(links) == 1 else "They stay where they are"
    if not others:
        return f"Forget {_joined(links)}? {note}"
    return f"Remove {_joined(others)}, and forget {_joined(links)}? {note}"


def _joined(found: list[Facts]) -> str:
    *others, last = (shown(each.name) for each in found)
    return f"{', '.join(others)} and {last}" if others else last
